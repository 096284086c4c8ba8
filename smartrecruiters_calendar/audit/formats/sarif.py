"""The report as SARIF 2.1.0, for code scanning: the stack's file is where a finding is shown.

Only failures are results. Code scanning knows neither SARIF's kinds nor its suppressions, so anything else would be an
alert; and it closes the alerts that the next upload does not name, so a report that could not look is never a run.

What GitHub takes: https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any, Final
from urllib.parse import quote

from smartrecruiters_calendar.audit.check import CheckText
from smartrecruiters_calendar.audit.finding import Finding, Risk
from smartrecruiters_calendar.audit.report import AuditReport
from smartrecruiters_calendar.outcome import Status
from smartrecruiters_calendar.stack.project import stack_file_name

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
MOST_RUNS: Final = 20
"""GitHub refuses a file with more."""
_LEVELS: Final[dict[Risk, str]] = {"high": "error", "medium": "warning", "low": "note"}
_SEVERITIES: Final[dict[Risk, str]] = {"high": "8.0", "medium": "5.0", "low": "2.0"}
"""Numbers that code scanning sorts by (`security-severity`)."""
_REGION: Final = {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 2}
"""A tenant's finding has no line of its own; code scanning shows no result without a whole region."""


def documents(reports: Sequence[AuditReport]) -> Iterator[dict[str, Any]]:
    """One document for every 20 of the reports that looked, each to be uploaded by itself; none where none did."""
    looked = [report for report in reports if report.looked]
    for first in range(0, len(looked), MOST_RUNS):
        yield {
            "$schema": SCHEMA,
            "version": "2.1.0",
            "runs": [_run(report) for report in looked[first : first + MOST_RUNS]],
        }


def _run(report: AuditReport) -> dict[str, Any]:
    rules = {check.id: number for number, check in enumerate(report.checks)}
    checks = {check.id: check for check in report.checks}
    failed = [finding for finding in report.findings if finding.status is Status.FAIL]
    return {
        "tool": {
            "driver": {
                "name": "calendar-integration-audit",
                "semanticVersion": "1.0.0",
                "rules": [_rule(check) for check in report.checks],
            }
        },
        "automationDetails": {"id": f"audit/{report.stack}/"},
        "invocations": [
            {
                "executionSuccessful": True,  # findings are what an audit is for
                "exitCode": int(report.exit_code),
                "endTimeUtc": f"{report.at:%Y-%m-%dT%H:%M:%SZ}",
            }
        ],
        "results": [_result(report, finding, checks[finding.check], rules[finding.check]) for finding in failed],
    }


def _rule(check: CheckText) -> dict[str, Any]:
    return {
        "id": check.id,
        "shortDescription": {"text": _plain(check.title)},
        "fullDescription": {"text": _plain(check.why)},
        "help": {"text": _plain(check.remedy)},
        "helpUri": check.reference,
        "defaultConfiguration": {"level": _LEVELS[check.risk]},
        "properties": {"tags": ["security", check.topic], "security-severity": _SEVERITIES[check.risk]},
    }


def _result(report: AuditReport, finding: Finding, check: CheckText, rule: int) -> dict[str, Any]:
    return {
        "ruleId": check.id,
        "ruleIndex": rule,
        "level": _LEVELS[check.risk],
        "message": {"text": _plain(finding.sentence)},
        "locations": [
            {"physicalLocation": {"artifactLocation": {"uri": quote(stack_file_name(report.stack))}, "region": _REGION}}
        ],
        "partialFingerprints": {"primaryLocationLineHash": f"{_fingerprint(report, finding)}:1"},
    }


def _plain(text: str) -> str:
    """Text in which `[…](…)`, which somebody in the tenant may have typed, is no link (SARIF 2.1.0, 3.11.6)."""
    for character in "\\[]":
        text = text.replace(character, f"\\{character}")
    return text


def _fingerprint(report: AuditReport, finding: Finding) -> str:
    return hashlib.sha256("\n".join((report.stack, finding.check, finding.subject)).encode()).hexdigest()
