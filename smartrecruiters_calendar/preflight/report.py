"""Shows a preflight to a person, on one screen: failures first, each with what to do, and what passed in one line."""

from collections.abc import Iterator
from typing import Final

from rich.console import Console
from rich.text import Text

from smartrecruiters_calendar.outcome import Status
from smartrecruiters_calendar.preflight.finding import PreflightFinding, PreflightResult

_STYLES: Final = {Status.PASS: "green", Status.FAIL: "bold red", Status.MANUAL: "yellow"}


def show(result: PreflightResult, console: Console) -> None:
    looked = [finding for finding in result.findings if not finding.blocked_by]
    if told := [finding for finding in looked if finding.outcome is not Status.PASS]:
        console.print(Text(f"Preflight of stack {result.stack}", style="italic"), soft_wrap=True)
        for finding in told:
            for line in _lines(finding):
                console.print(line, soft_wrap=True)  # what has to be copied stays in one line
    for by in dict.fromkeys(finding.blocked_by for finding in result.findings if finding.blocked_by):
        waiting = [finding.check for finding in result.findings if finding.blocked_by == by]
        console.print(Text(f"Not looked at because of {by}: {', '.join(waiting)}", style="yellow"), soft_wrap=True)
    if passing := [finding.check for finding in looked if finding.outcome is Status.PASS]:
        console.print(Text(f"PASS: {', '.join(passing)}", style="green"), soft_wrap=True)
    console.print(Text(result.sentence, style="green" if not result.exit_code else "red"), soft_wrap=True)


def _lines(finding: PreflightFinding) -> Iterator[Text]:
    yield Text.assemble((finding.outcome, _STYLES[finding.outcome]), f" {finding.check}")
    yield Text(f"  {finding.sentence}")
    if finding.answered_by:
        yield Text(f"  asked as: {finding.answered_by}", style="dim")
    if finding.outcome is Status.FAIL:
        yield Text(f"  Why it matters: {finding.why}")
    yield Text(f"  What to do: {finding.remedy}")
