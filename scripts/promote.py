"""Promote the checked-out commit from ring to ring of `tenants.yaml`, each only when the one before is all green."""

import signal

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # while it loads, ctrl-C ends it without a traceback

import logging
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
from rich.console import Console

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # run as a file, Python looks beside it; the project's packages are one level up

from components import clock
from smartrecruiters_calendar.cli.frame import print_document, start_command
from smartrecruiters_calendar.outcome import Stopped
from smartrecruiters_calendar.promotion import record, tenants
from smartrecruiters_calendar.promotion.report import markdown, text
from smartrecruiters_calendar.promotion.run import Promotion, PromotionOptions
from smartrecruiters_calendar.promotion.steps import Promoter
from smartrecruiters_calendar.promotion.tenants import Ring
from smartrecruiters_calendar.promotion.update import RunningUpdates
from smartrecruiters_calendar.stack.pulumi import Pulumi

EXAMPLES = """
Examples:

  smartrecruiters-calendar promote --plan

  smartrecruiters-calendar promote

  smartrecruiters-calendar promote --ring canary --json --markdown summary.md

  smartrecruiters-calendar promote --stack acme

  smartrecruiters-calendar promote --environments ~/tenants --at-once 8 --failures 3

Exit codes: 0 every ring is through; 1 something is not as wished; 2 command or configuration; 3 a service did not
answer; 4 a delivery waits for a person (with --pending-fails); 130 interrupted. Tenants that were proven at this commit
are skipped, so running it again goes on where it stopped. Ctrl-C begins no further tenant and finishes those that have
begun; a second one asks their updates to end at once.
"""


def promote(
    ring: Annotated[list[str] | None, typer.Option(help="Only this ring; repeatable. Default: all, in order.")] = None,
    stack: Annotated[list[str] | None, typer.Option(help="Only this tenant of them; repeatable.")] = None,
    *,
    plan: Annotated[bool, typer.Option("--plan", help="Show what would be done, and do nothing.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")] = False,
    markdown_file: Annotated[
        Path | None, typer.Option("--markdown", help="Write a summary for a pull request.")
    ] = None,
    html_file: Annotated[Path | None, typer.Option("--html", help="Write a summary as one page.")] = None,
    environments: Annotated[
        Path | None, typer.Option(help="Folder with a <stack>.env for each tenant's own variables, mode 0600.")
    ] = None,
    at_once: Annotated[int, typer.Option(min=1, max=64, help="Tenants side by side.")] = 4,
    failures: Annotated[int, typer.Option(min=1, help="Start no further tenant of a ring after so many failed.")] = 1,
    pending_fails: Annotated[
        bool, typer.Option("--pending-fails", help="A delivery that waits for a person closes the gate.")
    ] = False,
    again: Annotated[bool, typer.Option("--again", help="Also tenants that were proven at this commit.")] = False,
    policy_pack: Annotated[Path | None, typer.Option(help="Policy pack. Default: the project's own.")] = None,
    no_policy: Annotated[bool, typer.Option("--no-policy", help="Hold the change against no policy.")] = False,
    cwd: Annotated[Path, typer.Option(help="Where Pulumi.yaml is.", show_default="this project")] = ROOT,
) -> None:
    """Promote the checked-out commit from ring to ring; a ring begins when the one before is all green."""
    logging.basicConfig(level=logging.CRITICAL)
    project = cwd.resolve()
    try:
        rings = _chosen(tenants.load(project), ring or [], stack or [])
        promoter = Promoter(
            project=project,
            pulumi=Pulumi(project),
            environment=dict(os.environ),
            environments=environments,
            policy_pack=None if no_policy else (policy_pack or ROOT / "policy"),
            commit=record.commit_of(project),
            again=again,
            running=RunningUpdates(),
            now=clock.now,
        )
    except Stopped as stopped:
        typer.echo(f"promote: [{stopped.reason}] {stopped}", err=True)
        raise typer.Exit(stopped.exit_code) from None
    if plan:
        _show_plan(rings, promoter, at_once)
        return
    # The program is served from this process and would take this one for each tenant's own.
    os.environ.pop("ARM_TENANT_ID", None)
    if promoter.commit is None:
        typer.echo("promote: the checkout is in no commit, so nothing is skipped and nothing recorded.", err=True)
    with text.Progress(Console(stderr=True, highlight=False)) as progress:
        promotion = Promotion(promoter, PromotionOptions(at_once, failures, pending_fails), progress, clock.now)
        _finish_on_interruption(promotion, promoter.running)
        result = promotion.run(rings, promoter.commit)
    if markdown_file:
        markdown_file.write_text(markdown.markdown(result), encoding="utf-8")
    if html_file:
        html_file.write_text(markdown.html(result), encoding="utf-8")
    if json:
        print_document(result)
    else:
        text.show(result, Console(highlight=False))
    raise typer.Exit(result.exit_code)


def _chosen(known: tenants.Tenants, rings: list[str], stacks: list[str]) -> list[Ring]:
    chosen = [known.ring(name) for name in rings] if rings else list(known.rings)
    if not stacks:
        return chosen
    narrowed = [Ring(name=one.name, stacks=tuple(s for s in one.stacks if s in stacks)) for one in chosen]
    if lost := set(stacks) - {stack for one in narrowed for stack in one.stacks}:
        raise typer.BadParameter(f"no chosen ring has {', '.join(sorted(lost))}", param_hint="--stack")
    return [one for one in narrowed if one.stacks]


def _show_plan(rings: list[Ring], promoter: Promoter, at_once: int) -> None:
    typer.echo(f"Commit {promoter.commit or '(none: the checkout has changes that are in no commit)'}")
    with ThreadPoolExecutor(at_once) as starts:
        for number, one in enumerate(rings, start=1):
            typer.echo(f"{number}. ring {one.name}")
            for stack, would in zip(one.stacks, starts.map(promoter.would, one.stacks), strict=True):
                typer.echo(f"   {stack}: {would}")


def _finish_on_interruption(promotion: Promotion, running: RunningUpdates) -> None:
    asked = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        if asked.is_set():
            running.cancel()
            return
        asked.set()
        promotion.stop()
        typer.echo("promote: finishing what has begun; once more to end it at once.", err=True)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)


if __name__ == "__main__":
    start_command(promote, EXAMPLES)
