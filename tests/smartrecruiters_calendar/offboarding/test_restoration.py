"""A restoration brings back what left, leaves alone what is back, and says who goes on where it cannot."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import cast

import pytest

from smartrecruiters_calendar.entra.errors import GraphRefused, GraphUnreachable
from smartrecruiters_calendar.entra.tenant import Tenant
from smartrecruiters_calendar.offboarding.restoration import how_to_restore, restore
from smartrecruiters_calendar.offboarding.result import RestorationResult
from smartrecruiters_calendar.outcome import ExitCode, Reason, Stopped
from smartrecruiters_calendar.progress import Progress
from smartrecruiters_calendar.stack.departure import Departure
from tests.smartrecruiters_calendar.rotation.stands import NOW
from tests.smartrecruiters_calendar.stack_values import OUTPUTS

APPLICATION, PRINCIPAL = OUTPUTS["applicationObjectId"], OUTPUTS["servicePrincipalObjectId"]
LEFT = Departure(at=NOW, client_id=OUTPUTS["clientId"], application=APPLICATION, service_principal=PRINCIPAL)


@dataclass
class FakeTenant:
    deleted: set[str] = field(default_factory=lambda: {APPLICATION, PRINCIPAL})
    there: set[str] = field(default_factory=set)
    refusal: Exception | None = None
    shown_late: int = 0
    """How often the tenant does not show yet what is back."""
    restored: list[str] = field(default_factory=list)

    def has(self, kind: str, object_id: str) -> bool:
        if object_id in self.restored and kind == "applications" and self.shown_late:
            self.shown_late -= 1
            return False
        return object_id in self.there

    def restore(self, object_id: str) -> None:
        if self.refusal:
            raise self.refusal
        if object_id not in self.deleted:
            raise GraphRefused(404, "Request_ResourceNotFound", "No such object.")
        self.deleted.remove(object_id)
        self.there.add(object_id)
        self.restored.append(object_id)


class Quiet:
    def step(self, text: str) -> None: ...

    wait = step

    def count(self, done: int, total: int) -> None: ...


def run(
    tenant: FakeTenant,
    left: Departure | None = LEFT,
    sign_in: Callable[[], AbstractContextManager[Tenant]] | None = None,
    wait: float = 5,
) -> RestorationResult:
    quiet: Progress = Quiet()
    return restore("acme", left, sign_in or (lambda: nullcontext(cast(Tenant, tenant))), wait, quiet)


def test_the_application_comes_back_before_its_service_principal_which_needs_it() -> None:
    tenant = FakeTenant()
    result = run(tenant)
    assert tenant.restored == [APPLICATION, PRINCIPAL]
    assert (result.exit_code, result.restored) == (ExitCode.OK, ("application", "service principal"))
    assert result.next == how_to_restore("acme", LEFT.client_id)[1:]
    assert LEFT.client_id in result.next[0].command


@pytest.mark.parametrize(
    ("back", "restored"), [({APPLICATION}, ("service principal",)), ({APPLICATION, PRINCIPAL}, ())]
)
def test_what_is_back_already_is_left_alone(back: set[str], restored: tuple[str, ...]) -> None:
    tenant = FakeTenant(deleted={APPLICATION, PRINCIPAL} - back, there=set(back))
    result = run(tenant)
    assert (result.exit_code, result.restored) == (ExitCode.OK, restored)
    assert tenant.there == {APPLICATION, PRINCIPAL}


def test_a_service_principal_that_is_kept_no_more_does_not_stop_it() -> None:
    result = run(FakeTenant(deleted={APPLICATION}))
    assert (result.exit_code, result.restored) == (ExitCode.OK, ("application",))


def test_it_is_waited_for_until_the_tenant_shows_it() -> None:
    tenant = FakeTenant(shown_late=1)
    assert run(tenant).exit_code is ExitCode.OK
    assert tenant.shown_late == 0


@pytest.mark.parametrize(
    ("tenant", "left", "reason", "told"),
    [
        (FakeTenant(deleted=set()), LEFT, Reason.NOTHING_TO_RESTORE, "30 days"),
        (FakeTenant(), None, Reason.NOTHING_TO_RESTORE, "no note of an offboarding"),
        (
            FakeTenant(refusal=GraphRefused(403, "Authorization_RequestDenied", "No.")),
            LEFT,
            Reason.ADMINISTRATOR_NEEDED,
            "ask an administrator",
        ),
        (FakeTenant(refusal=GraphRefused(409, "Conflict", "In use.")), LEFT, Reason.DIRECTORY_REFUSED, "In use."),
        (FakeTenant(refusal=GraphUnreachable("cut")), LEFT, Reason.GRAPH_UNREACHABLE, "run this again"),
        (FakeTenant(shown_late=10_000), LEFT, Reason.GRAPH_UNREACHABLE, "did not show it"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_where_it_cannot_the_next_step_is_told(
    tenant: FakeTenant, left: Departure | None, reason: Reason, told: str
) -> None:
    with pytest.raises(Stopped) as stopped:
        run(tenant, left, wait=0.05)
    assert stopped.value.reason is reason
    assert told in stopped.value.sentence


def test_cut_off_between_the_two_a_later_run_brings_back_the_rest() -> None:
    tenant = FakeTenant()
    tenant.deleted.remove(PRINCIPAL)
    tenant.restore(APPLICATION)
    tenant.deleted.add(PRINCIPAL)
    assert run(tenant).restored == ("service principal",)


def test_nobody_is_asked_to_sign_in_where_nothing_left() -> None:
    def never() -> Tenant:
        raise AssertionError

    with pytest.raises(Stopped):
        run(FakeTenant(), None, never)
