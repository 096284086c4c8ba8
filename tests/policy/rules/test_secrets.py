"""A secret is protected, and its end is a declared day within the limit."""

from typing import Any

import pytest

from components.declared_resources import UNKNOWN
from policy.rules.secrets import PROTECTED_SECRETS, SECRET_END_DECLARED, SECRET_LIFETIME
from tests.policy.declared import application, found, secret


@pytest.mark.parametrize("ends", ["2027-12-01T00:00:00Z", "2028-12-01T00:00:00Z", "2027-12-01T00:00:00+00:00"])
def test_one_and_two_years_from_the_day_of_issue_are_in_order(ends: str) -> None:
    for rule in (SECRET_LIFETIME, SECRET_END_DECLARED):
        assert found(rule, secret(endDate=ends)) == []
        assert found(rule, application()) == []


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"endDate": "2027-12-01T09:41:07Z"}, "a time of day"),
        ({"endDate": "2027-12-01T02:00:00+01:00"}, "a time of day"),
        ({"endDate": "2027-12-01T00:00:00"}, "a time of day"),
        ({"endDate": UNKNOWN}, "known only after deploying"),
        ({"endDate": None}, "missing"),
        ({"endDate": None, "endDateRelative": "8760h"}, "relative to the moment of deployment"),
        ({"startDate": "2026-12-01T00:00:00Z"}, "start date"),
        ({"displayName": "acme"}, "day of issue"),
        ({"displayName": "acme 2026-13-01"}, "day of issue"),
    ],
)
def test_an_end_that_follows_the_clock_is_refused(changed: dict[str, Any], told: str) -> None:
    (finding,) = found(SECRET_END_DECLARED, secret(**changed))
    assert told in finding.wrong


@pytest.mark.parametrize(
    ("ends", "limit", "days"),
    [
        ("2028-12-02T00:00:00Z", 731, 732),
        ("2027-12-01T00:00:00Z", 180, 365),
        ("2026-12-01T00:00:00Z", 731, 0),
        ("2026-11-01T00:00:00Z", 731, -30),
    ],
)
def test_a_life_beyond_the_limit_is_refused_with_its_days(ends: str, limit: int, days: int) -> None:
    (finding,) = found(SECRET_LIFETIME, secret(endDate=ends), maxDays=limit)
    assert f"{days} days later" in finding.wrong
    assert f"the limit is {limit}" in finding.wrong


def test_a_name_moves_no_limit() -> None:
    (finding,) = found(SECRET_LIFETIME, secret(displayName="acme 2298-12-01", endDate="2299-12-01T00:00:00Z"))
    assert "the latest end allowed today" in finding.wrong


def test_a_protected_secret_is_in_order_and_dev_needs_no_protection() -> None:
    assert found(PROTECTED_SECRETS, secret(protect=True)) == []
    assert found(PROTECTED_SECRETS, secret(protect=False, stack="dev")) == []
    assert found(PROTECTED_SECRETS, application()) == []


def test_an_unprotected_secret_of_a_production_stack_is_refused() -> None:
    (finding,) = found(PROTECTED_SECRETS, secret(protect=False))
    assert "acme is a production stack" in finding.wrong
    assert "--stack acme" in finding.remedy


def test_the_company_names_its_other_stacks() -> None:
    assert found(PROTECTED_SECRETS, secret(protect=False), unprotectedStacks=["acme"]) == []
    assert found(PROTECTED_SECRETS, secret(protect=False, stack="dev"), unprotectedStacks=["acme"])
