"""Whatever gives the app power besides its grants is named; what has none passes; what could not be read never does."""

from typing import Any

import pytest

from smartrecruiters_calendar.audit.evidence import Held, Power, Unread
from smartrecruiters_calendar.outcome import Status
from tests.smartrecruiters_calendar.audit.cases import case, found, the_failure

GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
PARTS: dict[str, tuple[str, Any, str]] = {
    "no-memberships": (
        "memberships",
        Held("directory role", "role-1", "Global Administrator", GLOBAL_ADMINISTRATOR),
        "can become Global Administrator",
    ),
    "no-directory-roles": (
        "roles",
        Held("directory role", "role-2", "", "role-2", "/administrativeUnits/unit-1"),
        "/administrativeUnits/unit-1",
    ),
    "owns-nothing": ("owned", Held("application", "app-1", "Payroll"), "owns the application Payroll (app-1)"),
    "no-policies": ("policies", Held("service principal's claimsMappingPolicies", "policy-1", "more"), "policy-1"),
    "no-security-attributes": ("attributes", "Engineering", "the set Engineering"),
    "no-twin": ("twins", Held("application", "twin-1", "SmartRecruiters Calendar Integration"), "twin-1"),
}
"""For each check the part of the evidence, what could be in it, and what its sentence must say."""


@pytest.mark.parametrize("check", PARTS)
def test_what_the_app_has_besides_its_grants_is_named(check: str) -> None:
    part, held, said = PARTS[check]
    assert said in the_failure(check, case(power=Power(**{part: (held,)}))).sentence
    assert [one.status for one in found(check, case())] == [Status.PASS]


@pytest.mark.parametrize("check", PARTS)
def test_power_that_could_not_be_read_never_passes(check: str) -> None:
    (finding,) = found(check, case(power=Power(**{PARTS[check][0]: Unread("part", "Graph refuses")})))
    assert finding.status is Status.MANUAL


def test_who_else_holds_a_declared_permission_is_for_a_person_to_judge() -> None:
    (finding,) = found("other-holders", case(power=Power(other_holders=("Helper (principal-2)",))))
    assert (finding.status, "Helper (principal-2)" in finding.sentence) == (Status.MANUAL, True)
    assert [one.status for one in found("other-holders", case())] == [Status.PASS]


def test_a_program_alone_has_no_power_to_speak_of() -> None:
    given = case(power=None)
    assert [one for check in (*PARTS, "other-holders") for one in found(check, given)] == []
