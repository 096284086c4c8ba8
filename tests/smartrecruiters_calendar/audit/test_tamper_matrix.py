"""Whatever somebody changes about the app in its tenant, the audit finds it; an untouched app fails nothing."""

import pytest

from smartrecruiters_calendar.outcome import Status
from tests.malicious_programs import PROGRAMS
from tests.sandbox.in_process import InProcess
from tests.smartrecruiters_calendar.audit.deployed_app import READS, DeployedApp
from tests.smartrecruiters_calendar.audit.tamper_matrix import TAMPERS, Tamper

EVERYTHING = (*READS, "CustomSecAttributeAssignment.Read.All")


@pytest.fixture
def app(entra: InProcess) -> DeployedApp:
    return DeployedApp.make(entra)


def test_an_untouched_app_fails_nothing_and_asks_a_person_only_what_a_person_decides(app: DeployedApp) -> None:
    report = app.audit(*EVERYTHING)
    assert [one.sentence for one in report.findings if one.status is Status.FAIL] == []
    assert sorted(one.check for one in report.findings if one.status is Status.MANUAL) == [
        "enough-owners",
        "mailbox-scope",
        "other-holders",
        "property-lock",
        "prowler-unused-privileges",  # Graph does not show it
        "used-lately",
    ]


FIRST = {tamper.check: tamper for tamper in reversed(TAMPERS)}
"""One change for each check; the others are played by `make test-full`."""


@pytest.mark.parametrize(
    "tamper",
    [pytest.param(one, id=one.title, marks=[] if one is FIRST[one.check] else pytest.mark.full) for one in TAMPERS],
)
def test_the_audit_finds_it(app: DeployedApp, tamper: Tamper) -> None:
    tamper.change(app)
    found = [one for one in app.audit(*EVERYTHING).findings if one.check == tamper.check]
    if tamper.check == "other-holders":  # who else may have it is for a person to judge
        assert [one.status for one in found if "Helper" in one.sentence] == [Status.MANUAL]
    else:
        assert Status.FAIL in {one.status for one in found}


def test_the_matrix_holds_at_least_sixty_changes_and_names_what_programs_could_declare() -> None:
    titles = [tamper.title for tamper in TAMPERS]
    assert len(titles) == len(set(titles)) >= 60
    assert {name for program in PROGRAMS for name in program.tampers} - set(titles) == set()
