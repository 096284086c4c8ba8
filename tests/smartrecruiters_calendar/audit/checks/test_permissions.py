"""Declared = requested = granted, both ways, and nobody acts for people."""

from smartrecruiters_calendar.audit.evidence import DelegatedGrant, Unread
from smartrecruiters_calendar.entra.comparison import Permission
from smartrecruiters_calendar.outcome import Status
from tests.smartrecruiters_calendar.audit.cases import NAMES, case, found, statuses, the_failure

DECLARED = frozenset(map(Permission, NAMES))


def test_what_is_as_declared_passes_once_per_permission() -> None:
    for check in ("requested-as-declared", "granted-as-declared"):
        assert statuses(found(check, case())) == dict.fromkeys(NAMES, Status.PASS)


def test_the_order_of_permissions_never_matters() -> None:
    given = case(configured={"permissions": list(reversed(NAMES))})
    assert found("requested-as-declared", given) == found("requested-as-declared", case())


def test_a_request_nobody_declared_is_named_delegated_ones_too() -> None:
    for extra in (
        Permission("Mail.ReadWrite"),
        Permission("User.Read", "delegated"),
        Permission("x", resource="Other"),
    ):
        failed = the_failure("requested-as-declared", case(application={"requested": DECLARED | {extra}}))
        assert str(extra) in failed.sentence


def test_a_declared_permission_that_is_not_requested_is_named() -> None:
    failed = the_failure("requested-as-declared", case(application={"requested": frozenset({Permission(NAMES[0])})}))
    assert failed.subject == NAMES[1]


def test_an_extra_grant_and_a_missing_one_are_named() -> None:
    extra = case(granted=DECLARED | {Permission("Mail.ReadWrite")})
    assert "Mail.ReadWrite is granted" in the_failure("granted-as-declared", extra).sentence
    missing = case(granted=frozenset({Permission(NAMES[0])}))
    assert "Calendars.ReadWrite is declared, but not granted" in the_failure("granted-as-declared", missing).sentence


def test_no_grants_at_all_means_none_and_fails_for_each() -> None:
    assert set(statuses(found("granted-as-declared", case(granted=frozenset()))).values()) == {Status.FAIL}


def test_the_same_name_of_another_api_is_another_permission() -> None:
    other = Permission(NAMES[0], resource="Windows Azure Active Directory")
    failed = the_failure("granted-as-declared", case(granted=DECLARED | {other}))
    assert "Directory.Read.All of Windows Azure Active Directory" in failed.sentence


def test_each_delegated_permission_is_named_with_whom_it_is_for() -> None:
    grants = (
        DelegatedGrant(Permission("Mail.Read", "delegated"), None),
        DelegatedGrant(Permission("User.Read", "delegated"), "person-1"),
    )
    told = [finding.sentence for finding in found("no-delegated-grants", case(delegated=grants))]
    assert ["for everybody in the tenant" in told[0], "for the person person-1" in told[1]] == [True, True]
    assert found("no-delegated-grants", case())[0].status is Status.PASS


def test_the_delegated_way_is_configured_and_then_nobody_is_told_to_break_it() -> None:
    way = {"delegatedPermissions": ["Calendars.ReadWrite.Shared", "User.Read"]}
    calendars, user = (Permission(name, "delegated") for name in way["delegatedPermissions"])
    granted = (DelegatedGrant(calendars, "person-1"), DelegatedGrant(user, None))
    asked = DECLARED | {calendars, user}
    given = case(configured=way, delegated=granted, application={"requested": asked})
    for check in ("no-delegated-grants", "requested-as-declared", "granted-as-declared"):
        assert set(statuses(found(check, given)).values()) == {Status.PASS}
    stranger = DelegatedGrant(Permission("Mail.Read", "delegated"), None)
    extra = case(configured=way, delegated=(*granted, stranger))
    assert "Mail.Read" in the_failure("no-delegated-grants", extra).subject
    assert "User.Read" in the_failure("no-delegated-grants", case(configured=way, delegated=granted[:1])).subject
    unasked = case(configured=way, delegated=granted, application={"requested": DECLARED | {calendars}})
    assert "User.Read" in the_failure("requested-as-declared", unasked).subject


def test_a_program_that_grants_the_delegated_way_itself_is_not_excused() -> None:
    grant = DelegatedGrant(Permission("User.Read", "delegated"), None)
    given = case(source="program", configured={"delegatedPermissions": ["User.Read"]}, delegated=(grant,))
    assert the_failure("no-delegated-grants", given)
    assert (
        found("no-delegated-grants", case(source="program", configured={"delegatedPermissions": ["User.Read"]})) == []
    )


def test_what_could_not_be_read_is_for_a_person_and_never_passes() -> None:
    unread = Unread("grants", "Graph refused it (403 Authorization_RequestDenied)")
    (finding,) = found("granted-as-declared", case(granted=unread))
    assert finding.status is Status.MANUAL
    assert "403 Authorization_RequestDenied" in finding.sentence


def test_a_grant_that_was_removed_and_given_again_is_another_one() -> None:
    again = case(grant_ids=frozenset({"grant-1", "grant-3"}))
    assert the_failure("granted-by-this-stack", again).subject == "grant-2"
    assert [one.status for one in found("granted-by-this-stack", case())] == [Status.PASS]
    assert found("granted-by-this-stack", case(granted=frozenset())) == []
