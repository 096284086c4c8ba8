"""Who can change the app."""

from dataclasses import replace

from smartrecruiters_calendar.audit.evidence import Unread
from smartrecruiters_calendar.entra.registration import Owner
from smartrecruiters_calendar.outcome import Status
from tests.smartrecruiters_calendar.audit.cases import COLLEAGUE, OWNERS, case, found, statuses, the_failure

STRANGER = Owner("5tr", "Stranger", "person", guest=False)


def test_configured_owners_pass_on_both_objects_in_any_order() -> None:
    given = case(application_owners=tuple(reversed(OWNERS)))
    assert set(statuses(found("owners-as-declared", given)).values()) == {Status.PASS}
    assert len(found("owners-as-declared", given)) == 4


def test_an_owner_nobody_configured_is_named_with_the_object() -> None:
    failed = the_failure("owners-as-declared", case(service_principal_owners=(*OWNERS, STRANGER)))
    assert "person Stranger (5tr) owns the service principal" in failed.sentence


def test_a_configured_owner_that_is_missing_is_named() -> None:
    assert the_failure("owners-as-declared", case(application_owners=OWNERS[:1])).subject == f"application {COLLEAGUE}"


def test_one_owner_is_a_decision_and_none_a_failure() -> None:
    assert statuses(found("enough-owners", case())) == {"application": Status.PASS, "service principal": Status.PASS}
    assert statuses(found("enough-owners", case(application_owners=OWNERS[:1])))["application"] is Status.MANUAL
    assert the_failure("enough-owners", case(application_owners=())).subject == "application"


def test_the_same_only_owner_of_both_objects_is_one_decision() -> None:
    alone = found("enough-owners", case(application_owners=OWNERS[:1], service_principal_owners=OWNERS[:1]))
    assert statuses(alone) == {"application and service principal": Status.MANUAL}
    different = found("enough-owners", case(application_owners=OWNERS[:1], service_principal_owners=OWNERS[1:]))
    assert set(statuses(different)) == {"application", "service principal"}


def test_a_guest_fails_and_an_owner_of_unknown_type_never_passes() -> None:
    guest, unknown = replace(STRANGER, guest=True), replace(STRANGER, guest=None)
    assert "is a guest" in the_failure("no-guest-owners", case(application_owners=(*OWNERS, guest))).sentence
    read = statuses(found("no-guest-owners", case(application_owners=(*OWNERS, unknown))))
    assert read == {"application 5tr": Status.MANUAL, "service principal": Status.PASS}


def test_the_deployer_is_a_service_principal_among_the_configured_owners() -> None:
    assert "Deployer" in found("deployer-owns", case())[0].sentence
    persons = tuple(replace(owner, kind="person") for owner in OWNERS)
    assert found("deployer-owns", case(application_owners=persons))[0].status is Status.MANUAL
    foreign = (replace(STRANGER, kind="service principal"), OWNERS[1])
    assert found("deployer-owns", case(application_owners=foreign))[0].status is Status.MANUAL


def test_unread_owners_never_pass() -> None:
    given = case(application_owners=Unread("application's owners", "no"))
    for check in ("owners-as-declared", "enough-owners", "no-guest-owners", "deployer-owns"):
        assert Status.MANUAL in statuses(found(check, given)).values()
        assert not any(finding.subject.startswith("application ") for finding in found(check, given))
