"""Every module here is a check, and every check explains itself."""

import pkgutil
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from smartrecruiters_calendar.audit import checks
from smartrecruiters_calendar.audit.checks import all_checks
from smartrecruiters_calendar.audit.evidence import Application
from smartrecruiters_calendar.audit.finding import Status, Topic
from smartrecruiters_calendar.audit.report import report_of
from tests.smartrecruiters_calendar.audit.cases import case
from tests.smartrecruiters_calendar.audit.formats.samples import tampered_case


def test_every_module_is_a_check_named_after_it() -> None:
    modules = {found.name.replace("_", "-") for found in pkgutil.iter_modules(checks.__path__)}
    assert {registered.check.id for registered in all_checks()} == modules
    assert len(modules) >= 25


def test_every_check_tells_why_it_matters_and_what_to_do() -> None:
    for registered in all_checks():
        check = registered.check
        assert all(len(text.split()) > 3 for text in (check.title, check.why, check.remedy))
        assert check.reference.startswith("https://")
    assert {registered.check.topic for registered in all_checks()} == set(Topic)


def test_a_clean_case_fails_nothing_and_every_check_speaks() -> None:
    report = report_of(case())
    assert [finding for finding in report.findings if finding.status is Status.FAIL] == []
    assert {finding.check for finding in report.findings} == {registered.check.id for registered in all_checks()}
    assert report.exit_code == 0


def test_every_finding_is_one_full_sentence_and_its_subject_unique_within_the_check() -> None:
    report = report_of(case())
    assert all(finding.sentence.endswith(".") and finding.sentence[0].isupper() for finding in report.findings)
    pairs = [(finding.check, finding.subject) for finding in report.findings]
    assert len(pairs) == len(set(pairs))


@given(st.data())
def test_the_order_of_anything_never_matters(data: st.DataObject) -> None:
    straight = tampered_case()

    def shuffled(part: Any) -> Any:
        return tuple(data.draw(st.permutations(part))) if isinstance(part, tuple) else part

    application = straight.evidence.application
    assert isinstance(application, Application)
    mixed = {name: shuffled(part) for name, part in vars(application).items()}
    evidence = {name: shuffled(part) for name, part in vars(straight.evidence).items()}
    evidence["application"] = replace(application, **mixed)
    other = replace(straight, evidence=replace(straight.evidence, **evidence))
    assert report_of(other) == report_of(straight)


def test_every_check_has_a_test() -> None:
    here = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
    assert [one.check.id for one in all_checks() if f'"{one.check.id}"' not in here] == []
