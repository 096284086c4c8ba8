"""Writes what the documentation of the audit takes from the code; run it as a module."""

import json
import re
from pathlib import Path

from smartrecruiters_calendar.audit.checks import ALL_CHECKS
from smartrecruiters_calendar.audit.finding import Topic
from smartrecruiters_calendar.audit.many import AuditIndex
from smartrecruiters_calendar.audit.report import AuditReport

DOCS = Path(__file__).resolve().parents[3] / "docs"
PAGE = DOCS / "audit.md"
SCHEMA = DOCS / "audit-report.schema.json"
INDEX_SCHEMA = DOCS / "audit-index.schema.json"

_BEGIN, _END = "<!-- checks: begin -->", "<!-- checks: end -->"


def checks_table() -> str:
    """The checks, by topic."""
    lines: list[str] = []
    for topic in Topic:
        lines += [
            f"### {topic}",
            "",
            "| check | expected | why it matters | risk | what to do |",
            "|---|---|---|---|---|",
        ]
        for check in (one.text for one in ALL_CHECKS):
            if check.topic is topic:
                cells = (f"[`{check.id}`]({check.reference})", check.title, check.why, check.risk, check.remedy)
                lines.append(f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |")
        lines.append("")
    return "\n".join(lines)


def page() -> str:
    """The page with the table as the code has it."""
    written = PAGE.read_text(encoding="utf-8")
    table = f"{_BEGIN}\n\n{checks_table()}\n{_END}"
    return re.sub(rf"(?s){re.escape(_BEGIN)}.*{re.escape(_END)}", lambda _: table, written)


def schema(model: type[AuditReport] | type[AuditIndex]) -> str:
    """The JSON Schema of what `--json` prints."""
    return json.dumps(model.model_json_schema(mode="serialization"), indent=2) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    SCHEMA.write_text(schema(AuditReport), encoding="utf-8")
    INDEX_SCHEMA.write_text(schema(AuditIndex), encoding="utf-8")
