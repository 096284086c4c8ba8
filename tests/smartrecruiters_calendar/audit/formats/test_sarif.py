"""SARIF for code scanning, held against the schema that Microsoft's own test package carries (version 2.1.0, rtm.5) and
against what GitHub documents that it takes."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from smartrecruiters_calendar.audit.formats import sarif
from smartrecruiters_calendar.audit.report import AuditReport, not_begun
from smartrecruiters_calendar.outcome import Reason, Status, Stopped
from tests.json_schema import mistakes
from tests.smartrecruiters_calendar.audit.formats.samples import HOSTILE, clean, tampered, unread

SCHEMA = json.loads((Path(__file__).parent / "sarif-schema-2.1.0.json").read_text())


def run(report: AuditReport) -> dict[str, Any]:
    (document,) = sarif.documents([report])
    (only,) = document["runs"]
    return dict(only)


def tenants(number: int, name: str = "backdoor") -> list[AuditReport]:
    failing = tampered(name)
    return [failing.model_copy(update={"stack": f"tenant-{one}"}) for one in range(number)]


def code_scanning_takes(document: dict[str, Any]) -> None:
    """GitHub's limits, and the properties without which it shows or matches nothing.

    https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
    """
    assert len(gzip.compress(json.dumps(document).encode())) < 10 * 1024 * 1024
    assert 1 <= len(document["runs"]) <= 20
    categories = [one["automationDetails"]["id"] for one in document["runs"]]
    assert len(set(categories)) == len(categories)
    for one in document["runs"]:
        rules = one["tool"]["driver"]["rules"]
        assert len(rules) <= 25_000
        assert len(one["results"]) <= 5_000
        for rule in rules:
            assert len(rule["id"]) <= 255
            assert max(len(rule[text]["text"]) for text in ("shortDescription", "fullDescription")) <= 1024
            assert rule["help"]["text"]
            assert len(rule["properties"]["tags"]) <= 10
            assert 0 < float(rule["properties"]["security-severity"]) <= 10
        for result in one["results"]:
            assert {"kind", "suppressions"}.isdisjoint(result)
            assert result["level"] in ("error", "warning", "note")
            (location,) = result["locations"]
            region = location["physicalLocation"]["region"]
            assert set(region) == {"startLine", "startColumn", "endLine", "endColumn"}
            assert region["startLine"] == region["endLine"]
            assert region["startColumn"] < region["endColumn"]
            assert set(result["partialFingerprints"]) == {"primaryLocationLineHash"}


@pytest.mark.parametrize(
    "reports", [[clean()], tenants(1), tenants(1, HOSTILE), [clean(), *tenants(1)], tenants(25), tenants(41)], ids=len
)
def test_every_document_is_sarif_that_code_scanning_takes(reports: list[AuditReport]) -> None:
    documents = list(sarif.documents(reports))
    assert sum(len(document["runs"]) for document in documents) == len(reports)
    for document in documents:
        assert mistakes(document, SCHEMA) == []
        code_scanning_takes(document)


def test_the_schema_refuses_what_is_no_sarif() -> None:
    (broken,) = sarif.documents([tampered()])
    broken["runs"][0]["results"][0]["level"] = "maybe"
    assert mistakes(broken, SCHEMA)


def test_failures_are_the_results_and_nothing_else_is_one() -> None:
    report = tampered()
    assert report.counts.manual
    assert [one["ruleId"] for one in run(report)["results"]] == [
        finding.check for finding in report.findings if finding.status is Status.FAIL
    ]
    assert run(clean())["results"] == []


def test_results_point_to_their_rule_and_to_the_stacks_file() -> None:
    told = run(tampered())
    rules = told["tool"]["driver"]["rules"]
    for result in told["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "Pulumi.dev.yaml"


def test_fingerprints_tell_findings_apart_and_stay_from_run_to_run() -> None:
    first, second = (
        [one["partialFingerprints"]["primaryLocationLineHash"] for one in run(tampered())["results"]] for _ in range(2)
    )
    assert first == second
    assert len(set(first)) == len(first)


def test_a_strangers_text_is_no_link_in_a_message() -> None:
    texts = [one["message"]["text"] for one in run(tampered("[here](https://stranger.example) \\"))["results"]]
    assert any("\\[here\\](https://stranger.example) \\\\" in text for text in texts)
    assert not any("[here]" in text for text in texts)


def test_an_audit_that_could_not_look_is_no_run_so_that_nobody_takes_its_findings_for_fixed() -> None:
    stopped = not_begun("dev", "tenant", clean().at, Stopped(Reason.STACK_UNKNOWN, "There is no stack."))
    assert unread().counts.failed
    for report in (stopped, unread()):
        assert list(sarif.documents([report])) == []
    (document,) = sarif.documents([stopped, tampered(), unread()])
    assert len(document["runs"]) == 1
