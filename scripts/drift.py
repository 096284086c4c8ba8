"""Say what differs from the declaration without anybody having deployed; change nothing."""

import signal

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # while it loads, ctrl-C ends it without a traceback

import logging
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # run as a file, Python looks beside it; the project's packages are one level up

from components import clock
from smartrecruiters_calendar.audit.drift import look_for_drift, markdown
from smartrecruiters_calendar.cli.frame import ProgressLines, print_document, start_command
from smartrecruiters_calendar.outcome import ExitCode, Stopped
from smartrecruiters_calendar.stack.pulumi import Pulumi

EXAMPLES = """
Examples:

  smartrecruiters-calendar drift --stack acme

  smartrecruiters-calendar drift --stack acme --json --markdown summary.md

Exit codes: 0 as deployed and as declared; 1 something differs; 2 command or configuration; 3 a service did not answer.
"""


def drift(
    stack: Annotated[str, typer.Option(help="Name of the deployed stack.")],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")] = False,
    markdown_file: Annotated[Path | None, typer.Option("--markdown", help="Write a summary for a pipeline.")] = None,
    cwd: Annotated[Path, typer.Option(help="Where Pulumi.yaml is.", show_default="this project")] = ROOT,
) -> None:
    """Compare a stack with its tenant: resources by a previewed refresh, everything else by the audit."""
    logging.basicConfig(level=logging.CRITICAL)
    try:
        with ProgressLines() as progress:
            report = look_for_drift(Pulumi(cwd.resolve()), stack, dict(os.environ), clock.now(), progress.step)
    except Stopped as stopped:
        typer.echo(f"drift: [{stopped.reason}] {stopped}", err=True)
        raise typer.Exit(stopped.exit_code) from None
    except KeyboardInterrupt:
        typer.echo("drift: interrupted; nothing was changed.", err=True)
        raise typer.Exit(ExitCode.INTERRUPTED) from None
    if markdown_file:
        markdown_file.write_text(markdown(report), encoding="utf-8")
    if json:
        print_document(report)
    else:
        typer.echo(markdown(report), nl=False)
    raise typer.Exit(report.exit_code)


if __name__ == "__main__":
    start_command(drift, EXAMPLES)
