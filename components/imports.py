"""Objects that the tenant already holds and the state does not, for one run of the program to bring under management.

A script that found such objects runs `pulumi` with the environment variable `IMPORTS`; everybody else leaves it unset.
An imported object is taken as it is: that run changes nothing about it, so that whatever differs from the declaration
is shown by the next preview and changed by the next `pulumi up`. A client secret cannot be imported, since nobody can
read its value. `import_options` turns this into the program's resource options.
"""

from collections.abc import Mapping
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

IMPORTS: Final = "CALENDAR_INTEGRATION_IMPORTS"
"""Environment variable: an `Imports` as JSON."""


class Imports(BaseModel):
    model_config = ConfigDict(defer_build=True, frozen=True, extra="forbid")

    application: str | None = None
    """Object ID of the app registration."""
    service_principal: str | None = None
    """Object ID."""
    grants: Mapping[str, str] = Field(default_factory=dict)
    """Permission name to the ID of its app-role assignment on Microsoft Graph's service principal."""
    redirect_urls: tuple[str, ...] | None = None
    """The redirect URLs to register in this run, where the provider refuses those that are there; None: as they are."""
