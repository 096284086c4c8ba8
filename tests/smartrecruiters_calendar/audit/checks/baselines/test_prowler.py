"""Prowler's checks: each branch of their own code."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from components.privileged import TIER_0_ROLES
from smartrecruiters_calendar.audit.evidence import (
    AppManagementPolicy,
    Held,
    PolicyRestriction,
    PolicyRestrictions,
    Power,
    Unread,
)
from smartrecruiters_calendar.entra.comparison import Permission
from smartrecruiters_calendar.entra.registration import Credential
from smartrecruiters_calendar.outcome import Status
from tests.smartrecruiters_calendar.audit.cases import (
    APPLICATION,
    DEPLOYER,
    EVIDENCE,
    KEY,
    NOW,
    OWNERS,
    PRINCIPAL,
    SECRET,
    case,
    found,
    unread,
)

SECRETS = ("passwordAddition", "passwordLifetime", "customPasswordAddition")
CERTIFICATE = "asymmetricKeyLifetime"
SCOPE = {"group": "scheduling@contoso.com", "inside": "boardroom@contoso.com", "outside": "ceo@contoso.com"}


def policy(*kinds: str, enabled: bool = True, off: str = "") -> AppManagementPolicy:
    secrets = tuple(PolicyRestriction(kind, kind != off) for kind in kinds if kind != CERTIFICATE)
    certificates = tuple(PolicyRestriction(kind, kind != off) for kind in kinds if kind == CERTIFICATE)
    return AppManagementPolicy("default", enabled, PolicyRestrictions(secrets, certificates))


@pytest.mark.parametrize(
    ("tenants", "told"),
    [
        (policy(*SECRETS, CERTIFICATE), "passes"),
        (policy(*SECRETS, CERTIFICATE, enabled=False), "is not enabled"),
        (policy(), "block password addition, restrict max password lifetime, block custom passwords, restrict max"),
        *[
            (policy(*(one for one in (*SECRETS, CERTIFICATE) if one != left)), "lacks: ")
            for left in (*SECRETS, CERTIFICATE)
        ],
        *[(policy(*SECRETS, CERTIFICATE, off=off), "lacks: ") for off in (*SECRETS, CERTIFICATE)],
        (
            AppManagementPolicy("default", service_principals=policy(*SECRETS, CERTIFICATE).applications),
            "lacks: block password addition",
        ),
    ],
)
def test_the_default_policy_needs_four_restrictions_on_applications(tenants: AppManagementPolicy, told: str) -> None:
    (finding,) = found("prowler-app-policy", case(tenant_policy=tenants))
    assert finding.status is Status.PASS
    assert told in finding.sentence
    assert ("Prowler will raise" in finding.sentence) is (told != "passes")


def test_one_finding_a_registration_names_every_secret_and_excuses_declared_ones() -> None:
    foreign = replace(SECRET, id="f-1", name="backdoor")

    def told(*credentials: Any) -> Any:
        (finding,) = found("prowler-client-secret", case(application={"credentials": credentials}))
        return finding

    assert told().status is Status.PASS
    assert told(Credential("certificate", "c-1", "CN=x")).status is Status.PASS
    ended = replace(SECRET, ends=NOW - timedelta(days=1))
    assert told(ended).status is Status.MANUAL
    assert (told(SECRET).status, bool(told(SECRET).exception)) == (Status.PASS, True)
    assert told(SECRET, foreign).status is Status.MANUAL
    both = told(SECRET, foreign)
    assert "f-1" in both.sentence
    assert "f-1" not in both.exception
    assert told(foreign).exception is None


@pytest.mark.parametrize(
    ("ends", "told"),
    [
        (None, "has no end"),
        (NOW - timedelta(days=1), "has ended"),
        (NOW, "has ended"),
        (NOW + timedelta(days=30, hours=23), "ends in 30 days"),
        (NOW + timedelta(days=31), ""),
    ],
)
@pytest.mark.parametrize("kind", ["secret", "certificate"])
def test_each_credential_has_to_end_in_more_than_30_days(kind: Any, ends: Any, told: str) -> None:
    credential = replace(SECRET, kind=kind, ends=ends)
    (finding,) = found("prowler-credential-expiry", case(application={"credentials": (credential,)}))
    assert finding.status is (Status.MANUAL if told else Status.PASS)
    assert told in finding.sentence


def test_an_app_without_credentials_is_not_looked_at() -> None:
    assert found("prowler-credential-expiry", case(application={"credentials": ()})) == []


def test_mailbox_permissions_need_an_access_policy_unless_the_app_is_disabled() -> None:
    check = "prowler-mailbox-policy"
    (raised,) = found(check, case())
    assert (raised.status, "Prowler will raise" in raised.sentence, bool(raised.exception)) == (Status.PASS, True, True)
    disabled = replace(PRINCIPAL, enabled=False)
    assert found(check, case(service_principal=disabled))[0].status is Status.PASS
    assert found(check, case(granted=frozenset({Permission("Directory.Read.All")})))[0].status is Status.PASS
    (narrowed,) = found(check, case(configured={"calendarAccess": "access-policy", "calendarScope": SCOPE}))
    assert "Prowler passes Calendars.ReadWrite" in narrowed.sentence
    (undeclared,) = found(check, case(granted=frozenset({Permission("Mail.Send")})))
    assert (undeclared.status, undeclared.exception) == (Status.MANUAL, None)


def test_what_defender_alone_knows_is_for_a_person_and_names_the_permission_that_reads_it() -> None:
    (told,) = found("prowler-unused-privileges", case())
    assert told.status is Status.MANUAL
    assert "ThreatHunting.Read.All" in told.sentence
    assert found("prowler-unused-privileges", case(granted=frozenset()))[0].status is Status.PASS


@pytest.mark.parametrize(
    ("check", "part"),
    [
        ("prowler-app-policy", "tenant_policy"),
        ("prowler-client-secret", "application"),
        ("prowler-credential-expiry", "application"),
        ("prowler-mailbox-policy", "granted"),
        ("prowler-unused-privileges", "granted"),
    ],
)
def test_what_could_not_be_read_passes_nothing(check: str, part: str) -> None:
    (told,) = found(check, unread(part))
    assert told.status is Status.MANUAL


def role(template: str, scope: str = "/") -> Power:
    return Power(roles=(Held("directory role", template, "", template, scope),))


GLOBAL_ADMINISTRATOR = role("62e90394-69f5-4237-9190-012177145e10")
SYNCHRONIZATION = "d29b2b05-8046-44ba-8758-1e26182fcf32"
"""Of Directory Synchronization Accounts: on Prowler's list and not on that of `components.privileged`."""
SHORTER = "29232cdf-9323-42fd-ade2-1d097af3e4de"
"""Of Exchange Administrator: the other way round."""
BY_ROLE = ("prowler-privileged-secret", "prowler-privileged-owners")


@pytest.mark.parametrize("check", BY_ROLE)
@pytest.mark.parametrize(
    ("power", "raised"),
    [
        (Power(), False),
        (GLOBAL_ADMINISTRATOR, True),
        (role("62e90394-69f5-4237-9190-012177145e10", "/administrativeUnits/1"), True),
        (role(SYNCHRONIZATION), True),
        (role(SHORTER), False),
        (Power(memberships=GLOBAL_ADMINISTRATOR.roles), False),
    ],
    ids=["none", "whole tenant", "a unit", "only on Prowler's list", "only on ours", "only activated or by a group"],
)
def test_a_privileged_role_counts_by_prowlers_own_list_and_only_where_it_is_assigned(
    check: str, power: Power, *, raised: bool
) -> None:
    assert SHORTER in TIER_0_ROLES
    assert SYNCHRONIZATION not in TIER_0_ROLES
    (finding,) = found(check, case(power=power))
    assert (finding.status, "Prowler will raise" in finding.sentence) == (
        Status.MANUAL if raised else Status.PASS,
        raised,
    )
    assert finding.exception is None


@pytest.mark.parametrize(
    ("ends", "raised"),
    [(None, True), (NOW + timedelta(seconds=1), True), (NOW, False), (NOW - timedelta(days=1), False)],
)
@pytest.mark.parametrize("holder", ["application", "service principal"])
def test_a_secret_in_force_of_either_object_is_raised_where_the_app_has_a_privileged_role(
    holder: str, ends: Any, *, raised: bool
) -> None:
    secret = replace(SECRET, ends=ends)
    of_application, of_principal = ((secret,), ()) if holder == "application" else ((), (secret,))
    given = case(
        power=GLOBAL_ADMINISTRATOR,
        application={"credentials": of_application},
        service_principal=replace(PRINCIPAL, credentials=of_principal),
    )
    (finding,) = found("prowler-privileged-secret", given)
    assert finding.status is (Status.MANUAL if raised else Status.PASS)
    assert (KEY in finding.sentence) is raised


def test_a_certificate_is_not_raised_where_the_app_has_a_privileged_role() -> None:
    certificate = Credential("certificate", "c-1", "CN=x")
    given = case(power=GLOBAL_ADMINISTRATOR, application={"credentials": (certificate,)})
    assert found("prowler-privileged-secret", given)[0].status is Status.PASS


@pytest.mark.parametrize("owned", ["application_owners", "service_principal_owners", ""])
def test_an_owner_of_either_object_is_raised_where_the_app_has_a_privileged_role(owned: str) -> None:
    nobody: dict[str, Any] = {"application_owners": (), "service_principal_owners": ()}
    given = case(power=GLOBAL_ADMINISTRATOR, **nobody | ({owned: OWNERS} if owned else {}))
    (finding,) = found("prowler-privileged-owners", given)
    assert finding.status is (Status.MANUAL if owned else Status.PASS)
    assert (DEPLOYER in finding.sentence) is bool(owned)


@pytest.mark.parametrize("check", BY_ROLE)
def test_roles_secrets_and_owners_that_could_not_be_read_pass_nothing(check: str) -> None:
    refused = Unread("part", "Graph refuses")
    (told,) = found(check, case(power=Power(roles=refused)))
    assert told.status is Status.MANUAL
    for part in ("application", "service_principal", "application_owners", "service_principal_owners"):
        rest: dict[str, Any] = {
            "application": replace(APPLICATION, credentials=()),
            "application_owners": (),
            "service_principal_owners": (),
        }
        (told,) = found(
            check, replace(case(), evidence=replace(EVIDENCE, power=GLOBAL_ADMINISTRATOR, **rest | {part: refused}))
        )
        if part.endswith("owners") == check.endswith("owners"):
            assert told.status is Status.MANUAL, part
        else:
            assert told.status is Status.PASS, part


@pytest.mark.parametrize("check", BY_ROLE)
def test_a_program_alone_says_nothing_of_roles(check: str) -> None:
    assert found(check, case(power=None)) == []
