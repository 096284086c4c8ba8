"""Several reports in short, as Markdown: a pull request's comment or a job's summary, with the details elsewhere.

What fails comes first, and nothing that does not fit is left out without a word.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from smartrecruiters_calendar.audit.formats.markdown import code, escaped
from smartrecruiters_calendar.audit.report import AuditReport
from smartrecruiters_calendar.outcome import ExitCode, Status

MOST_CHARACTERS: Final = 60_000
"""GitHub refuses a comment of more than 65,536."""
_LONGEST_CELL: Final = 300
_MOST_FAILURES: Final = 5
"""Of one stack, in words; the rest is counted."""
_REST: Final = 200
"""Characters kept for the line that says what is left out."""


def text(reports: Sequence[AuditReport], sentence: str) -> str:
    ordered = sorted(reports, key=lambda one: (_order(one), one.stack))
    program = any(report.source == "program" for report in reports)
    lines = [f"# {'Declared calendar access' if program or not reports else 'Audit of every stack'}", ""]
    lines += [f"**{escaped(sentence)}**" if reports else "This change touches no tenant."]
    room = MOST_CHARACTERS - _REST - sum(len(line) + 1 for line in lines)
    left_out = 0
    for block in _blocks(ordered) if reports else ():
        needed = sum(len(line) + 1 for line in block)
        if left_out or needed > room:  # nothing after the first that does not fit, so that no order is broken
            left_out += len(block)
        else:
            lines, room = [*lines, *block], room - needed
    if left_out:
        lines += ["", f"{left_out} further lines do not fit here: they are in the report of each stack."]
    return "\n".join(lines) + "\n"


def _order(report: AuditReport) -> int:
    return {ExitCode.CHECK_FAILED: 0, ExitCode.OK: 2}.get(report.exit_code, 1)


def _blocks(reports: Sequence[AuditReport]) -> Iterator[list[str]]:
    """Lines that stand together or not at all."""
    yield ["", "| stack | FAIL | MANUAL | PASS | permissions declared | in one sentence |", "|---|---|---|---|---|---|"]
    for report in reports:
        counts = report.counts
        declared = ", ".join(code(row.name) for row in report.permissions if row.declared)
        yield [
            f"| {escaped(report.stack)} | {counts.failed} | {counts.manual} | {counts.passed} "
            f"| {declared} | {_short(report.sentence)} |"
        ]
    for report in reports:
        failed = [finding for finding in report.findings if finding.status is Status.FAIL]
        if failed:
            shown = [f"- {_short(finding.sentence)} {code(finding.check)}" for finding in failed[:_MOST_FAILURES]]
            more = [f"- and {len(failed) - _MOST_FAILURES} more"] if len(failed) > _MOST_FAILURES else []
            yield ["", f"## {escaped(report.stack)}", "", *shown, *more]


def _short(sentence: str) -> str:
    """A sentence on one line, cut before it is escaped, so that no escape is cut in two."""
    words = " ".join(sentence.split())
    return escaped(words if len(words) <= _LONGEST_CELL else f"{words[: _LONGEST_CELL - 1]}…")
