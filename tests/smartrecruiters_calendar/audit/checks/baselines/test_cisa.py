"""ScubaGear's rules on app management policies: each branch of its own Rego code."""

from datetime import UTC, datetime
from typing import Final

import pytest

from smartrecruiters_calendar.audit.evidence import AppManagementPolicy, PolicyRestriction, PolicyRestrictions
from smartrecruiters_calendar.audit.finding import Finding
from smartrecruiters_calendar.outcome import Status
from tests.smartrecruiters_calendar.audit.cases import case, found, unread

ALL: Final = datetime(1, 1, 1, tzinfo=UTC)
"""How Entra writes that a restriction is for every app."""
LATER: Final = datetime(2026, 3, 1, tzinfo=UTC)
SHORT: Final = {"secrets": [{"issued": "2026-12-01", "days": 180}]}


def restriction(
    kind: str, days: int | None = None, *, enabled: bool = True, after: datetime | None = ALL
) -> PolicyRestriction:
    return PolicyRestriction(kind, enabled, days, after)


def policy(
    applications: PolicyRestriction | None = None, principals: PolicyRestriction | None = None, *, enabled: bool = True
) -> AppManagementPolicy:
    """One with a restriction for each scope, of secrets or of certificates as its kind says."""

    def scope(one: PolicyRestriction | None) -> PolicyRestrictions:
        held = () if one is None else (one,)
        about_certificates = one is not None and one.kind == "asymmetricKeyLifetime"
        return PolicyRestrictions(() if about_certificates else held, held if about_certificates else ())

    return AppManagementPolicy("default", enabled, scope(applications), scope(principals))


ADDITION, OFF = restriction("passwordAddition"), restriction("passwordAddition", enabled=False)


def finding(check: str, tenants: AppManagementPolicy, own: AppManagementPolicy | None = None) -> Finding:
    (only,) = found(check, case(tenant_policy=tenants, own_policy=own))
    return only


@pytest.mark.parametrize(
    ("tenants", "own", "raised"),
    [
        pytest.param(policy(), None, "", id="not named: ScubaGear passes"),
        pytest.param(policy(ADDITION, ADDITION), None, "", id="enabled in both scopes"),
        pytest.param(policy(ADDITION), None, "", id="enabled in the one scope that names it"),
        pytest.param(policy(ADDITION, ADDITION, enabled=False), None, "", id="the policy itself is not looked at"),
        pytest.param(policy(restriction("passwordAddition", after=None)), None, "", id="no date at all"),
        pytest.param(policy(OFF, ADDITION), None, "without enabling", id="off for applications"),
        pytest.param(policy(ADDITION, OFF), None, "without enabling", id="off for service principals"),
        pytest.param(
            policy(ADDITION, restriction("passwordAddition", after=LATER)), None, "2026-03-01", id="only for later apps"
        ),
        pytest.param(policy(ADDITION, ADDITION), policy(OFF), "exempts", id="exempted by its own policy"),
        pytest.param(policy(ADDITION), policy(OFF, enabled=False), "", id="its own policy is off"),
        pytest.param(policy(ADDITION), policy(ADDITION), "", id="its own policy restricts as well"),
        pytest.param(policy(), policy(OFF), "exempts", id="exempted from nothing"),
    ],
)
def test_5_5_is_foretold(tenants: AppManagementPolicy, own: AppManagementPolicy | None, raised: str) -> None:
    told = finding("cisa-5-5-new-secrets", tenants, own)
    assert told.status is (Status.MANUAL if raised else Status.PASS)
    assert raised in told.sentence
    assert bool(told.exception) is bool(raised)


def test_5_5_passes_with_different_words_where_nothing_is_blocked() -> None:
    assert "although new client secrets are allowed" in finding("cisa-5-5-new-secrets", policy()).sentence
    assert "blocks new client secrets" in finding("cisa-5-5-new-secrets", policy(ADDITION, ADDITION)).sentence


def lifetime(days: int | None = 181, *, enabled: bool = True, after: datetime | None = ALL) -> PolicyRestriction:
    return restriction("passwordLifetime", days, enabled=enabled, after=after)


@pytest.mark.parametrize(
    ("tenants", "own", "raised"),
    [
        pytest.param(policy(ADDITION, ADDITION), None, "", id="blocked altogether: it does not apply"),
        pytest.param(
            policy(restriction("passwordAddition", after=None)), None, "unrestricted", id="blocked for no date"
        ),
        pytest.param(policy(ADDITION), policy(OFF), "unrestricted", id="blocked, and this app is exempted"),
        pytest.param(policy(lifetime(), lifetime()), None, "", id="181 days in both scopes"),
        pytest.param(policy(lifetime(after=None), lifetime()), None, "", id="no date at all"),
        pytest.param(policy(lifetime(None), lifetime()), None, "", id="no length at all"),
        pytest.param(policy(), None, "unrestricted", id="not named"),
        pytest.param(policy(lifetime()), None, "unrestricted", id="not named for service principals"),
        pytest.param(policy(None, lifetime()), None, "unrestricted", id="not named for applications"),
        pytest.param(policy(lifetime(enabled=False), lifetime()), None, "without enabling", id="off"),
        pytest.param(policy(lifetime(), lifetime(after=LATER)), None, "2026-03-01", id="only for later apps"),
        pytest.param(policy(lifetime(182), lifetime()), None, "182 days, more than 181", id="too long"),
        pytest.param(policy(lifetime(182, enabled=False), lifetime()), None, "without", id="too long, and off"),
        pytest.param(
            policy(lifetime(), lifetime()), policy(lifetime(enabled=False)), "exempts", id="exempted by its own policy"
        ),
    ],
)
def test_5_6_is_foretold(tenants: AppManagementPolicy, own: AppManagementPolicy | None, raised: str) -> None:
    told = finding("cisa-5-6-secret-lifetime", tenants, own)
    exempted = own is not None and any(
        not one.enabled for one in own.applications.secrets if one.kind == "passwordLifetime"
    )
    assert told.status is (Status.MANUAL if exempted else Status.PASS)
    assert raised in told.sentence
    assert bool(told.exception) is bool(raised)


@pytest.mark.parametrize(("days", "excused"), [(180, False), (181, True)])
def test_5_6_is_not_this_apps_matter_where_its_declared_secrets_live_180_days(days: int, *, excused: bool) -> None:
    declared = {"secrets": [{"issued": "2026-12-01", "days": days}]}
    (told,) = found("cisa-5-6-secret-lifetime", case(configured=declared, tenant_policy=policy()))
    assert (told.status, told.days, bool(told.exception)) == (Status.PASS, days, excused)
    assert "will be raised" in told.sentence


def certificates(days: int | None = 366, *, enabled: bool = True, after: datetime | None = ALL) -> PolicyRestriction:
    return restriction("asymmetricKeyLifetime", days, enabled=enabled, after=after)


@pytest.mark.parametrize(
    ("tenants", "raised"),
    [
        pytest.param(policy(certificates(), certificates()), "", id="366 days in both scopes"),
        pytest.param(policy(), "unrestricted", id="not named"),
        pytest.param(policy(certificates()), "unrestricted", id="not named for service principals"),
        pytest.param(policy(None, certificates()), "unrestricted", id="not named for applications"),
        pytest.param(policy(certificates(enabled=False), certificates()), "without enabling", id="off"),
        pytest.param(policy(certificates(after=LATER), certificates()), "2026-03-01", id="only for later apps"),
        pytest.param(policy(certificates(367), certificates()), "367 days, more than 366", id="too long"),
        pytest.param(policy(lifetime(), lifetime()), "unrestricted", id="of secrets alone"),
    ],
)
def test_5_7_is_foretold_and_not_this_apps_matter(tenants: AppManagementPolicy, raised: str) -> None:
    told = finding("cisa-5-7-certificate-lifetime", tenants)
    assert told.status is Status.PASS
    assert raised in told.sentence
    assert ("will be raised" in told.sentence) is bool(raised)


def test_5_7_is_this_apps_matter_where_its_own_policy_exempts_it() -> None:
    both, exempting = policy(certificates(), certificates()), policy(certificates(enabled=False))
    assert finding("cisa-5-7-certificate-lifetime", both, exempting).status is Status.MANUAL


@pytest.mark.parametrize("check", ["cisa-5-5-new-secrets", "cisa-5-6-secret-lifetime", "cisa-5-7-certificate-lifetime"])
@pytest.mark.parametrize("part", ["tenant_policy", "own_policy"])
def test_a_policy_that_could_not_be_read_passes_nothing(check: str, part: str) -> None:
    (told,) = found(check, unread(part))
    assert told.status is Status.MANUAL
