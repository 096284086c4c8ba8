"""A stack and a tenant that a recovery can meet, in memory; both note what is done to them."""

from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, cast

from components import configuration, settings
from components.graph_permissions import PERMISSIONS
from components.imports import Imports
from components.settings import Settings
from smartrecruiters_calendar.entra.registration import Credential, Grant, Owner, Registration, ServicePrincipal
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.recovery.run import RecoveryOptions, RecoveryResult, recover
from smartrecruiters_calendar.stack.importing import PlannedStep
from smartrecruiters_calendar.stack.locks import Holder
from smartrecruiters_calendar.stack.other_stacks import OtherStack
from smartrecruiters_calendar.stack.receipts import Delivery, InDoubt, Receipt
from smartrecruiters_calendar.stack.state import (
    APPLICATION,
    GRANT,
    SECRET,
    SERVICE_PRINCIPAL,
    Deployment,
    Interrupted,
    Resource,
)
from smartrecruiters_calendar.stack.state_file import Damaged
from tests.smartrecruiters_calendar.stack_values import CLIENT, CONFIGURATION

DEPLOYER = CONFIGURATION["owners"][0]
OBJECT, PRINCIPAL = "d0000000-0000-4000-8000-00000000000d", "e0000000-0000-4000-8000-00000000000e"
CREATED = datetime(2026, 12, 1, 8, tzinfo=UTC)
ENDS = datetime(2027, 12, 1, tzinfo=UTC)
NAME = settings.DEFAULT_DISPLAY_NAME
GRANTS = {"Directory.Read.All": "grant-directory", "Calendars.ReadWrite": "grant-calendars"}
_URN = "urn:pulumi:dev::smartrecruiters-calendar::"
_IDS = {APPLICATION: "/applications/", SERVICE_PRINCIPAL: "/servicePrincipals/"}


def key(key_id: str = "key-1", name: str = "dev 2026-12-01") -> Credential:
    return Credential("secret", key_id, name, ends=ENDS)


def resource(kind: str, name: str, last_part: str = "") -> Resource:
    return Resource(f"{_URN}{kind}::smartrecruiters-{name}", kind, f"{_IDS.get(kind, '/x/')}{last_part}")


ROOT = Resource(f"{_URN}pulumi:pulumi:Stack::smartrecruiters-calendar-dev", "pulumi:pulumi:Stack", "")
IN_STATE = {
    "application": resource(APPLICATION, "application", OBJECT),
    "service-principal": resource(SERVICE_PRINCIPAL, "service-principal", PRINCIPAL),
    "secret": resource(SECRET, "secret-2026-12-01", "key-1"),
    **{name: resource(GRANT, f"grant-{name}", grant) for name, grant in GRANTS.items()},
}


def state(*names: str, interrupted: Sequence[tuple[str, str, str]] = ()) -> Deployment:
    """A state that holds these, and operations as (doing, type, name)."""
    return Deployment(
        (ROOT, *(IN_STATE[name] for name in names)),
        tuple(Interrupted(doing, resource(kind, name)) for doing, kind, name in interrupted),
    )


def principal(*grants: str) -> ServicePrincipal:
    held = tuple(Grant(GRANTS[name], PERMISSIONS[name].app_role_id, "graph", "Microsoft Graph") for name in grants)
    return ServicePrincipal(PRINCIPAL, enabled=True, owners=(Owner(DEPLOYER, "Deployer"),), grants=held)


HALF_MADE = Registration(
    object_id=OBJECT,
    client_id=CLIENT,
    name=NAME,
    created=CREATED,
    audience="AzureADMyOrg",
    redirect_urls=("https://www.smartrecruiters.com/",),
    other_redirect_urls=(),
    requests=(),
    keys=(),
    certificates=(),
    owners=(Owner(DEPLOYER, "Deployer"),),
    service_principal=None,
)
WHOLE = replace(HALF_MADE, keys=(key(),), service_principal=principal(*GRANTS))
WHOLE_STATE = state(*IN_STATE)
CREATING_APPLICATION = ("creating", APPLICATION, "application")
CREATING_SECRET = ("creating", SECRET, "secret-2026-12-01")


def receipt(*, held: str | None = None, in_doubt: str | None = None) -> Receipt:
    delivery = held and Delivery(
        key_id=held, client_id=CLIENT, tenant_id="t", channel="c", page="p", address="a", at=CREATED
    )
    doubt = in_doubt and InDoubt(key_id=in_doubt, since=CREATED)
    return Receipt(held=delivery or None, in_doubt=doubt or None, checked_at=CREATED)


@dataclass
class World:
    """Stack and tenant at once."""

    deployment_: Deployment = WHOLE_STATE
    registrations: list[Registration] = field(default_factory=lambda: [WHOLE])
    receipt_: Receipt | None = None
    lock: list[Holder] | None = field(default_factory=list)
    lock_met: list[Holder] = field(default_factory=list)
    damaged: Damaged | None = None
    begins_meanwhile: Holder | None = None
    configuration: dict[str, object] = field(default_factory=dict)
    deployer: str = DEPLOYER
    others: tuple[OtherStack, ...] = ()
    done: list[tuple[object, ...]] = field(default_factory=list)
    announced: list[str] = field(default_factory=list)

    def run(self, **options: object) -> RecoveryResult:
        both = cast(Any, self)
        return recover("dev", both, lambda _: nullcontext(both), self, RecoveryOptions(**options))  # type: ignore[arg-type]

    def step(self, text: str) -> None:
        self.announced.append(text)

    wait = step

    def count(self, done: int, total: int) -> None: ...

    # The engine

    def settings(self) -> Settings:
        return configuration.parse(CONFIGURATION | self.configuration)

    def deployment(self) -> Deployment:
        if self.damaged and not self.damaged.path.read_bytes():
            raise Stopped(Reason.STACK_UNREADABLE, "failed to load checkpoint: EOF")
        return self.deployment_

    def receipt(self) -> Receipt | None:
        return self.receipt_

    def holders(self) -> list[Holder] | None:
        return self.lock

    def holders_met(self, urn: str | None) -> list[Holder]:
        self.done.append(("take lock", urn))
        return self.lock_met

    def damaged_state(self) -> Damaged | None:
        return self.damaged

    def free_lock(self) -> None:
        self.done.append(("free lock",))

    def plan(self, imports: Imports) -> list[PlannedStep]:
        if self.begins_meanwhile:
            self.lock = [self.begins_meanwhile]
        wanted = [
            imports.application and "application",
            imports.service_principal and "service-principal",
            *imports.grants,
        ]
        steps = [PlannedStep("import" if name in wanted else "create", found.urn) for name, found in IN_STATE.items()]
        return [PlannedStep("same", ROOT.urn), *steps]

    def bring_in(self, imports: Imports, steps: Iterable[PlannedStep]) -> None:
        self.done.append(("import", imports, [step.name for step in steps]))

    def forget(self, urn: str) -> None:
        self.done.append(("forget", urn.rsplit("::", 1)[1]))

    def take_as_made(self, urn: str) -> None:
        self.done.append(("take as made", urn.rsplit("::", 1)[1]))

    def settle(self, urns: Sequence[str]) -> None:
        self.done.append(("settle", [urn.rsplit("::", 1)[1] for urn in urns]))

    # The tenant

    def registration(self, object_id: str) -> Registration | None:
        if self.begins_meanwhile:
            self.lock = [self.begins_meanwhile]
        return next((one for one in self.registrations if one.object_id == object_id), None)

    def by_client_id(self, client_id: str) -> Registration | None:
        return next((one for one in self.registrations if one.client_id == client_id), None)

    def named(self, name: str) -> list[Registration]:
        return [one for one in self.registrations if one.name == name]

    def half_made(self, name: str) -> list[Registration]:
        return [one for one in self.registrations if one.name == name or one.name.startswith("TERRAFORM_UPDATE_")]

    def remove_key(self, application: str, key_id: str) -> None:
        self.done.append(("remove key", application, key_id))

    def remove_application(self, application: str) -> None:
        self.done.append(("remove application", application))
