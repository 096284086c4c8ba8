"""What an adoption needs of the engine and of the tenant, as protocols. `smartrecruiters_calendar.stack.deployer` has
both for real.
"""

from collections.abc import Iterable, Mapping
from typing import Protocol

from components.imports import Imports
from components.settings import Settings
from smartrecruiters_calendar.entra.registration import Registration
from smartrecruiters_calendar.stack.importing import Step
from smartrecruiters_calendar.stack.state import Deployment


class Engine(Protocol):
    """The stack. Every call may raise `Stopped`."""

    def settings(self) -> Settings:
        """Its configuration."""
        ...

    def deployment(self) -> Deployment:
        """Its state."""
        ...

    def plan(self, imports: Imports) -> list[Step]:
        """What a deployment with these imports would do."""
        ...

    def bring_in(self, imports: Imports, steps: Iterable[Step]) -> None:
        """Carry out these steps of the plan, and no others."""
        ...


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
