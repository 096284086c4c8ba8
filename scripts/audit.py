"""Hold what Entra grants the integration app against what was declared, for an auditor."""

import signal

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # while it loads, ctrl-C ends it without a traceback

import logging
import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # run as a file, Python looks beside it; the project's packages are one level up

from components import clock
from smartrecruiters_calendar.audit import since as earlier
from smartrecruiters_calendar.audit.formats import table
from smartrecruiters_calendar.audit.many import AuditIndex, audit_all, audit_all_programs
from smartrecruiters_calendar.audit.report import AuditReport, not_begun
from smartrecruiters_calendar.audit.run import Operator, audit, audit_program
from smartrecruiters_calendar.audit.writing import Format, text, write
from smartrecruiters_calendar.cli.frame import ProgressLines, start_command
from smartrecruiters_calendar.outcome import ExitCode, Stopped
from smartrecruiters_calendar.stack.pulumi import Pulumi

EXAMPLES = """
Examples:

  smartrecruiters-calendar audit --stack acme

  smartrecruiters-calendar audit --stack acme --declared-only --format markdown

  smartrecruiters-calendar audit --stack acme --since last-month.json --format html --output acme.html

  smartrecruiters-calendar audit --all --output reports/

  smartrecruiters-calendar audit --all --json

Exit codes: 0 nothing fails; 1 at least one finding fails; 2 command or configuration; 3 Entra or Graph did not tell
enough. The audit changes nothing and never sees the client secret.
"""


def audit_command(
    stack: Annotated[str | None, typer.Option(help="Name of the stack.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Audit every stack; --output names a folder then.")] = False,
    declared_only: Annotated[
        bool, typer.Option("--declared-only", help="From the program alone: no CLI, no sign-in, no network.")
    ] = False,
    form: Annotated[Format, typer.Option("--format", help="How to write the report.")] = Format.TABLE,
    json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    output: Annotated[Path | None, typer.Option(help="Write there instead of to stdout.")] = None,
    since: Annotated[Path | None, typer.Option(help="An earlier --json report, to tell what changed.")] = None,
    environments: Annotated[Path | None, typer.Option(help="Folder of <stack>.env files, for --all.")] = None,
    cwd: Annotated[Path, typer.Option(help="Where Pulumi.yaml is.", show_default="this project")] = ROOT,
    verbose: Annotated[bool, typer.Option("--verbose", help="Log every request on stderr.")] = False,
) -> None:
    """Hold what Entra grants the integration app against what was declared."""
    if (stack is None) is not every:
        raise typer.BadParameter("name one stack with --stack, or all of them with --all")
    if every and since:
        raise typer.BadParameter("--since compares one stack; name it with --stack")
    if every and form is Format.HTML and not output:
        raise typer.BadParameter("the pages of all stacks need a folder; name it with --output")
    logging.basicConfig(level=logging.DEBUG if verbose else logging.CRITICAL, format="%(name)s: %(message)s")
    form = Format.JSON if json else form
    try:
        with ProgressLines() as progress:
            document = _document(stack, cwd.resolve(), progress, declared_only=declared_only, environments=environments)
        if since and isinstance(document, AuditReport) and document.findings:
            document = earlier.compared(document, earlier.read_report(since))
        if output:
            typer.echo(f"audit: {document.sentence} Read {write(document, form, output)}", err=True)
    except Stopped as stopped:
        typer.echo(f"audit: {stopped} [{stopped.reason}]", err=True)
        raise typer.Exit(stopped.exit_code) from None
    except KeyboardInterrupt:
        typer.echo("audit: interrupted; nothing was changed.", err=True)
        raise typer.Exit(ExitCode.INTERRUPTED) from None
    if not output:
        _tell(document, form)
    raise typer.Exit(document.exit_code)


def _document(
    stack: str | None,
    project: Path,
    progress: ProgressLines,
    *,
    declared_only: bool,
    environments: Path | None,
) -> AuditReport | AuditIndex:
    now = clock.now()
    if declared_only:
        progress.step("Running the program alone")
        return audit_program(project, stack, now) if stack else audit_all_programs(project, now)
    progress.step(f"Auditing the stack {stack}" if stack else "Auditing every stack")
    try:
        pulumi = Pulumi(project)
    except Stopped as stopped:
        if stack is None:
            raise
        return not_begun(stack, "tenant", now, stopped)
    if stack is None:
        return audit_all(pulumi, os.environ, environments, now, progress.count)
    return audit(pulumi, stack, Operator(os.environ), now)


def _tell(document: AuditReport | AuditIndex, form: Format) -> None:
    console = Console(highlight=False)
    if form is not Format.TABLE:
        sys.stdout.write(text(document, form))
    elif isinstance(document, AuditIndex):
        table.show_index(document.reports, document.sentence, console)
    else:
        table.show(document, console)


if __name__ == "__main__":
    start_command(audit_command, EXAMPLES)
