"""Find out before `pulumi up` what would make it fail; nothing is changed."""

import signal

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # while it loads, ctrl-C ends it without a traceback

import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # run as a file, Python looks beside it; the project's packages are one level up

from smartrecruiters_calendar.cli.frame import ProgressLines, print_document, start_command
from smartrecruiters_calendar.outcome import ExitCode
from smartrecruiters_calendar.preflight import report
from smartrecruiters_calendar.preflight.gathering import gathered
from smartrecruiters_calendar.preflight.run import run

EXAMPLES = """
Examples:

  smartrecruiters-calendar preflight --stack acme

  smartrecruiters-calendar preflight --stack acme --json > preflight.json

Each check ends with PASS, FAIL or MANUAL: a person has to look, since nobody here may. Exit codes: 0 nothing fails; 1
something does; 2 command or configuration; 3 a service did not answer. It asks as the deployer (ARM_* variables), and
where that identity may not look, as the operator (AZURE_* variables, or az login).
"""


def preflight(
    stack: Annotated[str, typer.Option(help="Name of the stack; it need not be deployed yet.")],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")] = False,
    cwd: Annotated[Path, typer.Option(help="Where Pulumi.yaml is.", show_default="this project")] = ROOT,
) -> None:
    """Find out before `pulumi up` what would make it, or the delivery after it, fail. Nothing is changed."""
    try:
        with ProgressLines() as progress:
            progress.step(f"Reading the stack {stack}")
            with gathered(stack, cwd.resolve(), os.environ) as situation:
                result = run(situation, progress)
    except KeyboardInterrupt:
        typer.echo("preflight: interrupted; nothing was changed.", err=True)
        raise typer.Exit(ExitCode.INTERRUPTED) from None
    if json:
        print_document(result)
    else:
        report.show(result, Console(highlight=False))
    raise typer.Exit(result.exit_code)


if __name__ == "__main__":
    start_command(preflight, EXAMPLES)
