"""The checks keep their IDs, and each explains itself."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from smartrecruiters_calendar.audit.checks import ALL_CHECKS
from smartrecruiters_calendar.audit.evidence import Application
from smartrecruiters_calendar.audit.finding import Topic
from smartrecruiters_calendar.audit.report import report_of
from smartrecruiters_calendar.outcome import Status
from tests.smartrecruiters_calendar.audit.cases import case
from tests.smartrecruiters_calendar.audit.formats.samples import tampered_case

IDS = [
    "granted-as-declared",
    "granted-by-this-stack",
    "no-delegated-grants",
    "requested-as-declared",
    "assignment-required",
    "in-the-tenant",
    "name-as-declared",
    "no-implicit-flow",
    "nothing-else-declared",
    "nothing-else-set",
    "principal-enabled",
    "property-lock",
    "redirect-urls-as-declared",
    "single-tenant",
    "verified-publisher",
    "credentials-not-ending",
    "no-certificates",
    "no-federated-credentials",
    "rotation-allowed",
    "secret-ends-as-declared",
    "secret-named-as-declared",
    "secrets-as-declared",
    "deployer-owns",
    "enough-owners",
    "no-guest-owners",
    "owners-as-declared",
    "no-directory-roles",
    "no-memberships",
    "no-policies",
    "no-security-attributes",
    "no-twin",
    "other-holders",
    "owns-nothing",
    "mailbox-scope",
    "used-lately",
    "cisa-5-5-new-secrets",
    "cisa-5-6-secret-lifetime",
    "cisa-5-7-certificate-lifetime",
    "maester-1002-policy",
    "maester-1057-secrets",
    "maester-1058-mailboxes",
    "maester-1075-assignment",
    "prowler-app-policy",
    "prowler-client-secret",
    "prowler-credential-expiry",
    "prowler-mailbox-policy",
    "prowler-privileged-owners",
    "prowler-privileged-secret",
    "prowler-unused-privileges",
]
"""Reports of earlier versions, SARIF fingerprints and exceptions refer to them: none is renamed, none is lost."""


def test_the_checks_keep_their_ids_and_run_by_topic_then_by_id() -> None:
    assert [check.text.id for check in ALL_CHECKS] == IDS


def test_every_check_says_why_it_matters_and_what_to_do() -> None:
    for check in (one.text for one in ALL_CHECKS):
        assert all(len(text.split()) > 3 for text in (check.title, check.why, check.remedy))
        assert check.reference.startswith("https://")
    assert {check.text.topic for check in ALL_CHECKS} == set(Topic)


def test_a_clean_case_fails_nothing_and_every_check_speaks() -> None:
    report = report_of(case())
    assert [finding for finding in report.findings if finding.status is Status.FAIL] == []
    assert {finding.check for finding in report.findings} == {check.text.id for check in ALL_CHECKS}
    assert report.exit_code == 0


def test_every_finding_is_one_full_sentence_and_its_subject_unique_within_the_check() -> None:
    report = report_of(case())
    assert all(finding.sentence.endswith(".") and finding.sentence[0].isupper() for finding in report.findings)
    pairs = [(finding.check, finding.subject) for finding in report.findings]
    assert len(pairs) == len(set(pairs))


def test_no_text_for_the_register_of_exceptions_names_what_is_not_declared() -> None:
    given = tampered_case()
    foreign = {text for one in given.evidence.credentials if not given.declaration(one) for text in (one.id, one.name)}
    assert isinstance(given.evidence.granted, frozenset)
    extra = {one.name for one in given.evidence.granted - set(given.declared.permissions)}
    texts = [finding.exception for finding in report_of(given).findings if finding.exception]
    assert foreign
    assert extra
    assert texts
    assert [name for name in foreign | extra for text in texts if name in text] == []


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
    others = (path for path in Path(__file__).parent.rglob("test_*.py") if path != Path(__file__))
    here = "".join(path.read_text() for path in others)
    assert [one.text.id for one in ALL_CHECKS if f'"{one.text.id}"' not in here] == []
