"""Base of every block of the stack's configuration: camelCase keys, unknown keys refused, values never repeated."""

from pydantic import AliasGenerator, BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Section(BaseModel):
    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
        extra="forbid",
        alias_generator=AliasGenerator(to_camel),
        validate_by_name=False,
        hide_input_in_errors=True,
    )
