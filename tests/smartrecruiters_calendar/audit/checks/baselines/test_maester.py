"""Maester's tests: each branch of its own functions."""

from dataclasses import replace
from typing import Any

import pytest

from smartrecruiters_calendar.audit.evidence import AppManagementPolicy
from smartrecruiters_calendar.entra.comparison import Permission
from smartrecruiters_calendar.outcome import Status
from tests.smartrecruiters_calendar.audit.cases import PRINCIPAL, SECRET, case, found, unread

READ_ONLY = frozenset({Permission("Directory.Read.All")})
SCOPE = {"group": "scheduling@contoso.com", "inside": "boardroom@contoso.com", "outside": "ceo@contoso.com"}


@pytest.mark.parametrize(("enabled", "told"), [(True, "passes"), (False, "will be raised for the tenant")])
def test_mt_1002_looks_at_nothing_but_whether_the_default_policy_is_enabled(*, enabled: bool, told: str) -> None:
    (finding,) = found("maester-1002-policy", case(tenant_policy=AppManagementPolicy("default", enabled)))
    assert finding.status is Status.PASS
    assert told in finding.sentence


def test_mt_1057_counts_any_secret_and_its_exception_speaks_of_declared_ones() -> None:
    foreign = replace(SECRET, id="f-1")

    def told(*secrets: Any) -> Any:
        (finding,) = found("maester-1057-secrets", case(application={"credentials": secrets}))
        return finding

    assert told().status is Status.PASS
    assert (told(SECRET).status, told(SECRET, foreign).status) == (Status.PASS, Status.MANUAL)
    assert told(SECRET).exception.startswith("MT.1057: 1 client secret of the app")
    assert "2 client secrets" in told(SECRET, foreign).sentence
    assert told(SECRET, foreign).exception.startswith("MT.1057: 1 client secret of the app")
    assert (told(foreign).status, told(foreign).exception) == (Status.MANUAL, None)


def test_mt_1058_is_raised_for_mailbox_permissions_of_graph_without_an_access_policy() -> None:
    (raised,) = found("maester-1058-mailboxes", case())
    assert (raised.status, "will be raised for Calendars.ReadWrite" in raised.sentence) == (Status.PASS, True)
    assert raised.exception
    elsewhere = frozenset({Permission("Calendars.ReadWrite", resource="Contoso Calendars")})
    for granted in (READ_ONLY, elsewhere):
        assert found("maester-1058-mailboxes", case(granted=granted))[0].status is Status.PASS


def test_mt_1058_excuses_no_permission_that_is_not_declared() -> None:
    (told,) = found("maester-1058-mailboxes", case(granted=frozenset({Permission("Mail.Send")})))
    assert (told.status, told.exception) == (Status.MANUAL, None)
    both = frozenset({Permission("Mail.Send"), Permission("Calendars.ReadWrite")})
    assert found("maester-1058-mailboxes", case(granted=both))[0].status is Status.MANUAL


def test_mt_1058_passes_with_an_access_policy_that_is_in_exchange() -> None:
    narrowed = case(configured={"calendarAccess": "access-policy", "calendarScope": SCOPE})
    (told,) = found("maester-1058-mailboxes", narrowed)
    assert "MT.1058 passes" in told.sentence
    assert told.exception is None


@pytest.mark.parametrize(
    ("enabled", "required", "raised"),
    [(True, True, False), (True, False, True), (False, True, False), (False, False, False)],
)
def test_mt_1075_is_raised_for_an_enabled_app_that_requires_no_assignment(
    *, enabled: bool, required: bool, raised: bool
) -> None:
    principal = replace(PRINCIPAL, enabled=enabled, assignment_required=required)
    (told,) = found("maester-1075-assignment", case(service_principal=principal))
    assert told.status is Status.PASS
    assert ("will be raised" in told.sentence, bool(told.exception)) == (raised, raised)


def test_mt_1075_is_not_excused_where_people_sign_in_to_the_app() -> None:
    (told,) = found("maester-1075-assignment", case(configured={"delegatedPermissions": ["User.Read"]}))
    assert (told.status, told.exception) == (Status.MANUAL, None)


@pytest.mark.parametrize(
    ("check", "part"),
    [
        ("maester-1002-policy", "tenant_policy"),
        ("maester-1058-mailboxes", "granted"),
        ("maester-1075-assignment", "service_principal"),
    ],
)
def test_what_could_not_be_read_passes_nothing(check: str, part: str) -> None:
    (told,) = found(check, unread(part))
    assert told.status is Status.MANUAL
