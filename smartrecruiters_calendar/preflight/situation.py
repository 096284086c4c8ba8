"""A check, and everything that it may look at: the stack, its tenant, and the machine that will deploy it.

What could not be found out is kept as an error, which is raised again for every check that needs it.
`smartrecruiters_calendar.preflight.gathering` finds the facts.
"""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

from components.settings import Settings
from smartrecruiters_calendar.entra.directory import Directory
from smartrecruiters_calendar.entra.errors import Identity
from smartrecruiters_calendar.entra.tenant import BothViews
from smartrecruiters_calendar.preflight.finding import Verdict
from smartrecruiters_calendar.preflight.machine import Machine


@dataclass(frozen=True)
class Deployed:
    """What the stack's state holds of the integration app, also after a run that ended half-way."""

    application_object_id: str
    service_principal_object_id: str | None = None


@dataclass(frozen=True)
class Facts:
    """Facts of one stack, each found, still being looked for, or replaced by an error."""

    engine: "Future[str]"
    backend: "Future[str]"
    secrets_provider: "Future[str]"
    settings: "Future[Settings]"
    deployed: "Future[Deployed | None]"
    machine: "Future[Machine]"
    tenant: "Future[BothViews]"


@dataclass(frozen=True)
class Situation:
    """One stack, about to be deployed. Each property may raise why it is not known, mostly `Stopped`."""

    stack: str
    facts: Facts

    @property
    def backend(self) -> str:
        """Address of the state backend, once the stack was read from it."""
        return self.facts.backend.result()

    @property
    def secrets_provider(self) -> str:
        """How the stack's secrets are encrypted, once something was encrypted with it."""
        return self.facts.secrets_provider.result()

    @property
    def settings(self) -> Settings:
        """The stack's configuration; may raise `ConfigurationRefused`."""
        return self.facts.settings.result()

    @property
    def deployed(self) -> Deployed | None:
        """What the state holds; None where it holds no app."""
        return self.facts.deployed.result()

    @property
    def machine(self) -> Machine:
        return self.facts.machine.result()

    @property
    def engine(self) -> str:
        """Version of the `pulumi` command."""
        return self.facts.engine.result()

    @property
    def tenant(self) -> BothViews:
        """The stack's tenant; may raise `CloudRefused` or `CloudUnreachable`."""
        return self.facts.tenant.result()

    def deployer(self) -> Directory:
        """The tenant as the deployer sees it. Raises as `BothViews.seen_by`."""
        return self.tenant.seen_by(Identity.DEPLOYER)


@dataclass(frozen=True)
class Check:
    name: str
    """Stable, for pipelines."""
    title: str
    """What is true when it passes."""
    why: str
    """What happens when it fails."""
    by_hand: str
    """Where a person looks, or which permission lets preflight look."""
    look: Callable[[Situation], Verdict]
    """May raise `NotAllowed` or `Stopped`."""
