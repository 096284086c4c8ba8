"""Save a sign-in at SmartRecruiters once, in a browser that a person sees."""

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

from smartrecruiters_calendar.cli.frame import ProgressLines, print_document, start_command
from smartrecruiters_calendar.outcome import ExitCode, Stopped
from smartrecruiters_calendar.page.choice import SIGN_IN_SECONDS
from smartrecruiters_calendar.page.sign_in import SignInResult, sign_in
from smartrecruiters_calendar.stack.stack import Stack

EXAMPLES = """
Examples:

  smartrecruiters-calendar sign-in --stack acme

  SMARTRECRUITERS_SESSION_FILE=acme.session.json smartrecruiters-calendar sign-in --stack acme --wait 1200

A browser opens: sign in as an administrator, through single sign-on and MFA as ever. The session is saved, never a
password, and the channels browser and page-requests use it until it ends. Whoever has the file is signed in as you.

Exit codes: 0 saved; 2 command or configuration, or no browser or screen here; 3 SmartRecruiters does not answer; 4
nobody signed in.
"""


def save_sign_in(
    stack: Annotated[str, typer.Option(help="Name of the stack whose session it becomes.")],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")] = False,
    wait: Annotated[float, typer.Option(min=1, help="Seconds to wait for the sign-in.")] = SIGN_IN_SECONDS,
    headless: Annotated[
        bool, typer.Option("--headless", help="Renew a session that needs no person, without showing the browser.")
    ] = False,
    cwd: Annotated[Path, typer.Option(help="Where Pulumi.yaml is.", show_default="this project")] = ROOT,
    verbose: Annotated[bool, typer.Option("--verbose", help="Log on stderr, without secrets.")] = False,
) -> None:
    """Open a browser at SmartRecruiters, wait until a person is signed in, and save the session for the channels."""
    logging.basicConfig(level=logging.DEBUG if verbose else logging.CRITICAL, format="%(name)s: %(message)s")
    try:
        with ProgressLines() as progress:
            progress.step(f"Reading the configuration of {stack}")
            wanted = Stack(stack, cwd.resolve()).settings().smartrecruiters
            result = sign_in(stack, wanted, os.environ, headed=not headless, seconds=wait, step=progress.step)
    except Stopped as stopped:
        result = SignInResult(
            stack=stack, exit_code=stopped.exit_code, reason=stopped.reason, sentence=stopped.sentence
        )
    except KeyboardInterrupt:
        typer.echo("sign_in: interrupted; nothing was saved.", err=True)
        raise typer.Exit(ExitCode.INTERRUPTED) from None
    if json:
        print_document(result)
    else:
        typer.echo(f"[{result.reason}] {result.sentence}" if result.reason else result.sentence)
    raise typer.Exit(result.exit_code)


if __name__ == "__main__":
    start_command(save_sign_in, EXAMPLES)
