"""Prove that a deployed integration works, deliver it to SmartRecruiters, and see its rooms load."""

import signal

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # while it loads, ctrl-C ends it without a traceback

import logging
import os
import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # run as a file, Python looks beside it; the project's packages are one level up

from components.settings import SecretSource
from smartrecruiters_calendar.cli.frame import ProgressLines, print_document, start_command
from smartrecruiters_calendar.cli.terminal import person_at_terminal
from smartrecruiters_calendar.outcome import ExitCode
from smartrecruiters_calendar.page.choice import choose_channel
from smartrecruiters_calendar.post_deploy import report
from smartrecruiters_calendar.post_deploy.run import Overrides
from smartrecruiters_calendar.post_deploy.run import post_deploy as run
from smartrecruiters_calendar.post_deploy.services import PostDeployOptions

EXAMPLES = """
Examples:

  smartrecruiters-calendar post-deploy --stack acme

  smartrecruiters-calendar post-deploy --stack acme --json > result.json

  smartrecruiters-calendar post-deploy --stack acme --yes --headed

  smartrecruiters-calendar post-deploy --stack acme --expect-from-operator

Exit codes: 0 as wished; 1 something is not; 2 command or configuration; 3 a service did not answer; 4 a person is
needed. The same credentials are not delivered twice, so running it again is always safe.
"""


def post_deploy(
    stack: Annotated[str, typer.Option(help="Name of the deployed stack.")],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")] = False,
    wait: Annotated[float, typer.Option(min=0, help="Seconds to wait for a new secret or grant to work.")] = 120.0,
    redeliver: Annotated[bool, typer.Option("--redeliver", help="Deliver even what is held already.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Press Save without asking (channel browser).")] = False,
    headed: Annotated[bool, typer.Option("--headed", help="Show the browser (channel browser).")] = False,
    expect_from_operator: Annotated[
        bool,
        typer.Option("--expect-from-operator", help="Expect the rooms that the operator sees in the tenant."),
    ] = False,
    secret_from: Annotated[
        SecretSource | None,
        typer.Option(
            help="Take the secret from the state or the key vault.", show_default="vault.deliverFrom, else state"
        ),
    ] = None,
    cwd: Annotated[Path, typer.Option(help="Where Pulumi.yaml is.", show_default="this project")] = ROOT,
    verbose: Annotated[bool, typer.Option("--verbose", help="Log every request on stderr, without secrets.")] = False,
) -> None:
    """Prove that the deployed credentials work, deliver them to SmartRecruiters once, and see the rooms load."""
    logging.basicConfig(level=logging.DEBUG if verbose else logging.CRITICAL, format="%(name)s: %(message)s")
    try:
        with ProgressLines() as progress:
            choose = partial(choose_channel, person=person_at_terminal(progress), agreed=yes, headed=headed)
            options = PostDeployOptions(
                wait_seconds=wait, redeliver=redeliver, expect_from_operator=expect_from_operator
            )
            overrides = Overrides(choose=choose, secret_from=secret_from)
            result = run(stack, cwd.resolve(), os.environ, options, progress, overrides)
    except KeyboardInterrupt:
        typer.echo("post_deploy: interrupted; run it again, it goes on from what the receipt shows.", err=True)
        raise typer.Exit(ExitCode.INTERRUPTED) from None
    if json:
        print_document(result)
    else:
        report.show(result, Console(highlight=False))
    raise typer.Exit(result.exit_code)


if __name__ == "__main__":
    start_command(post_deploy, EXAMPLES)
