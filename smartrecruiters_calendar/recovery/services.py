"""What a recovery needs of the engine and of the tenant, as protocols. `smartrecruiters_calendar.stack.deployer` has
both for real.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol

from components.imports import Imports
from components.settings import Settings
from smartrecruiters_calendar.entra.registration import Registration
from smartrecruiters_calendar.stack.importing import Step
from smartrecruiters_calendar.stack.locks import Holder
from smartrecruiters_calendar.stack.receipts import Receipt
from smartrecruiters_calendar.stack.state import Deployment
from smartrecruiters_calendar.stack.state_file import Damaged


class Engine(Protocol):
    """The stack. Every call may raise `Stopped`."""

    def settings(self) -> Settings:
        """Its configuration."""
        ...

    def deployment(self) -> Deployment:
        """Its state."""
        ...

    def receipt(self) -> Receipt | None:
        """Its receipt."""
        ...

    def holders(self) -> list[Holder] | None:
        """Who holds its lock; None: the backend cannot be looked into."""
        ...

    def holders_met(self, urn: str | None) -> list[Holder]:
        """Who holds its lock, found by taking it for a moment.

        Args:
            urn: of the stack's own entry in the state.
        """
        ...

    def damaged_state(self) -> Damaged | None:
        """Its state file, where that is damaged and can be restored."""
        ...

    def free_lock(self) -> None:
        """Free its lock, whoever holds it."""
        ...

    def plan(self, imports: Imports) -> list[Step]:
        """What a deployment with these imports would do."""
        ...

    def bring_in(self, imports: Imports, steps: Iterable[Step]) -> None:
        """Carry out these steps of the plan, and no others."""
        ...

    def take_as_made(self, urn: str) -> None:
        """Have the state hold the vault's secret whose making was cut off."""
        ...

    def settle(self, urns: Sequence[str]) -> None:
        """Read these resources anew, and forget operations that never ended.

        The stack's own entry alone asks nothing of the tenant, so an object that Entra does not show everywhere yet is
        not forgotten by the way.
        """
        ...


class Tenant(Protocol):
    """The tenant as the deployer sees it. Every call may raise `Stopped`."""

    @property
    def deployer(self) -> str:
        """The deployer's object ID."""
        ...

    def registration(self, object_id: str) -> Registration | None:
        """One registration."""
        ...

    def half_made(self, name: str) -> list[Registration]:
        """Registrations with this name, or with the provider's temporary one."""
        ...

    def remove_key(self, application: str, key_id: str) -> None:
        """Remove a client secret."""
        ...

    def remove_application(self, application: str) -> None:
        """Delete an application; it can be restored for 30 days."""
        ...
