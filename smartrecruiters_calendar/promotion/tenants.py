"""`tenants.yaml`: the rings in their order and the stacks in each. Everything else about a tenant is in its stack file.

It names stacks and holds no credentials; whether a stack exists in the state backend shows when it is promoted.
"""

from collections.abc import Callable, Mapping
from io import StringIO
from pathlib import Path
from typing import Any, Final

from pydantic import ConfigDict, ValidationError, field_validator
from ruamel.yaml import YAML

from smartrecruiters_calendar.given_files import read_given_text
from smartrecruiters_calendar.outcome import JsonModel, Reason, Stopped
from smartrecruiters_calendar.private_files import replace_file
from smartrecruiters_calendar.stack.name import is_plain_name
from smartrecruiters_calendar.stack.project import Project, stack_file_name
from smartrecruiters_calendar.yaml_files import NotYaml, load_yaml

FILE: Final = "tenants.yaml"

_EXAMPLE: Final = "rings:\n  canary: [contoso]\n  everyone: [fabrikam, acme]"


class Ring(JsonModel):
    name: str
    stacks: tuple[str, ...]


class Tenants(JsonModel):
    model_config = ConfigDict(extra="forbid")

    rings: tuple[Ring, ...]

    @field_validator("rings", mode="before")
    @classmethod
    def _in_order(cls, value: Any) -> Any:
        """The file maps a ring's name to its stacks; YAML keeps the order."""
        if not isinstance(value, Mapping) or not value:
            raise ValueError(f"`rings` does not list rings with their stacks. Write for example:\n{_EXAMPLE}")
        return [{"name": str(name), "stacks": _stacks(str(name), stacks)} for name, stacks in value.items()]

    @field_validator("rings")
    @classmethod
    def _each_stack_once(cls, rings: tuple[Ring, ...]) -> tuple[Ring, ...]:
        ring_of: dict[str, str] = {}
        for ring in rings:
            for stack in ring.stacks:
                if stack in ring_of:
                    raise ValueError(
                        f"{stack} is listed in ring {ring_of[stack]} and in ring {ring.name}. A tenant is promoted "
                        "once: remove one of them."
                    )
                ring_of[stack] = ring.name
        return rings

    @property
    def stacks(self) -> tuple[str, ...]:
        return tuple(stack for ring in self.rings for stack in ring.stacks)

    def ring(self, name: str) -> Ring:
        """The ring of that name.

        Raises:
            Stopped: there is none.
        """
        for ring in self.rings:
            if ring.name == name:
                return ring
        known = ", ".join(ring.name for ring in self.rings)
        raise Stopped(Reason.TENANTS_REFUSED, f"{FILE} has no ring {name!r}; its rings are {known}.")


def load(project: Path) -> Tenants:
    """Read and check the project's `tenants.yaml`.

    Raises:
        Stopped: the file is missing, has mistakes, or names a stack without a stack file.
    """
    path = project / FILE
    try:
        document = load_yaml(read_given_text(path))
        if document is None:
            raise Stopped(Reason.TENANTS_REFUSED, f"{FILE} is empty. Write for example:\n{_EXAMPLE}")
        tenants = Tenants.model_validate(document)
    except FileNotFoundError:
        raise Stopped(
            Reason.TENANTS_REFUSED,
            f"There is no {FILE}, so there are no rings to promote. Write one next to Pulumi.yaml, for example:\n"
            f"{_EXAMPLE}",
        ) from None
    except OSError as error:
        raise Stopped(Reason.TENANTS_REFUSED, f"{FILE} cannot be read: {error.strerror}.") from None
    except NotYaml as error:
        raise Stopped(Reason.TENANTS_REFUSED, f"{FILE} cannot be read as YAML: {error}") from None
    except ValidationError as error:
        raise Stopped(Reason.TENANTS_REFUSED, f"{FILE} has a mistake: {_mistakes(error)}") from None
    own = Project.find(project)
    if lost := [stack for stack in tenants.stacks if not own.stack_file(stack).is_file()]:
        raise Stopped(
            Reason.TENANTS_REFUSED,
            f"{FILE} names {', '.join(lost)}, and there is no {stack_file_name(lost[0])}: make it with "
            f"`smartrecruiters-calendar new-stack {lost[0]} --help`, or remove the name.",
        )
    return tenants


def addition(project: Path, ring: str, stack: str) -> Callable[[], None]:
    """What puts a stack at the end of a ring, keeping the file's comments; a new ring comes last.

    Nothing is written before the result is called, so that whatever has to come first may still fail.

    Raises:
        Stopped: the file has mistakes already, or names the stack.
    """
    path = project / FILE
    yaml = YAML()
    try:
        written = load_yaml(read_given_text(path), yaml) if path.exists() else None
        document = {} if written is None else written
        stacks = _below(_below(document, "rings", {}), ring, [])
        if isinstance(stacks, list):
            stacks.append(str(stack))  # plain text, whatever kind of name it is
        Tenants.model_validate(document)
    except OSError as error:
        raise Stopped(Reason.TENANTS_REFUSED, f"{FILE} cannot be read: {error.strerror}.") from None
    except NotYaml as error:
        raise Stopped(Reason.TENANTS_REFUSED, f"{FILE} cannot be read as YAML: {error}") from None
    except ValidationError as error:
        raise Stopped(Reason.TENANTS_REFUSED, f"{FILE} was not changed: {_mistakes(error)}") from None
    into = StringIO()
    yaml.dump(document, into)
    return lambda: _write(path, into.getvalue())


def _below(held: Any, key: str, empty: Any) -> Any:
    """What stands below a key, `empty` put there where nothing does; None where `held` has no keys."""
    if not isinstance(held, dict):
        return None
    if held.get(key) is None:
        held[key] = empty
    return held[key]


def _write(path: Path, text: str) -> None:
    try:
        replace_file(path, text)
    except OSError as error:
        raise Stopped(Reason.TENANTS_REFUSED, f"{FILE} could not be written: {error}.") from None


def _stacks(ring: str, stacks: Any) -> list[str]:
    if not isinstance(stacks, list):
        raise ValueError(  # noqa: TRY004 (pydantic takes no other)
            f"ring {ring} has no list of stacks. Write for example:\n{_EXAMPLE}"
        )
    for stack in stacks:
        if not isinstance(stack, str) or not is_plain_name(stack):
            raise ValueError(f"{stack!r} in ring {ring} is not a stack name: write names that `pulumi stack ls` lists")
    return stacks


def _mistakes(error: ValidationError) -> str:
    return "; ".join(detail["msg"].removeprefix("Value error, ") for detail in error.errors())
