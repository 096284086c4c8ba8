"""A check, and everything that it may look at: the stack, its tenant, and the machine that will deploy it.

What could not be found out is kept as an error, which is raised again for every check that needs it.
`smartrecruiters_calendar.preflight.gathering` finds the facts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias, TypeVar

from components.settings import Settings
from smartrecruiters_calendar.entra.cloud import Cloud
from smartrecruiters_calendar.entra.directory import Directory
from smartrecruiters_calendar.entra.errors import Identity
from smartrecruiters_calendar.entra.tenant import BothViews
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.preflight.finding import PreflightVerdict
from smartrecruiters_calendar.preflight.machine import Machine
from smartrecruiters_calendar.stack.other_stacks import OtherStack

T = TypeVar("T")
Fact: TypeAlias = Callable[[], T]


@dataclass(frozen=True)
class Deployed:
    """What the stack's state holds of the integration app, also after a run that ended half-way."""

    application_object_id: str
    service_principal_object_id: str | None = None
    grants: frozenset[str] = frozenset()
    """IDs of the app-role assignments."""
    secrets_issued: frozenset[date] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Situation:
    """One stack, about to be deployed. Call a fact for its value; it raises why it is not known, mostly `Stopped`."""

    stack: str
    engine: Fact[str]
    backend: Fact[str]
    """Address of the state backend, once the stack was read from it."""
    secrets_provider: Fact[str]
    """How the stack's secrets are encrypted, once something was encrypted with it."""
    settings: Fact[Settings]
    deployed: Fact[Deployed | None]
    """What the state holds; None where it holds no app."""
    others: Fact[tuple[OtherStack, ...]]
    """The other stacks of the backend; read when first asked for."""
    machine: Fact[Machine]
    cloud: Fact[Cloud]
    tenant: Fact[BothViews]
    names_operator: bool
    """Whether an operator is configured, or the run cannot do without one."""

    def in_state(self) -> Deployed | None:
        """What the state holds; a stack that does not exist yet holds nothing. Raises as `deployed`."""
        try:
            return self.deployed()
        except Stopped as stopped:
            if stopped.reason is Reason.STACK_UNKNOWN:
                return None
            raise

    def deployer(self) -> Directory:
        """The tenant as the deployer sees it. Raises as `BothViews.seen_by`."""
        return self.tenant().seen_by(Identity.DEPLOYER)


@dataclass(frozen=True)
class PreflightCheck:
    name: str
    subject: str
    """What is looked at, for the progress line."""
    title: str
    """What is true when it passes."""
    why: str
    """What happens when it fails."""
    by_hand: str
    """Where a person looks, or which permission lets preflight look."""
    look: Callable[[Situation], PreflightVerdict]
    """May raise `NotAllowed` or `Stopped`."""
