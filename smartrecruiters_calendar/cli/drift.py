"""drift: what differs from the declaration although nobody deployed."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from components import clock
from smartrecruiters_calendar.cli.frame import WRITTEN, Call, Markdown, Verb
from smartrecruiters_calendar.outcome import Outcome, Stopped

if TYPE_CHECKING:
    from smartrecruiters_calendar.audit.drift import DriftReport


def drift(
    call: Call,
    markdown_file: Markdown = None,
    sarif_file: Annotated[
        Path | None,
        typer.Option("--sarif", help="Also write the audit's failures as SARIF, unless it could not look."),
        WRITTEN,
    ] = None,
) -> Outcome:
    """Compare a stack with its tenant: resources by a previewed refresh, everything else by the audit."""
    stack = call.stack
    call.progress.step(f"Reading the stack {stack}")
    from smartrecruiters_calendar.audit import writing
    from smartrecruiters_calendar.audit.drift import look_for_drift, markdown
    from smartrecruiters_calendar.audit.formats import Format
    from smartrecruiters_calendar.stack.stack import Stack

    Stack(stack, call.project, call.pulumi).settings()  # a mistake is reported before the state is compared
    report = call.said(look_for_drift(call.pulumi, stack, dict(os.environ), clock.now(), call.progress.step))
    if markdown_file:
        call.also_write(markdown_file, markdown(report))
    if sarif_file and report.audit and report.audit.looked:
        call.also_write(sarif_file, writing.text(report.audit, Format.SARIF))
    return report


def _show(report: "DriftReport", console: Console) -> None:
    from smartrecruiters_calendar.audit.drift import text

    console.print(text(report), end="", markup=False, soft_wrap=True)


def _stopped(stack: str, why: Stopped) -> Outcome:
    from smartrecruiters_calendar.audit.drift import DriftReport

    return DriftReport.of_stop(why, stack=stack, at=clock.now())


VERB = Verb(
    function=drift,
    show=_show,
    stopped=_stopped,
    examples=("drift --stack acme", "drift --stack acme --json --markdown summary.md"),
    notes="Exit code 1: something differs. Nothing is changed.",
)
