"""Every credential, one finding each, foreign ones named, ends counted in days."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.evidence import AppManagementPolicy, PolicyRestriction, PolicyRestrictions, Unread
from smartrecruiters_calendar.entra.registration import Credential
from smartrecruiters_calendar.outcome import Status
from tests.smartrecruiters_calendar.audit.cases import (
    KEY,
    NOW,
    OLD_KEY,
    PRINCIPAL,
    SECRET,
    case,
    found,
    statuses,
    the_failure,
)

FOREIGN = replace(SECRET, id="f-1", name="made by hand")
BOTH = {"secrets": [{"issued": "2026-12-01", "years": 1}, {"issued": "2026-02-01", "years": 1}]}
OUTGOING = replace(SECRET, id=OLD_KEY, name="dev 2026-02-01", ends=NOW + timedelta(days=22))


def test_current_and_outgoing_secret_are_known_by_their_key_id() -> None:
    given = case(application={"credentials": (OUTGOING, SECRET)}, configured=BOTH)
    told = {finding.subject: finding.sentence for finding in found("secrets-as-declared", given)}
    assert told[KEY].endswith("is the declared current one.")
    assert told[OLD_KEY].endswith("is the declared outgoing one.")


def test_a_foreign_secret_is_named_with_the_day_it_was_made() -> None:
    failed = the_failure("secrets-as-declared", case(application={"credentials": (SECRET, FOREIGN)}))
    assert failed.subject == "f-1"
    assert "'made by hand' (f-1)" in failed.sentence
    assert "2026-12-01 is foreign" in failed.sentence


def test_a_secret_of_the_declared_name_and_another_key_is_foreign_all_the_same() -> None:
    impostor = replace(SECRET, id="f-2")
    assert the_failure("secrets-as-declared", case(application={"credentials": (SECRET, impostor)})).subject == "f-2"


def test_a_secret_with_another_stacks_name_fails_and_is_not_called_foreign() -> None:
    given = case(application={"credentials": (SECRET, replace(FOREIGN, name="first 2026-12-01"))})
    failed = the_failure("secrets-as-declared", given)
    assert "bears the name of the stack first" in failed.sentence
    assert "foreign" not in failed.sentence


def test_a_secret_on_the_service_principal_is_foreign() -> None:
    hidden = replace(FOREIGN, holder="service principal")
    given = case(service_principal=replace(PRINCIPAL, credentials=(hidden,)))
    assert "of the service principal" in the_failure("secrets-as-declared", given).sentence


def test_a_declared_secret_that_is_gone_or_not_deployed_is_named() -> None:
    assert the_failure("secrets-as-declared", case(application={"credentials": ()})).subject == KEY
    newer = {"secrets": [{"issued": "2026-12-01", "years": 1}, {"issued": "2027-01-05", "years": 1}]}
    assert "not deployed yet" in the_failure("secrets-as-declared", case(configured=newer)).sentence


def test_a_secret_that_ends_later_than_declared_fails() -> None:
    longer = replace(SECRET, ends=SECRET.ends and SECRET.ends + timedelta(days=365))
    failed = the_failure("secret-ends-as-declared", case(application={"credentials": (longer,)}))
    assert "ends on 2028-11-30, but 2027-12-01 is declared" in failed.sentence
    assert found("secret-ends-as-declared", case())[0].status is Status.PASS


def test_a_declared_secret_under_another_name_fails() -> None:
    renamed = replace(SECRET, name="old, do not use")
    failed = the_failure("secret-named-as-declared", case(application={"credentials": (renamed,)}))
    assert failed.subject == KEY
    assert "under the display name 'dev 2026-12-01'" in failed.sentence
    assert found("secret-named-as-declared", case())[0].status is Status.PASS


def renamed(name: str) -> Case:
    """The stack had that name when it was deployed, and is called `dev` now."""
    credential = replace(SECRET, name=f"{name} 2026-12-01")
    given = case(application={"credentials": (credential,)})
    names = {SECRET.starts.date(): credential.name} if SECRET.starts else {}
    return replace(given, deployed=replace(given.deployed, key_names=names))


def test_a_stack_that_was_renamed_keeps_its_secrets_and_their_names() -> None:
    for check in ("secrets-as-declared", "secret-named-as-declared"):
        assert set(statuses(found(check, renamed("acme-test"))).values()) == {Status.PASS}


def test_a_name_in_the_state_that_is_not_of_the_secrets_day_excuses_nothing() -> None:
    credential = replace(SECRET, name="old, do not use")
    given = case(application={"credentials": (credential,)})
    names = {SECRET.starts.date(): credential.name} if SECRET.starts else {}
    kept = replace(given, deployed=replace(given.deployed, key_names=names))
    assert "'dev 2026-12-01'" in the_failure("secret-named-as-declared", kept).sentence


@pytest.mark.parametrize(
    ("days", "status"), [(-40, Status.FAIL), (0, Status.FAIL), (30, Status.FAIL), (31, Status.PASS), (300, Status.PASS)]
)
def test_the_threshold_is_thirty_days(days: int, status: Status) -> None:
    ending = replace(SECRET, ends=NOW + timedelta(days=days))
    (finding,) = found("credentials-not-ending", case(application={"credentials": (ending,)}))
    assert (finding.status, finding.days) == (status, days)
    assert f"{abs(days)} days" in finding.sentence


def test_an_outgoing_secret_that_ends_soon_is_for_a_person() -> None:
    given = case(application={"credentials": (SECRET, OUTGOING)}, configured=BOTH)
    assert statuses(found("credentials-not-ending", given))[OLD_KEY] is Status.MANUAL


def test_a_credential_without_end_fails() -> None:
    endless = replace(SECRET, ends=None)
    assert (
        "no end date" in the_failure("credentials-not-ending", case(application={"credentials": (endless,)})).sentence
    )


def test_a_certificate_and_a_federated_credential_are_named() -> None:
    certificate = Credential("certificate", "c-1", "CN=backdoor")
    failed = the_failure("no-certificates", case(application={"credentials": (SECRET, certificate)}))
    assert "'CN=backdoor' (c-1)" in failed.sentence
    federated = Credential("federated", "w-1", "ci: repo:evil/x of https://token.example")
    assert "repo:evil/x" in the_failure("no-federated-credentials", case(federated=(federated,))).sentence
    assert found("no-certificates", case())[0].status is Status.PASS
    assert found("no-federated-credentials", case())[0].status is Status.PASS


def test_a_policy_that_would_refuse_the_next_secret_fails_and_the_apps_own_one_wins() -> None:
    tight, blocked = (
        AppManagementPolicy(name, applications=PolicyRestrictions(secrets=(restriction,)))
        for name, restriction in (
            ("tight", PolicyRestriction("passwordLifetime", longest_days=180)),
            ("blocked", PolicyRestriction("passwordAddition")),
        )
    )
    assert the_failure("rotation-allowed", case(tenant_policy=tight)).days == 365
    assert the_failure("rotation-allowed", case(tenant_policy=blocked)).subject == "blocked"
    assert found("rotation-allowed", case())[0].status is Status.PASS

    def with_own(*restrictions: PolicyRestriction, enabled: bool = True) -> Any:
        own = AppManagementPolicy("ours", enabled, PolicyRestrictions(secrets=restrictions))
        return case(tenant_policy=blocked, own_policy=own)

    exempted = PolicyRestriction("passwordAddition", enabled=False)
    short = PolicyRestriction("passwordLifetime", longest_days=90)
    assert found("rotation-allowed", with_own(exempted))[0].status is Status.PASS
    assert the_failure("rotation-allowed", with_own(exempted, enabled=False)).subject == "blocked"
    assert the_failure("rotation-allowed", with_own()).subject == "blocked"
    assert the_failure("rotation-allowed", with_own(exempted, short)).subject == "ours"
    assert [one.subject for one in found("rotation-allowed", with_own(short))] == ["ours", "blocked"]


@pytest.mark.parametrize(
    ("after", "status"), [(None, Status.FAIL), (datetime(2026, 11, 30, tzinfo=UTC), Status.FAIL), (NOW, Status.PASS)]
)
def test_a_restriction_for_apps_created_later_does_not_concern_this_one(after: Any, status: Status) -> None:
    later = PolicyRestriction("passwordAddition", created_after=after)
    policy = AppManagementPolicy("later", applications=PolicyRestrictions(secrets=(later,)))
    assert found("rotation-allowed", case(tenant_policy=policy))[0].status is status
    assert found("rotation-allowed", case(tenant_policy=policy, application={"created": None}))[0].status is Status.FAIL


@pytest.mark.parametrize("part", ["own_policy", "tenant_policy"])
def test_an_unread_policy_never_passes(part: str) -> None:
    unread: dict[str, Any] = {part: Unread("app management policy", "no")}
    for other in (None, AppManagementPolicy("ours")):
        given = case(**({"own_policy": other} | unread))
        assert found("rotation-allowed", given)[0].status is Status.MANUAL
