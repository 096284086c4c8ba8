"""What Pulumi's state says a stack holds, and which operations were begun and never ended.

Read from `pulumi stack export`, so without the value of any secret. Nothing here judges or changes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

APPLICATION: Final = "azuread:index/application:Application"
SERVICE_PRINCIPAL: Final = "azuread:index/servicePrincipal:ServicePrincipal"
GRANT: Final = "azuread:index/appRoleAssignment:AppRoleAssignment"
SECRET: Final = "azuread:index/applicationPassword:ApplicationPassword"  # noqa: S105 (a type)

_STACK: Final = "pulumi:pulumi:Stack"


@dataclass(frozen=True)
class Resource:
    """A resource in the state. Its ID is the provider's, such as `/applications/<object ID>`."""

    urn: str
    type: str
    id: str

    @property
    def name(self) -> str:
        """The name it has in the program."""
        return self.urn.rsplit("::", 1)[1]

    @property
    def last_part(self) -> str:
        """The ID's last part: an object ID, an assignment ID or a key ID."""
        return self.id.rsplit("/", 1)[1]


@dataclass(frozen=True)
class Interrupted:
    """An operation that was begun and whose end the state does not know."""

    doing: str
    """`creating`, `updating`, `deleting`, `importing` or `reading`."""
    resource: Resource


@dataclass(frozen=True)
class Deployment:
    """A stack's state."""

    resources: tuple[Resource, ...]
    interrupted: tuple[Interrupted, ...]

    @classmethod
    def read(cls, exported: Mapping[str, Any]) -> "Deployment":
        """The state in what `pulumi stack export` printed; an empty one for a stack that was never deployed."""
        deployment = exported.get("deployment") or {}
        return cls(
            tuple(_resource(found) for found in deployment.get("resources") or ()),
            tuple(
                Interrupted(pending["type"], _resource(pending["resource"]))
                for pending in deployment.get("pending_operations") or ()
            ),
        )

    def of_type(self, kind: str) -> list[Resource]:
        """The resources of a type."""
        return [resource for resource in self.resources if resource.type == kind]

    @property
    def root(self) -> str | None:
        """URN of the stack's own entry; None: it was never deployed."""
        return next((found.urn for found in self.of_type(_STACK)), None)

    @property
    def application(self) -> str | None:
        """Object ID of the application."""
        return next((found.last_part for found in self.of_type(APPLICATION)), None)

    @property
    def key_ids(self) -> frozenset[str]:
        """Key IDs of the secrets."""
        return frozenset(found.last_part for found in self.of_type(SECRET))

    def was_creating(self, kind: str) -> bool:
        """Whether a resource of this type may be in the tenant without being known here."""
        return any(one.doing == "creating" and one.resource.type == kind for one in self.interrupted)


def _resource(found: Mapping[str, Any]) -> Resource:
    return Resource(found["urn"], found["type"], found.get("id") or "")
