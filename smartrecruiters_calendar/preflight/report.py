"""Shows a preflight to a person: one row per check, and under it what to do."""

from typing import Final

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from smartrecruiters_calendar.outcome import Status
from smartrecruiters_calendar.preflight.finding import PreflightFinding, PreflightResult

_STYLES: Final = {Status.PASS: "green", Status.FAIL: "bold red", Status.MANUAL: "yellow"}


def show(result: PreflightResult, console: Console) -> None:
    table = Table(title=f"Preflight of stack {result.stack}", title_justify="left", show_lines=True)
    table.add_column("Check", no_wrap=True)
    table.add_column("Result", no_wrap=True)
    table.add_column("What was found", overflow="fold")
    for finding in result.findings:
        table.add_row(finding.check, Text(finding.outcome, style=_STYLES[finding.outcome]), _found(finding))
    console.print(table)
    console.print(Text(result.sentence, style="green" if not result.exit_code else "red"), soft_wrap=True)


def _found(finding: PreflightFinding) -> Group:
    lines = [Text(finding.sentence)]
    if finding.answered_by:
        lines.append(Text(f"asked as: {finding.answered_by}", style="dim"))
    if finding.outcome is not Status.PASS:
        lines += [Text(f"Why it matters: {finding.why}"), Text(f"What to do: {finding.remedy}")]
    return Group(*lines)
