"""SARIF for code scanning, held against the schema that Microsoft's own test package carries (version 2.1.0, rtm.5)."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from smartrecruiters_calendar.audit.formats import sarif
from smartrecruiters_calendar.audit.report import AuditReport, not_begun
from smartrecruiters_calendar.outcome import Reason, Stopped
from tests.smartrecruiters_calendar.audit.formats.samples import HOSTILE, clean, tampered

SCHEMA = json.loads((Path(__file__).parent / "sarif-schema-2.1.0.json").read_text())


def run(report: AuditReport) -> dict[str, Any]:
    (only,) = sarif.document([report])["runs"]
    return dict(only)


@pytest.mark.parametrize("reports", [[clean()], [tampered()], [tampered(HOSTILE)], [clean(), tampered()], []], ids=len)
def test_the_document_is_sarif(reports: list[AuditReport]) -> None:
    jsonschema.Draft4Validator(SCHEMA).validate(sarif.document(reports))


def test_the_schema_refuses_what_is_no_sarif() -> None:
    broken = sarif.document([clean()])
    broken["runs"][0]["results"][0]["kind"] = "maybe"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft4Validator(SCHEMA).validate(broken)


def test_every_failure_is_an_open_result_and_what_passes_is_none() -> None:
    report = tampered()
    results = run(report)["results"]
    failed = [one for one in results if one["kind"] == "fail"]
    assert len(failed) == report.counts.failed
    assert {one["level"] for one in failed} <= {"error", "warning", "note"}
    assert len(results) == report.counts.failed + report.counts.manual


def test_what_a_person_has_to_look_at_has_no_level_and_its_exception_is_a_suppression_under_review() -> None:
    review = [one for one in run(clean())["results"] if one["kind"] == "review"]
    assert {one["level"] for one in review} == {"none"}
    justified = [one["suppressions"][0]["justification"] for one in review if "suppressions" in one]
    assert any(text.startswith("MS.AAD.5.6v1") for text in justified)


def test_results_point_to_their_rule_and_to_the_stacks_file() -> None:
    told = run(tampered())
    rules = told["tool"]["driver"]["rules"]
    for result in told["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "Pulumi.dev.yaml"


def test_fingerprints_tell_findings_apart_and_stay_from_run_to_run() -> None:
    first, second = ([one["partialFingerprints"]["finding/v1"] for one in run(tampered())["results"]] for _ in range(2))
    assert first == second
    assert len(set(first)) == len(first)


def test_an_audit_that_could_not_look_says_so() -> None:
    report = not_begun("dev", "tenant", clean().at, Stopped(Reason.STACK_UNKNOWN, "There is no stack."))
    (invocation,) = run(report)["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, 2)
