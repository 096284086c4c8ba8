"""Bring an offboarded integration app back from the tenant's deleted items, within 30 days."""

import signal

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # while it loads, ctrl-C ends it without a traceback

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # run as a file, Python looks beside it; the project's packages are one level up

from smartrecruiters_calendar.cli.frame import ProgressLines, print_document, start_command
from smartrecruiters_calendar.offboarding import report
from smartrecruiters_calendar.offboarding.restoration import restore
from smartrecruiters_calendar.offboarding.result import RestorationResult
from smartrecruiters_calendar.offboarding.services import DeployersTenant
from smartrecruiters_calendar.outcome import ExitCode, Stopped
from smartrecruiters_calendar.stack.engine import Engine

EXAMPLES = """
Examples:

  smartrecruiters-calendar restore --stack acme

  smartrecruiters-calendar restore --stack acme --json

Exit codes: 0 it is back, and the next steps are printed; 1 there is nothing to restore; 2 command or configuration;
3 a service did not answer; 4 an administrator has to restore it. It may be killed and run again. Sign in as the
deployer, as for pulumi up.
"""


def restore_stack(
    stack: Annotated[str, typer.Option(help="Name of the stack that scripts/offboard.py took down.")],
    wait: Annotated[float, typer.Option(min=1, help="Seconds to wait until it is back everywhere.")] = 120.0,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")] = False,
    cwd: Annotated[Path, typer.Option(help="Where Pulumi.yaml is.", show_default="this project")] = ROOT,
) -> None:
    """Restore the application and its service principal, and say how SmartRecruiters gets to use them again."""
    try:
        with ProgressLines() as progress:
            result = _result(stack, cwd.resolve(), wait, progress)
    except KeyboardInterrupt:
        typer.echo("restore: interrupted; run it again, it goes on from what it finds.", err=True)
        raise typer.Exit(ExitCode.INTERRUPTED) from None
    if json:
        print_document(result)
    else:
        report.show_restoration(result, Console(highlight=False))
    raise typer.Exit(result.exit_code)


def _result(stack: str, project: Path, wait: float, progress: ProgressLines) -> RestorationResult:
    try:
        engine = Engine(stack, project)
        directory_id = engine.settings().directory_id
        return restore(stack, engine.departure(), lambda: DeployersTenant.sign_in(directory_id), wait, progress)
    except Stopped as stopped:
        return RestorationResult(
            stack=stack, exit_code=stopped.exit_code, reason=stopped.reason, sentence=stopped.sentence
        )


if __name__ == "__main__":
    start_command(restore_stack, EXAMPLES)
