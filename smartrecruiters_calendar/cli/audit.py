"""audit: what Entra grants the integration app, compared with what is declared, for an auditor."""

import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from components import clock
from smartrecruiters_calendar.audit.formats import Format
from smartrecruiters_calendar.cli.frame import All, Call, Environments, Output, Verb
from smartrecruiters_calendar.outcome import Outcome, Stopped

if TYPE_CHECKING:
    from smartrecruiters_calendar.audit.many import AuditIndex
    from smartrecruiters_calendar.audit.report import AuditReport


def audit(
    call: Call,
    every: All = False,
    declared_only: Annotated[
        bool, typer.Option("--declared-only", help="From the program alone: no CLI, no sign-in, no network.")
    ] = False,
    form: Annotated[Format, typer.Option("--format", help="Format of the report.")] = Format.TABLE,
    output: Output = None,
    since: Annotated[Path | None, typer.Option(help="An earlier --json report, to show what changed.")] = None,
    affected_since: Annotated[
        str | None, typer.Option(help="With --all --declared-only: only stacks affected by changes since this commit.")
    ] = None,
    environments: Environments = None,
) -> Outcome:
    """Compare what Entra grants the integration app with what is declared."""
    if every and call.named:
        raise typer.BadParameter("name one stack with --stack, or all of them with --all, not both")
    if every and since:
        raise typer.BadParameter("--since compares one stack; name it with --stack")
    if every and form in (Format.HTML, Format.SARIF) and not output:
        raise typer.BadParameter("--all writes several files; name a folder with --output")
    if affected_since and not (every and declared_only):
        raise typer.BadParameter("--affected-since narrows --all --declared-only; add both")
    call.progress.step(_first_step(call, every=every, declared_only=declared_only))
    from smartrecruiters_calendar.audit import since as earlier
    from smartrecruiters_calendar.audit.report import AuditReport
    from smartrecruiters_calendar.audit.writing import write

    form = Format.JSON if call.json else form
    call.json = form is Format.JSON
    if declared_only:
        document = _declared(call, affected_since, every=every)
    else:
        document = _audited(call, environments, every=every)
    if since and isinstance(document, AuditReport) and document.findings:
        document = earlier.compared(document, earlier.read_report(since))
    document = call.said(document)
    call.show = partial(_show, form=form)
    if form is Format.SARIF and isinstance(document, AuditReport) and not document.looked:
        # Code scanning would take what could not be looked at for fixed, and close its alerts.
        call.note(f"{document.sentence} No SARIF is written, since there is nothing that it could say.")
        call.show = lambda *_: None
    elif output:
        call.note(f"{document.sentence} Read {write(document, form, output)}")
        call.json, call.show = False, lambda *_: None
    return document


def _first_step(call: Call, *, every: bool, declared_only: bool) -> str:
    stack = None if every else call.stack
    if declared_only:
        return "Running the program alone"
    return f"Auditing the stack {stack}" if stack else "Auditing every stack"


def _declared(call: Call, affected_since: str | None, *, every: bool) -> "AuditReport | AuditIndex":
    from smartrecruiters_calendar.audit.many import audit_all_programs, declared_stacks
    from smartrecruiters_calendar.audit.run import audit_program
    from smartrecruiters_calendar.promotion.affected import affected, changed_files

    now = clock.now()
    if not every:
        return audit_program(call.project, call.stack, now)
    stacks = declared_stacks(call.project)
    if affected_since:
        stacks = affected(stacks, changed_files(call.project, affected_since))
    return audit_all_programs(call.project, stacks, now)


def _audited(call: Call, environments: Path | None, *, every: bool) -> "AuditReport | AuditIndex":
    from smartrecruiters_calendar.audit.many import audit_all
    from smartrecruiters_calendar.audit.run import Operator
    from smartrecruiters_calendar.audit.run import audit as run

    now = clock.now()
    if every:
        return audit_all(call.pulumi, os.environ, environments, now, call.progress.count)
    return run(call.pulumi, call.stack, Operator(os.environ), now)


def _show(document: "AuditReport | AuditIndex", console: Console, *, form: Format) -> None:
    from smartrecruiters_calendar.audit.formats import table
    from smartrecruiters_calendar.audit.many import AuditIndex
    from smartrecruiters_calendar.audit.writing import text

    if form is not Format.TABLE:
        sys.stdout.write(text(document, form))
    elif isinstance(document, AuditIndex):
        table.show_index(document.reports, document.sentence, console)
    else:
        table.show(document, console)


def _stopped(stack: str, why: Stopped) -> Outcome:
    from smartrecruiters_calendar.audit.report import not_begun

    return not_begun(stack, "tenant", clock.now(), why)


VERB = Verb(
    function=audit,
    stopped=_stopped,
    examples=(
        "audit --stack acme",
        "audit --stack acme \\\n      --declared-only --format markdown",
        "audit --stack acme --since last-month.json \\\n      --format html --output acme.html",
        "audit --all --output reports/",
        "audit --all --json",
        "audit --all --declared-only \\\n      --affected-since origin/main --output report",
    ),
    notes="With --all, --output names a folder. --json is --format json. Exit code 1: at least one finding fails; 3: "
    "Entra or Graph did not return enough to judge. The audit changes nothing and never reads the client secret.",
)
