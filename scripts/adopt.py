"""Bring an app registration that was made by hand under this project's management, without recreating it."""

import signal

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # while it loads, ctrl-C ends it without a traceback

import os
import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # run as a file, Python looks beside it; the project's packages are one level up

from components import clock
from smartrecruiters_calendar.adoption import report
from smartrecruiters_calendar.adoption.result import AdoptionResult, not_begun
from smartrecruiters_calendar.adoption.run import AdoptionOptions, adopt
from smartrecruiters_calendar.cli.frame import ProgressLines, print_document, start_command
from smartrecruiters_calendar.outcome import ExitCode, Stopped
from smartrecruiters_calendar.post_deploy.services import Progress
from smartrecruiters_calendar.stack.deployer import DeployersTenant
from smartrecruiters_calendar.stack.engine import Engine

EXAMPLES = """
Examples:

  smartrecruiters-calendar adopt --stack acme --name "SmartRecruiters Calendar" --dry-run

  smartrecruiters-calendar adopt --stack acme --client-id f8238c00-62db-4ec7-b2de-5f7a38dc697e

Exit codes: 0 as wished; 1 it cannot be adopted; 2 command or configuration; 3 a service did not answer; 4 a person is
needed: several registrations fit, or an administrator has to do something first. Sign in as the deployer, as for
pulumi up. Run it again after the delivery: it tells what is left to retire.
"""


def adopt_registration(
    stack: Annotated[str, typer.Option(help="Name of the stack that shall manage it.")],
    client_id: Annotated[
        str | None, typer.Option(help="Application (client) ID of the registration, the surest way to name it.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="Its display name.", show_default="the declared displayName")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show differences and plan; change nothing.")] = False,
    cwd: Annotated[Path, typer.Option(help="Where Pulumi.yaml is.", show_default="this project")] = ROOT,
) -> None:
    """Import a hand-made registration as it is, and issue a declared secret beside the ones it has."""
    if client_id and name:
        raise typer.BadParameter("name it by --client-id or by --name, not by both")
    options = AdoptionOptions(dry_run=dry_run, client_id=client_id, name=name)
    try:
        with ProgressLines() as progress:
            result = _result(stack, cwd.resolve(), options, progress)
    except KeyboardInterrupt:
        typer.echo("adopt: interrupted; run it again, it goes on from what it finds.", err=True)
        raise typer.Exit(ExitCode.INTERRUPTED) from None
    if json:
        print_document(result)
    else:
        report.show(result, Console(highlight=False))
    raise typer.Exit(result.exit_code)


def _result(stack: str, project: Path, options: AdoptionOptions, progress: Progress) -> AdoptionResult:
    try:
        engine = Engine(stack, project)
    except Stopped as stopped:
        return not_begun(stack, stopped)

    return adopt(stack, engine, partial(DeployersTenant.sign_in, os.environ), clock.now, progress, options)


if __name__ == "__main__":
    start_command(adopt_registration, EXAMPLES)
