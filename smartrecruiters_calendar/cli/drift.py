"""drift: what differs from the declaration although nobody deployed."""

import os
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from components import clock
from smartrecruiters_calendar.audit import writing
from smartrecruiters_calendar.audit.drift import DriftReport, look_for_drift, markdown, text
from smartrecruiters_calendar.cli.frame import WRITTEN, Call, Markdown, Verb
from smartrecruiters_calendar.stack.stack import Stack


def drift(
    call: Call,
    markdown_file: Markdown = None,
    sarif_file: Annotated[
        Path | None,
        typer.Option("--sarif", help="Also write the audit's failures as SARIF, unless it could not look."),
        WRITTEN,
    ] = None,
) -> DriftReport:
    """Compare a stack with its tenant: resources by a previewed refresh, everything else by the audit."""
    stack = call.stack
    Stack(stack, call.project, call.pulumi).settings()  # a mistake is reported before the state is compared
    report = call.said(look_for_drift(call.pulumi, stack, dict(os.environ), clock.now(), call.progress.step))
    if markdown_file:
        call.also_write(markdown_file, markdown(report))
    if sarif_file and report.audit and report.audit.looked:
        call.also_write(sarif_file, writing.text(report.audit, writing.Format.SARIF))
    return report


def _show(report: Any, console: Console) -> None:
    console.print(text(report), end="", markup=False, soft_wrap=True)


VERB = Verb(
    function=drift,
    show=_show,
    stopped=lambda stack, why: DriftReport.of_stop(why, stack=stack, at=clock.now()),
    examples=("drift --stack acme", "drift --stack acme --json --markdown summary.md"),
    notes="Exit code 1: something differs. Nothing is changed.",
)
