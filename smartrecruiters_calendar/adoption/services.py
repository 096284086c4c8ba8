"""What an adoption needs of the tenant. `smartrecruiters_calendar.stack.deployer` has it for real."""

from collections.abc import Mapping
from typing import Protocol

from smartrecruiters_calendar.entra.registration import Registration


class Tenant(Protocol):
    """The tenant as the deployer sees it. Every call may raise `Stopped`."""

    @property
    def deployer(self) -> str:
        """The deployer's object ID."""
        ...

    @property
    def deployer_roles(self) -> frozenset[str]:
        """Its Graph permissions."""
        ...

    @property
    def graph_address(self) -> str:
        """Microsoft Graph in this cloud, with version."""
        ...

    def permission_names(self) -> Mapping[str, str]:
        """ID to name of what Microsoft Graph offers."""
        ...

    def registration(self, object_id: str) -> Registration | None:
        """One registration, by object ID."""
        ...

    def by_client_id(self, client_id: str) -> Registration | None:
        """One registration, by client ID."""
        ...

    def named(self, name: str) -> list[Registration]:
        """Registrations with exactly this name."""
        ...
