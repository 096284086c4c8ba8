"""Take a stack's integration app out of its tenant, prove that it is gone, and say how to bring it back."""

import signal

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # while it loads, ctrl-C ends it without a traceback

import logging
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # run as a file, Python looks beside it; the project's packages are one level up

from components import clock
from smartrecruiters_calendar.cli.frame import ProgressLines, print_document, start_command
from smartrecruiters_calendar.offboarding import report
from smartrecruiters_calendar.offboarding.result import OffboardingResult
from smartrecruiters_calendar.offboarding.run import offboard
from smartrecruiters_calendar.offboarding.services import DeployersTenant
from smartrecruiters_calendar.outcome import ExitCode, Reason, Stopped
from smartrecruiters_calendar.stack.engine import Engine

EXAMPLES = """
Examples:

  smartrecruiters-calendar offboard --stack acme

  smartrecruiters-calendar offboard --stack acme --yes --json

Exit codes: 0 gone, and proven; 1 something is still there; 2 command or configuration; 3 a service did not answer; 4
nobody confirmed. It may be killed and run again. Sign in as the deployer, as for pulumi up.
"""


def offboard_stack(
    stack: Annotated[str, typer.Option(help="Name of the stack to take down.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for the stack's name.")] = False,
    wait: Annotated[float, typer.Option(min=1, help="Seconds to wait until it is gone everywhere.")] = 120.0,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")] = False,
    cwd: Annotated[Path, typer.Option(help="Where Pulumi.yaml is.", show_default="this project")] = ROOT,
) -> None:
    """Unprotect and destroy everything of a stack, then prove: no token, no grant, no service principal."""
    logging.basicConfig(level=logging.CRITICAL)  # what libraries tell of a refused token is the proof here
    try:
        with ProgressLines() as progress:
            result = _result(stack, cwd.resolve(), wait, progress, agreed=yes)
    except KeyboardInterrupt:
        typer.echo("offboard: interrupted; run it again, it goes on from what it finds.", err=True)
        raise typer.Exit(ExitCode.INTERRUPTED) from None
    if json:
        print_document(result)
    else:
        report.show(result, Console(highlight=False))
    raise typer.Exit(result.exit_code)


def _result(stack: str, project: Path, wait: float, progress: ProgressLines, *, agreed: bool) -> OffboardingResult:
    try:
        engine = Engine(stack, project)
        directory_id = engine.settings().directory_id
        if not agreed:
            _confirm(stack, progress)
        return offboard(
            stack,
            engine,
            lambda: DeployersTenant.sign_in(directory_id),
            directory_id,
            clock.now(),
            wait,
            progress,
        )
    except Stopped as stopped:
        return OffboardingResult(
            stack=stack, exit_code=stopped.exit_code, reason=stopped.reason, sentence=stopped.sentence
        )


def _confirm(stack: str, progress: ProgressLines) -> None:
    with progress.paused() as console:
        console.print(f"Type {stack} to take its integration app out of the tenant: ", markup=False, end="")
        typed = sys.stdin.readline().strip()
    if typed != stack:
        raise Stopped(
            Reason.CONFIRMATION_NEEDED,
            f"Interviews stop being booked as soon as {stack} is gone, so it is removed only once its name is typed, "
            "or with --yes. Nothing was changed.",
        )


if __name__ == "__main__":
    start_command(offboard_stack, EXAMPLES)
