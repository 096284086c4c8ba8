"""Markdown for a pull request: whole tables whatever the tenant calls things, and every part of the report."""

import re

from smartrecruiters_calendar.audit.formats import markdown
from tests.smartrecruiters_calendar.audit.formats.samples import HOSTILE, clean, tampered


def tables(document: str) -> list[list[str]]:
    """Blocks of table rows."""
    return [block.splitlines() for block in re.findall(r"(?m)(?:^\|.*\n?)+", document)]


def cells(row: str) -> int:
    return len(re.findall(r"(?<!\\)\|", row)) - 1


def test_every_table_is_whole_also_with_hostile_names() -> None:
    for report in (clean(), tampered(), tampered(HOSTILE)):
        found = tables(markdown.text(report))
        assert len(found) >= 5
        for table in found:
            assert {cells(row) for row in table} == {cells(table[0])}


def test_what_a_stranger_typed_is_never_markup() -> None:
    document = markdown.text(tampered(HOSTILE))
    assert "<script>" not in re.sub(r"`[^`]*`", "", document)
    assert "alert" in document


def test_every_part_of_the_report_has_its_heading() -> None:
    headings = re.findall(r"(?m)^## (.+)$", markdown.text(tampered()))
    assert headings == [
        "Changed since 2026-12-10 09:00 UTC",
        "What fails",
        "For a person to look at or decide",
        "Permissions",
        "Credentials",
        "Owners",
        "Texts for the register of exceptions",
    ]
    assert "What fails" not in markdown.text(clean())


def test_every_failure_stands_with_its_check_and_its_remedy() -> None:
    report = tampered()
    document = markdown.text(report)
    checks = {check.id: check for check in report.checks}
    failures = [finding for finding in report.findings if finding.status == "FAIL"]
    assert failures
    for finding in failures:
        assert f"[{finding.check}]({checks[finding.check].reference})" in document
