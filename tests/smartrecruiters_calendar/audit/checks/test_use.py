"""Whether the app is used, and how far it reaches."""

from datetime import timedelta

import pytest

from smartrecruiters_calendar.audit.evidence import SignIn, Unread
from smartrecruiters_calendar.audit.report import report_of
from smartrecruiters_calendar.entra.comparison import Permission
from smartrecruiters_calendar.outcome import Status
from tests.smartrecruiters_calendar.audit.cases import EVIDENCE, NOW, case, found, statuses, the_failure

READ_ONLY = frozenset({Permission("Directory.Read.All")})


@pytest.mark.parametrize(("days", "status"), [(0, Status.MANUAL), (30, Status.MANUAL), (31, Status.FAIL)])
def test_a_sign_in_as_itself_may_be_the_projects_own_and_never_passes(days: int, status: Status) -> None:
    (finding,) = found("used-lately", case(sign_in=SignIn(NOW - timedelta(days=days))))
    assert (finding.status, finding.days) == (status, days)


@pytest.mark.parametrize(("days", "status"), [(0, Status.PASS), (30, Status.PASS), (31, Status.MANUAL)])
def test_a_sign_in_for_a_person_is_no_check_of_the_projects_and_counts_for_thirty_days(
    days: int, status: Status
) -> None:
    (finding,) = found("used-lately", case(sign_in=SignIn(NOW, NOW - timedelta(days=days))))
    assert finding.status is status
    assert found("used-lately", case(sign_in=SignIn(None, NOW - timedelta(days=31))))[0].status is Status.FAIL


def test_an_app_that_never_signed_in_fails_once_it_is_old_enough() -> None:
    never = SignIn(None)
    young = {"created": NOW - timedelta(days=3)}
    assert found("used-lately", case(sign_in=never, application=young))[0].status is Status.MANUAL
    assert "40 days old" in the_failure("used-lately", case(sign_in=never)).sentence


def test_unread_activity_never_passes() -> None:
    assert found("used-lately", case(sign_in=Unread("sign-in activity", "no")))[0].status is Status.MANUAL


def test_a_tenant_wide_calendar_permission_is_a_decision_and_no_mailbox_permission_passes() -> None:
    assert statuses(found("mailbox-scope", case())) == {"Calendars.ReadWrite": Status.MANUAL}
    assert found("mailbox-scope", case(granted=READ_ONLY))[0].status is Status.PASS


SCOPE = {"group": "scheduling@contoso.com", "inside": "boardroom@contoso.com", "outside": "ceo@contoso.com"}


@pytest.mark.parametrize("access", ["exchange-rbac", "access-policy"])
def test_a_scope_is_named_with_the_mailboxes_that_prove_it(access: str) -> None:
    granted = READ_ONLY if access == "exchange-rbac" else EVIDENCE.granted
    (finding,) = found(
        "mailbox-scope", case(configured={"calendarAccess": access, "calendarScope": SCOPE}, granted=granted)
    )
    assert finding.status is Status.MANUAL
    for named in (*SCOPE.values(), "scripts/exchange_scope.py", "--stack dev"):
        assert named in finding.sentence


def test_a_filter_is_named_where_it_decides_the_scope() -> None:
    scope = {"recipientFilter": "Office -eq 'Berlin'", "inside": SCOPE["inside"], "outside": SCOPE["outside"]}
    given = case(configured={"calendarAccess": "exchange-rbac", "calendarScope": scope}, granted=READ_ONLY)
    assert "Office -eq 'Berlin'" in found("mailbox-scope", given)[0].sentence


def test_a_tenant_wide_grant_beside_an_exchange_scope_fails() -> None:
    given = case(configured={"calendarAccess": "exchange-rbac", "calendarScope": SCOPE})
    assert "meaningless" in the_failure("mailbox-scope", given).sentence


def test_the_report_names_the_mailboxes_that_are_meant() -> None:
    assert report_of(case()).mailboxes == "every mailbox of the company"
    scoped = case(configured={"calendarAccess": "exchange-rbac", "calendarScope": SCOPE}, granted=READ_ONLY)
    assert SCOPE["group"] in str(report_of(scoped).mailboxes)
