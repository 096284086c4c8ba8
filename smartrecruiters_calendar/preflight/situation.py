"""Everything a check may look at: the stack, its tenant, and the machine that will deploy it.

What could not be found out is kept as the error that kept it, and raised again for every check that asks for it.
`smartrecruiters_calendar.preflight.gathering` finds the facts.
"""

from concurrent.futures import Future
from dataclasses import dataclass

from components.settings import Settings
from smartrecruiters_calendar.entra.directory import Directory
from smartrecruiters_calendar.preflight.finding import AnsweredBy
from smartrecruiters_calendar.preflight.machine import Machine
from smartrecruiters_calendar.preflight.tenant import Tenant


@dataclass(frozen=True)
class Deployed:
    """What the stack's state holds of the integration app, also after a run that ended half-way."""

    application_object_id: str
    service_principal_object_id: str | None = None


@dataclass(frozen=True)
class Facts:
    """Facts of one stack, each still being found, found, or kept from being found by an error."""

    engine: "Future[str]"
    backend: "Future[str]"
    secrets_provider: "Future[str]"
    settings: "Future[Settings]"
    deployed: "Future[Deployed | None]"
    machine: "Future[Machine]"
    tenant: "Future[Tenant]"


@dataclass(frozen=True)
class Situation:
    """One stack, about to be deployed. Each property may raise what kept it from being known, mostly `Stopped`."""

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
        """What is installed."""
        return self.facts.machine.result()

    @property
    def engine(self) -> str:
        """Version of the `pulumi` command."""
        return self.facts.engine.result()

    @property
    def tenant(self) -> Tenant:
        """The stack's tenant; may raise `CloudRefused` or `CloudUnreachable`."""
        return self.facts.tenant.result()

    def deployer(self) -> Directory:
        """The tenant as the deployer sees it. Raises as `Tenant.seen_by`."""
        return self.tenant.seen_by(AnsweredBy.DEPLOYER)
