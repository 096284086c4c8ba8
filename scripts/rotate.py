"""Rotate a stack's client secret without a gap: the next one works and is delivered before the outgoing one goes."""

import signal

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # while it loads, ctrl-C ends it without a traceback

import json as json_text
import logging
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from pydantic import BaseModel
from rich.console import Console

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # run as a file, Python looks beside it; the project's packages are one level up

from components import clock
from smartrecruiters_calendar.cli.frame import ProgressLines, print_document, start
from smartrecruiters_calendar.cli.terminal import in_pipeline, person_at_terminal
from smartrecruiters_calendar.entra.cloud import find_cloud
from smartrecruiters_calendar.entra.credentials import deployer
from smartrecruiters_calendar.entra.directory import Directory
from smartrecruiters_calendar.entra.stopping import stops
from smartrecruiters_calendar.outcome import ExitCode, Reason, Stopped
from smartrecruiters_calendar.page.choice import choose_channel
from smartrecruiters_calendar.page.person import Nobody
from smartrecruiters_calendar.post_deploy.result import PostDeployResult
from smartrecruiters_calendar.post_deploy.run import Chosen, Overrides, post_deploy
from smartrecruiters_calendar.post_deploy.services import PostDeployOptions
from smartrecruiters_calendar.rotation import begin as begin_verb
from smartrecruiters_calendar.rotation import finish as finish_verb
from smartrecruiters_calendar.rotation import report, timeline
from smartrecruiters_calendar.rotation import revoke as revoke_verb
from smartrecruiters_calendar.rotation import rollback as rollback_verb
from smartrecruiters_calendar.rotation.auto import Work
from smartrecruiters_calendar.rotation.auto import auto as rotation
from smartrecruiters_calendar.rotation.checkout import Checkout
from smartrecruiters_calendar.rotation.result import RotationResult, stopped_short
from smartrecruiters_calendar.rotation.stack import RotatedStack
from smartrecruiters_calendar.rotation.status import StackStatus, status_of, together, untold
from smartrecruiters_calendar.stack.pulumi import Pulumi

EXAMPLES = """
Examples:

  smartrecruiters-calendar rotate status --stack acme

  smartrecruiters-calendar rotate status --all --json

  smartrecruiters-calendar rotate begin --stack acme

  smartrecruiters-calendar rotate finish --stack acme

  smartrecruiters-calendar rotate auto --stack acme --commit

  smartrecruiters-calendar rotate rollback --stack acme

  smartrecruiters-calendar rotate revoke a3…-key-id --stack acme

Exit codes: 0 as wished; 1 something is not; 2 command or configuration; 3 a service did not answer; 4 a person is
needed. Every command may be run again.
"""
AT_ONCE = 4
"""Stacks that `status --all` reads side by side: each takes three short starts of the CLI."""

StackOption = Annotated[str, typer.Option("--stack", help="Name of the stack.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]
CwdOption = Annotated[Path, typer.Option("--cwd", help="Where Pulumi.yaml is.", show_default="this project")]
WaitOption = Annotated[float, typer.Option("--wait", min=0, help="Seconds to wait for a new secret to work.")]

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    help=__doc__,
    epilog=EXAMPLES,
)


@app.command()
def status(
    stack: Annotated[str, typer.Option(help="Name of the stack.")] = "",
    *,
    every: Annotated[bool, typer.Option("--all", help="Every stack of the project.")] = False,
    json: JsonOption = False,
    cwd: CwdOption = ROOT,
) -> None:
    """Draw the secrets over time, and tell what is due. With --all fit for a scheduled job."""
    if every == bool(stack):
        typer.echo("rotate: name one stack with --stack, or all of them with --all.", err=True)
        raise typer.Exit(ExitCode.USAGE)
    project = cwd.resolve()
    if not every:
        told = _status(stack, project)
        _end(told, told.exit_code, json, lambda: timeline.draw(told, Console(highlight=False)))
    try:
        listed = json_text.loads(Pulumi(project).run("stack", "ls", "--json"))
    except Stopped as stopped:
        typer.echo(f"rotate: {stopped}", err=True)
        raise typer.Exit(stopped.exit_code) from None
    with ThreadPoolExecutor(AT_ONCE) as starts:
        document = together(list(starts.map(lambda found: _status(found["name"], project), listed)))

    def draw() -> None:
        for one in document.stacks:
            timeline.draw(one, Console(highlight=False))
            typer.echo()

    _end(document, document.exit_code, json, draw)


@app.command()
def begin(
    stack: StackOption,
    years: Annotated[int | None, typer.Option(min=1, max=2, help="Lifetime: 1 or 2.")] = None,
    days: Annotated[int | None, typer.Option(min=1, max=731, help="Lifetime where policy allows less.")] = None,
    *,
    json: JsonOption = False,
    cwd: CwdOption = ROOT,
) -> None:
    """Declare the next secret in Pulumi.STACK.yaml, for review. Lives as long as the current one, unless you say."""
    if years is not None and days is not None:
        typer.echo("rotate: a secret lives --years or --days, not both.", err=True)
        raise typer.Exit(ExitCode.USAGE)

    def verb(rotated: RotatedStack, _: ProgressLines) -> RotationResult:
        return begin_verb.begin(rotated, rotated.situation(clock.now()), years=years, days=days)

    _run("begin", stack, cwd, verb, json=json)


@app.command()
def finish(stack: StackOption, *, wait: WaitOption = 120.0, json: JsonOption = False, cwd: CwdOption = ROOT) -> None:
    """Prove the current secret once more, then let go of the outgoing one, for review."""

    def verb(rotated: RotatedStack, progress: ProgressLines) -> RotationResult:
        prove = _delivery(stack, rotated, wait, progress)
        return finish_verb.finish(rotated, rotated.situation(clock.now()), prove)

    _run("finish", stack, cwd, verb, json=json)


@app.command()
def auto(
    stack: StackOption,
    *,
    now: Annotated[bool, typer.Option("--now", help="Rotate although the current secret does not end soon.")] = False,
    commit: Annotated[
        bool, typer.Option("--commit", help="Commit each change, and go on once the deployed branch declares it.")
    ] = False,
    deployed_branch: Annotated[str, typer.Option(help="Branch that the stack is deployed from.")] = "origin/main",
    deployed_from_here: Annotated[
        bool, typer.Option("--deployed-from-here", help="Nothing but this checkout deploys the stack. Not in CI.")
    ] = False,
    wait: WaitOption = 120.0,
    json: JsonOption = False,
    cwd: CwdOption = ROOT,
) -> None:
    """Go through a whole rotation where one is due: begin, up, post-deploy, finish, up. May be killed and run again."""

    def verb(rotated: RotatedStack, progress: ProgressLines) -> RotationResult:
        person = person_at_terminal(progress)
        if not commit and not (deployed_from_here and not in_pipeline()) and isinstance(person, Nobody):
            raise Stopped(
                Reason.COMMIT_NEEDED,
                "Nobody is at a terminal, so the change to the stack's file would be lost, and the next run from git "
                "would remove the secret in use: run this again with --commit.",
            )
        deliver = _delivery(stack, rotated, wait, progress)
        work = Work(
            lambda: rotated.situation(clock.now()),
            deliver,
            progress.step,
            Checkout(rotated.file, deployed_branch) if commit else None,
        )
        return rotation(rotated, work, rotate_now=now)

    _run("auto", stack, cwd, verb, json=json)


@app.command()
def rollback(stack: StackOption, *, wait: WaitOption = 120.0, json: JsonOption = False, cwd: CwdOption = ROOT) -> None:
    """Deliver the outgoing secret again, where the current one does not do what it should."""

    def verb(rotated: RotatedStack, progress: ProgressLines) -> RotationResult:
        return rollback_verb.rollback(
            rotated, rotated.situation(clock.now()), _delivery(stack, rotated, wait, progress)
        )

    _run("rollback", stack, cwd, verb, json=json)


@app.command()
def revoke(
    key_id: Annotated[str, typer.Argument(help="Key ID of the leaked secret.", metavar="KEYID")],
    stack: StackOption,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="You have read which outage follows.")] = False,
    json: JsonOption = False,
    cwd: CwdOption = ROOT,
) -> None:
    """Take a leaked key out of the tenant at once. Without --yes: only say which outage follows."""

    def verb(rotated: RotatedStack, progress: ProgressLines) -> RotationResult:
        directory_id = rotated.situation(clock.now()).settings.directory_id
        progress.step("Signing in as the deployer")
        with stops("the deployer"):
            cloud = find_cloud(os.environ)
            with Directory.sign_in(cloud, deployer(cloud, directory_id, os.environ), directory_id) as directory:
                return revoke_verb.revoke(
                    rotated, lambda: rotated.situation(clock.now()), directory, key_id, agreed=yes
                )

    _run("revoke", stack, cwd, verb, json=json)


def _delivery(
    stack: str, rotated: RotatedStack, wait: float, progress: ProgressLines
) -> Callable[..., PostDeployResult]:
    options, choose = PostDeployOptions(wait_seconds=wait), partial(choose_channel, person=person_at_terminal(progress))

    def delivered(chosen: Chosen | None = None) -> PostDeployResult:
        return post_deploy(
            stack, rotated.project, os.environ, options, progress, Overrides(choose=choose, chosen=chosen)
        )

    return delivered


def _status(stack: str, project: Path) -> StackStatus:
    now = clock.now()
    try:
        return status_of(RotatedStack(stack, project).situation(now))
    except Stopped as stopped:
        return untold(stack, stopped, now)


def _run(
    name: str, stack: str, cwd: Path, verb: Callable[[RotatedStack, ProgressLines], RotationResult], *, json: bool
) -> None:
    logging.basicConfig(level=logging.CRITICAL)  # what libraries tell of their retries is no one's here
    try:
        with ProgressLines() as progress:
            progress.step(f"Reading the stack {stack}")
            try:
                result = verb(RotatedStack(stack, cwd.resolve()), progress)
            except Stopped as stopped:
                result = stopped_short(stack, name, stopped)
    except KeyboardInterrupt:
        typer.echo(f"rotate: {name} was interrupted; run it again, it goes on from where the stack stands.", err=True)
        raise typer.Exit(ExitCode.INTERRUPTED) from None
    _end(result, result.exit_code, json, lambda: report.show(result, Console(highlight=False)))


def _end(document: BaseModel, exit_code: ExitCode, json: bool, show: Callable[[], None]) -> None:
    if json:
        print_document(document)
    else:
        show()
    raise typer.Exit(exit_code)


if __name__ == "__main__":
    start(app)
