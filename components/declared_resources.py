"""A resource as a program declares it, as plain data: what the engine shows a policy, or Pulumi's mocks a test."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

APPLICATION: Final = "azuread:index/application:Application"
SERVICE_PRINCIPAL: Final = "azuread:index/servicePrincipal:ServicePrincipal"
GRANT: Final = "azuread:index/appRoleAssignment:AppRoleAssignment"
SECRET: Final = "azuread:index/applicationPassword:ApplicationPassword"  # noqa: S105 (a resource type)
STACK: Final = "pulumi:pulumi:Stack"
VAULT_SECRET: Final = "azure-native:keyvault:Secret"  # noqa: S105 (a resource type)


class Unknown:
    """A value that is known only after deploying. A value that a person has to review must not be declared so."""

    def __repr__(self) -> str:
        return "a value known only after deploying"


UNKNOWN: Final = Unknown()


@dataclass(frozen=True, kw_only=True)
class Declared:
    type: str
    name: str
    urn: str
    properties: Mapping[str, Any]
    """In the provider's camelCase; `UNKNOWN` where the value depends on something not deployed yet.

    Inputs; where all resources are looked at together, what is known of the outputs as well.
    """

    protect: bool = False
    default_provider: bool = False
    """Whether it uses the provider that the environment alone configures, for whichever tenant that names."""
    sources: Mapping[str, Sequence[str]] | None = None
    """Property to the URNs of the resources its value comes from; None: not known here."""

    @property
    def stack(self) -> str:
        return self.urn.removeprefix("urn:pulumi:").partition("::")[0]

    @property
    def kind(self) -> str:
        """The type without its package: *Application*."""
        return self.type.rpartition(":")[2]


@dataclass(frozen=True)
class Denial:
    """One thing that is declared and should not be."""

    resource: Declared
    wrong: str
    """What follows the resource's name and a colon: *it is a …*."""


def part(value: Any, *path: str) -> Any:
    """What is at a path of properties; `UNKNOWN` below a value that is not known, None below one that is not there."""
    for key in path:
        if value is UNKNOWN:
            return UNKNOWN
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def entries(value: Any) -> list[Any]:
    """The entries of a list; one unknown entry where the list itself is not known."""
    if value is UNKNOWN:
        return [UNKNOWN]
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else []
