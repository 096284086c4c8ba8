"""The report as SARIF 2.1.0, for code scanning: the stack's file is where a finding is shown.

What fails is an open result. What a person has to look at is one of kind *review*, which code scanning does not count;
its text for the register of exceptions is a suppression under review. What passes is left out.
"""

import hashlib
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import quote

from smartrecruiters_calendar.audit.check import CheckText
from smartrecruiters_calendar.audit.finding import Finding, Risk
from smartrecruiters_calendar.audit.report import AuditReport
from smartrecruiters_calendar.outcome import Status
from smartrecruiters_calendar.stack.project import stack_file_name

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: Final[dict[Risk, str]] = {"high": "error", "medium": "warning", "low": "note"}
_SEVERITIES: Final[dict[Risk, str]] = {"high": "8.0", "medium": "5.0", "low": "2.0"}
"""Numbers that code scanning sorts by (`security-severity`)."""


def document(reports: Sequence[AuditReport]) -> dict[str, Any]:
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(report) for report in reports]}


def _run(report: AuditReport) -> dict[str, Any]:
    rules = {check.id: number for number, check in enumerate(report.checks)}
    checks = {check.id: check for check in report.checks}
    shown = [finding for finding in report.findings if finding.status is not Status.PASS]
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
                # Findings are what an audit is for; only one that could not look has not succeeded.
                "executionSuccessful": bool(report.findings),
                "exitCode": int(report.exit_code),
                "endTimeUtc": f"{report.at:%Y-%m-%dT%H:%M:%SZ}",
            }
        ],
        "results": [_result(report, finding, checks[finding.check], rules[finding.check]) for finding in shown],
    }


def _rule(check: CheckText) -> dict[str, Any]:
    return {
        "id": check.id,
        "shortDescription": {"text": check.title},
        "fullDescription": {"text": check.why},
        "help": {"text": check.remedy},
        "helpUri": check.reference,
        "defaultConfiguration": {"level": _LEVELS[check.risk]},
        "properties": {"tags": ["security", check.topic], "security-severity": _SEVERITIES[check.risk]},
    }


def _result(report: AuditReport, finding: Finding, check: CheckText, rule: int) -> dict[str, Any]:
    failed = finding.status is Status.FAIL
    result: dict[str, Any] = {
        "ruleId": check.id,
        "ruleIndex": rule,
        "kind": "fail" if failed else "review",
        "level": _LEVELS[check.risk] if failed else "none",
        "message": {"text": finding.sentence},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(stack_file_name(report.stack))},
                    "region": {"startLine": 1},
                }
            }
        ],
        "partialFingerprints": {"finding/v1": _fingerprint(report, finding)},
    }
    if finding.exception:
        result["suppressions"] = [{"kind": "external", "status": "underReview", "justification": finding.exception}]
    return result


def _fingerprint(report: AuditReport, finding: Finding) -> str:
    return hashlib.sha256("\n".join((report.stack, finding.check, finding.subject)).encode()).hexdigest()
