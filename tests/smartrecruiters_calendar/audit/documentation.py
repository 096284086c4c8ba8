"""Writes what the documentation of the audit takes from the code; run it as a module."""

import json
import re
from pathlib import Path
from typing import get_args

from policy.rules.configured import AS_CONFIGURED
from policy.rules.integration import NOTHING_ELSE, ONE_INTEGRATION
from smartrecruiters_calendar.audit.checks import ALL_CHECKS
from smartrecruiters_calendar.audit.finding import Risk, Topic
from smartrecruiters_calendar.audit.many import AuditIndex
from smartrecruiters_calendar.audit.report import AuditReport
from tests.malicious_programs import PROGRAMS
from tests.smartrecruiters_calendar.audit.tamper_matrix import TAMPERS

DOCS = Path(__file__).resolve().parents[3] / "docs"
PAGE = DOCS / "audit.md"
SCHEMA = DOCS / "audit-report.schema.json"
MATRIX = DOCS / "tamper-matrix.md"
INDEX_SCHEMA = DOCS / "audit-index.schema.json"

_UNREVIEWABLE = " that nobody can review"
_BEGIN, _END = "<!-- checks: begin -->", "<!-- checks: end -->"


def checks_list() -> str:
    """The checks, by topic and risk."""
    lines: list[str] = []
    for topic in Topic:
        lines += [f"### {topic}", ""]
        for risk in reversed(get_args(Risk)):
            checks = [one.text for one in ALL_CHECKS if (one.text.topic, one.text.risk) == (topic, risk)]
            named = ",\n  ".join(f"[`{check.id}`]({check.reference})" for check in checks)
            lines += [f"- {risk}:\n  {named}"] if checks else []
        lines.append("")
    return "\n".join(lines)


def page() -> str:
    """The page with the checks as the code has them."""
    written = PAGE.read_text(encoding="utf-8")
    listed = f"{_BEGIN}\n\n{checks_list()}\n{_END}"
    return re.sub(rf"(?s){re.escape(_BEGIN)}.*{re.escape(_END)}", lambda _: listed, written)


def matrix() -> str:
    """What each check finds of the changes that the tests make."""
    as_programs = {name for program in PROGRAMS for name in program.tampers}
    found: dict[str, list[str]] = {}
    for tamper in TAMPERS:
        found.setdefault(tamper.check, []).append(tamper.title + ("*" if tamper.title in as_programs else ""))
    rules = ", ".join(f"`{rule.name}`" for rule in (NOTHING_ELSE, ONE_INTEGRATION, AS_CONFIGURED))
    programs = [program.title for program in PROGRAMS if not program.tampers]
    others = [title for title in programs if not title.endswith(_UNREVIEWABLE)]
    unreviewable = [title.removesuffix(_UNREVIEWABLE) for title in programs if title.endswith(_UNREVIEWABLE)]
    lines = [
        "# What somebody could change, and what finds it",
        "",
        f"A test makes each of {len(TAMPERS)} changes through Graph's API in the sandbox, and its check must fail.",
        f"Where one of {len(PROGRAMS)} programs can declare the same (*), the policy pack stops it at preview",
        f"({rules}), and `audit --declared-only` fails. An app as deployed fails nothing.",
        "`python -m tests.smartrecruiters_calendar.audit.documentation` writes this page.",
        "",
        "Graph takes no request for a secret without an end, or `disabledByMicrosoftStatus`: the audit fails on both.",
        "",
        *(f"- `{check}`: {'; '.join(titles)}" for check, titles in found.items()),
        "",
        f"Programs that stop without changing the app: {'; '.join(others)}. Those that declare one of these in a form",
        f"that nobody can review: {'; '.join(unreviewable)}.",
        "",
    ]
    return "\n".join(lines).replace("*", r"\*")


def schema(model: type[AuditReport] | type[AuditIndex]) -> str:
    """The JSON Schema of what `--json` prints."""
    return json.dumps(model.model_json_schema(mode="serialization"), indent=2) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    MATRIX.write_text(matrix(), encoding="utf-8")
    SCHEMA.write_text(schema(AuditReport), encoding="utf-8")
    INDEX_SCHEMA.write_text(schema(AuditIndex), encoding="utf-8")
