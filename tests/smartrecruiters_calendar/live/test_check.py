"""Whatever happens in between, what was made is removed, and what could not be removed is named."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import cast

import pytest
import stamina

from smartrecruiters_calendar.audit.finding import Finding
from smartrecruiters_calendar.audit.report import AuditReport, not_begun
from smartrecruiters_calendar.entra.errors import EntraRefused, EntraUnreachable, GraphRefused, GraphUnreachable
from smartrecruiters_calendar.entra.tenant import DirectoryObject, Tenant
from smartrecruiters_calendar.live.check import LiveResult, live_check
from smartrecruiters_calendar.live.place import Place
from smartrecruiters_calendar.live.plan import Plan
from smartrecruiters_calendar.live.recording import Recording
from smartrecruiters_calendar.outcome import ExitCode, Reason, Status, Stopped
from smartrecruiters_calendar.stack.stack import Outputs
from tests.smartrecruiters_calendar.stack_values import DIRECTORY, OUTPUTS, SECRET

APPLICATION = DirectoryObject("applications", "d0000000-0000-4000-8000-00000000000d")
PRINCIPAL = DirectoryObject("servicePrincipals", "e0000000-0000-4000-8000-00000000000e")
FOREIGN = "SmartRecruiters Calendar Integration"


@dataclass
class FakeTenant:
    """A tenant by display name; `keeps` are objects that cannot be deleted."""

    objects: dict[str, list[DirectoryObject]] = field(
        default_factory=lambda: {FOREIGN: [DirectoryObject("applications", "foreign")]}
    )
    keeps: dict[DirectoryObject, GraphRefused] = field(default_factory=dict)
    lost: Exception | None = None

    def objects_named(self, display_name: str) -> list[DirectoryObject]:
        if self.lost:
            raise self.lost
        return list(self.objects.get(display_name, []))

    def remove(self, leftover: DirectoryObject) -> None:
        if leftover in self.keeps:
            raise self.keeps[leftover]
        for objects in self.objects.values():
            if leftover in objects:
                objects.remove(leftover)


@dataclass
class FakeDeployment:
    tenant: FakeTenant
    plan: Plan
    failure: BaseException | None = None
    destroys: bool = True
    destroying: BaseException | None = None

    def deploy(self) -> Outputs:
        self.tenant.objects[self.plan.display_name] = [PRINCIPAL, APPLICATION]
        if self.failure:
            raise self.failure
        return Outputs.model_validate(OUTPUTS)

    def destroy(self) -> None:
        if self.destroying:
            raise self.destroying
        if self.destroys:
            self.tenant.objects[self.plan.display_name] = []


def audited(*statuses: Status) -> AuditReport:
    findings = [Finding(check="c", status=status, subject="s", sentence=f"It is {status}.") for status in statuses]
    return AuditReport(
        stack="live",
        source="tenant",
        at=datetime(2026, 12, 1, tzinfo=UTC),
        exit_code=ExitCode.OK,
        sentence="As declared.",
        findings=tuple(findings),
    )


@dataclass
class Live:
    plan: Plan = field(default_factory=lambda: Plan(DIRECTORY, "owner", ("Directory.Read.All",)))
    tenant: FakeTenant = field(default_factory=FakeTenant)
    failure: BaseException | None = None
    destroys: bool = True
    destroying: BaseException | None = None
    asking: BaseException | None = None
    report: AuditReport = field(default_factory=lambda: audited(Status.PASS, Status.MANUAL))

    def run(self) -> LiveResult:
        deployment = FakeDeployment(self.tenant, self.plan, self.failure, self.destroys, self.destroying)
        return live_check(
            self.plan, cast(Place, deployment), cast(Tenant, self.tenant), self.ask, lambda: self.report, self
        )

    def ask(self, outputs: Outputs) -> Recording:
        if self.asking:
            raise self.asking
        return Recording(cloud="other", answers=())

    def step(self, text: str) -> None:
        assert SECRET not in text

    wait = step

    def count(self, done: int, total: int) -> None:
        raise AssertionError("nothing is counted")


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


def test_an_app_that_works_is_recorded_and_removed() -> None:
    live = Live()
    result = live.run()
    assert (result.exit_code, result.removed, result.reason) == (ExitCode.OK, True, None)
    assert result.recording is not None
    assert result.client_id == OUTPUTS["clientId"]
    assert SECRET not in result.model_dump_json()
    assert live.tenant.objects[FOREIGN]


@pytest.mark.parametrize(
    ("broken", "code", "reason"),
    [
        (lambda: Live(failure=Stopped(Reason.LIVE_DEPLOYMENT_FAILED, "No.")), 1, Reason.LIVE_DEPLOYMENT_FAILED),
        (lambda: Live(failure=KeyboardInterrupt()), 130, None),
        (lambda: Live(asking=KeyboardInterrupt()), 130, None),
        (lambda: Live(asking=EntraRefused("AADSTS7000215: no")), 1, Reason.LIVE_APP_REFUSED),
        (lambda: Live(asking=GraphRefused(403, "Denied", "No.")), 1, Reason.LIVE_APP_REFUSED),
        (lambda: Live(asking=EntraUnreachable("cut")), 3, Reason.ENTRA_UNREACHABLE),
        (lambda: Live(asking=GraphUnreachable("cut")), 3, Reason.GRAPH_UNREACHABLE),
    ],
)
@pytest.mark.parametrize("destroys", [True, False], ids=["the engine removes", "the engine leaves it"])
def test_what_was_made_is_removed_whatever_happened(
    broken: Callable[[], Live], code: int, reason: Reason | None, destroys: bool
) -> None:
    live = broken()
    live.destroys = destroys
    result = live.run()
    assert (result.exit_code, result.reason, result.removed) == (code, reason, True)
    assert live.tenant.objects[live.plan.display_name] == []
    assert live.tenant.objects[FOREIGN], "an object of another name was touched"


def test_a_finding_of_the_audit_fails_the_check_and_the_app_is_removed() -> None:
    result = Live(report=audited(Status.PASS, Status.FAIL)).run()
    assert (result.exit_code, result.reason, result.removed) == (1, Reason.LIVE_AUDIT_FAILED, True)
    assert "It is FAIL." in result.sentence
    assert result.audit is not None
    assert result.audit.failed == ("It is FAIL.",)


def test_an_operator_who_is_not_signed_in_skips_the_audit_alone() -> None:
    now = datetime(2026, 12, 1, tzinfo=UTC)
    stopped = Stopped(Reason.IDENTITY_INCOMPLETE, "The operator gets no token.")
    result = Live(report=not_begun("live", "tenant", now, stopped)).run()
    assert result.exit_code == ExitCode.OK
    assert result.audit is not None
    assert result.audit.sentence == "The operator gets no token."


def test_a_defect_is_not_swallowed_and_still_leaves_nothing() -> None:
    live = Live(asking=ZeroDivisionError(), destroys=False)
    with pytest.raises(ZeroDivisionError):
        live.run()
    assert live.tenant.objects[live.plan.display_name] == []


def test_a_service_principal_that_went_with_its_application_is_no_failure() -> None:
    live = Live(destroys=False)
    live.tenant.keeps = {PRINCIPAL: GraphRefused(404, "Request_ResourceNotFound", "Gone.")}
    first = live.tenant.remove

    def remove(leftover: DirectoryObject) -> None:
        if leftover == APPLICATION:
            live.tenant.objects[live.plan.display_name] = []
        else:
            first(leftover)

    live.tenant.remove = remove  # type: ignore[method-assign]
    assert live.run().removed


def test_what_is_left_is_named_with_the_next_step() -> None:
    live = Live(destroys=False)
    live.tenant.keeps = {APPLICATION: GraphRefused(404, "Request_ResourceNotFound", "Not visible.")}
    result = live.run()
    assert (result.exit_code, result.reason, result.removed) == (1, Reason.LIVE_NOT_REMOVED, False)
    assert result.remaining == (f"applications/{APPLICATION.object_id}",)
    assert "remove it under App registrations" in result.sentence


def test_a_second_ctrl_c_during_the_removal_says_what_may_be_left() -> None:
    live = Live(failure=KeyboardInterrupt(), destroying=KeyboardInterrupt())
    result = live.run()
    assert (result.exit_code, result.reason, result.removed) == (130, Reason.LIVE_REMOVAL_UNKNOWN, False)
    assert live.plan.display_name in result.sentence
    assert "interrupted" in result.sentence


@pytest.mark.parametrize("lost", [GraphUnreachable("cut"), GraphRefused(403, "Denied", "No.")])
def test_a_tenant_that_does_not_tell_is_not_called_clean(lost: Exception) -> None:
    live = Live()
    live.tenant.lost = lost
    result = live.run()
    assert (result.exit_code, result.reason, result.removed) == (3, Reason.LIVE_REMOVAL_UNKNOWN, False)


def test_the_plan_tells_the_reach_and_has_a_name_of_its_own() -> None:
    one, other = (Plan(DIRECTORY, "owner", ("Calendars.ReadWrite",)) for _ in range(2))
    text = "\n".join(one.lines())
    assert "every calendar of the tenant" in text
    assert DIRECTORY in text
    assert one.display_name != other.display_name
    assert one.display_name in text
