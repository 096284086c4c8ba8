"""Shows a preflight to a person, on one screen: failures first, each with what to do, and what passed in one line."""

from typing import Final

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from smartrecruiters_calendar.outcome import Status
from smartrecruiters_calendar.preflight.finding import PreflightFinding, PreflightResult

_STYLES: Final = {Status.PASS: "green", Status.FAIL: "bold red", Status.MANUAL: "yellow"}


def show(result: PreflightResult, console: Console) -> None:
    looked = [finding for finding in result.findings if not finding.blocked_by]
    if told := [finding for finding in looked if finding.outcome is not Status.PASS]:
        table = Table(title=f"Preflight of stack {result.stack}", title_justify="left", show_lines=True)
        table.add_column("Check", no_wrap=True)
        table.add_column("Result", no_wrap=True)
        table.add_column("What was found", overflow="fold")
        for finding in told:
            table.add_row(finding.check, Text(finding.outcome, style=_STYLES[finding.outcome]), _found(finding))
        console.print(table)
    for by in dict.fromkeys(finding.blocked_by for finding in result.findings if finding.blocked_by):
        waiting = [finding.check for finding in result.findings if finding.blocked_by == by]
        console.print(Text(f"Not looked at because of {by}: {', '.join(waiting)}", style="yellow"), soft_wrap=True)
    if passing := [finding.check for finding in looked if finding.outcome is Status.PASS]:
        console.print(Text(f"PASS: {', '.join(passing)}", style="green"), soft_wrap=True)
    console.print(Text(result.sentence, style="green" if not result.exit_code else "red"), soft_wrap=True)


def _found(finding: PreflightFinding) -> Group:
    lines = [Text(finding.sentence)]
    if finding.answered_by:
        lines.append(Text(f"asked as: {finding.answered_by}", style="dim"))
    if finding.outcome is Status.FAIL:
        lines.append(Text(f"Why it matters: {finding.why}"))
    return Group(*lines, Text(f"What to do: {finding.remedy}"))
