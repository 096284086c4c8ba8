"""Free a stack after a killed run, and bring its state and its tenant together again."""

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

from smartrecruiters_calendar.cli.frame import ProgressLines, print_document, start_command
from smartrecruiters_calendar.outcome import ExitCode, Stopped
from smartrecruiters_calendar.post_deploy.services import Progress
from smartrecruiters_calendar.recovery import report
from smartrecruiters_calendar.recovery.run import RecoveryOptions, RecoveryResult, recover, stopped
from smartrecruiters_calendar.stack.deployer import DeployersTenant
from smartrecruiters_calendar.stack.engine import Engine

EXAMPLES = """
Examples:

  smartrecruiters-calendar recover --stack acme --dry-run

  smartrecruiters-calendar recover --stack acme

  smartrecruiters-calendar recover --stack acme --free-lock --json

Exit codes: 0 as wished, or nothing to recover; 1 something is left for you to judge; 2 command or configuration; 3 a
service did not answer, or a run still holds the stack; 4 several applications fit, name one. It may be killed and run
again at any point. Sign in as the deployer, as for pulumi up.
"""


def recover_stack(
    stack: Annotated[str, typer.Option(help="Name of the stack whose run was killed.")],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done; change nothing.")] = False,
    free_lock: Annotated[
        bool, typer.Option("--free-lock", help="Free the lock of a run on another machine. Make sure it has ended.")
    ] = False,
    client_id: Annotated[
        str | None, typer.Option(help="Which half-made application is this stack's, where several fit.")
    ] = None,
    cwd: Annotated[Path, typer.Option(help="Where Pulumi.yaml is.", show_default="this project")] = ROOT,
) -> None:
    """Free the lock of a killed run, import or remove what it left in the tenant, and clear its open operations."""
    options = RecoveryOptions(dry_run=dry_run, free_lock=free_lock, client_id=client_id)
    try:
        with ProgressLines() as progress:
            result = _result(stack, cwd.resolve(), options, progress)
    except KeyboardInterrupt:
        typer.echo("recover: interrupted; run it again, it goes on from what it finds.", err=True)
        raise typer.Exit(ExitCode.INTERRUPTED) from None
    if json:
        print_document(result)
    else:
        report.show(result, Console(highlight=False))
    raise typer.Exit(result.exit_code)


def _result(name: str, project: Path, options: RecoveryOptions, progress: Progress) -> RecoveryResult:
    try:
        engine = Engine(name, project)
    except Stopped as why:
        return stopped(name, why, [], dry_run=options.dry_run)

    return recover(name, engine, partial(DeployersTenant.sign_in, os.environ), progress, options)


if __name__ == "__main__":
    start_command(recover_stack, EXAMPLES)
