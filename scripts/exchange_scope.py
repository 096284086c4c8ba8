"""Write the PowerShell that limits a deployed integration to the mailboxes of its scope."""

import signal

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # while it loads, ctrl-C ends it without a traceback

import sys
from pathlib import Path
from typing import Annotated

import typer

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # run as a file, Python looks beside it; the project's packages are one level up

from smartrecruiters_calendar.cli.frame import ProgressLines, print_document, start_command
from smartrecruiters_calendar.exchange.scope_script import scope_script
from smartrecruiters_calendar.outcome import ExitCode, Stopped
from smartrecruiters_calendar.stack.stack import Stack

EXAMPLES = """
Examples:

  smartrecruiters-calendar exchange-scope --stack acme --output acme-scope.ps1

  smartrecruiters-calendar exchange-scope --stack acme --json

Exit codes: 0 the script is written; 2 command or configuration; 3 the stack could not be read. Nothing is run: an
Exchange administrator reviews the script and runs it, with -TestOnly to look and -Undo to take it back.
"""


def exchange_scope(
    stack: Annotated[str, typer.Option(help="Name of the deployed stack.")],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")] = False,
    output: Annotated[Path | None, typer.Option(help="Write the script here instead of stdout.")] = None,
    cwd: Annotated[Path, typer.Option(help="Where Pulumi.yaml is.", show_default="this project")] = ROOT,
) -> None:
    """Write the PowerShell that makes, tests and takes back the mailbox scope of a stack."""
    try:
        with ProgressLines() as progress:
            progress.step(f"Reading the stack {stack}")
            written = scope_script(Stack(stack, cwd.resolve()).read())
    except Stopped as stopped:
        typer.echo(f"exchange_scope: [{stopped.reason}] {stopped.sentence}", err=True)
        raise typer.Exit(stopped.exit_code) from None
    for warning in written.warnings:
        typer.echo(f"Mind: {warning}", err=True)
    if output:
        try:
            output.write_text(written.script, encoding="utf-8")
        except OSError as error:
            typer.echo(f"exchange_scope: {output} cannot be written ({error.strerror}): name another file.", err=True)
            raise typer.Exit(ExitCode.USAGE) from None
        typer.echo(f"Wrote {output}. Let an Exchange administrator review and run it.", err=True)
    if json:
        print_document(written)
    elif not output:
        typer.echo(written.script)


if __name__ == "__main__":
    start_command(exchange_scope, EXAMPLES)
