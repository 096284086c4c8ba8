"""promote: the checked-out commit, from ring to ring of `tenants.yaml`."""

import contextlib
import os
import signal
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from components import clock
from smartrecruiters_calendar.cli.frame import Again, Call, Environments, Html, Markdown, Verb
from smartrecruiters_calendar.cli.printing import ToReader
from smartrecruiters_calendar.outcome import Outcome
from smartrecruiters_calendar.plain_text import readable
from smartrecruiters_calendar.stack.name import StackName

if TYPE_CHECKING:
    from smartrecruiters_calendar.promotion.run import Promotion
    from smartrecruiters_calendar.promotion.steps import Promoter
    from smartrecruiters_calendar.promotion.tenants import Ring, Tenants
    from smartrecruiters_calendar.promotion.update import RunningUpdates


def promote(
    call: Call,
    ring: Annotated[list[str] | None, typer.Option(help="Only this ring; repeatable. Default: all, in order.")] = None,
    stack: Annotated[list[str] | None, typer.Option(help="Only this tenant; repeatable.")] = None,
    plan: Annotated[bool, typer.Option("--plan", help="Show what would be done, and do nothing.")] = False,
    markdown_file: Markdown = None,
    html_file: Html = None,
    environments: Environments = None,
    at_once: Annotated[int, typer.Option(min=1, max=64, help="Tenants deployed in parallel.")] = 4,
    failures: Annotated[int, typer.Option(min=1, help="Start no more tenants of a ring after this many failed.")] = 1,
    pending_fails: Annotated[
        bool, typer.Option("--pending-fails", help="Stop before the next ring if a delivery needs a person.")
    ] = False,
    again: Again = False,
    policy_pack: Annotated[Path | None, typer.Option(help="Policy pack. Default: the project's own.")] = None,
    no_policy: Annotated[bool, typer.Option("--no-policy", help="Skip the policy pack.")] = False,
) -> Outcome:
    """Promote the checked-out commit from ring to ring; a ring starts once every tenant of the previous one passed."""
    call.progress.step("Reading tenants.yaml")
    from smartrecruiters_calendar.promotion import record, tenants
    from smartrecruiters_calendar.promotion.report import markdown, text
    from smartrecruiters_calendar.promotion.run import Promotion, PromotionOptions
    from smartrecruiters_calendar.promotion.steps import Promoter
    from smartrecruiters_calendar.promotion.update import RunningUpdates

    rings = _chosen(tenants.load(call.project), ring or [], [StackName.parse(name) for name in stack or []])
    progress = text.PromotionProgress(ToReader(stderr=True))
    promoter = Promoter(
        project=call.project,
        pulumi=call.pulumi,
        environment=dict(os.environ),
        environments=environments,
        policy_pack=None if no_policy else (policy_pack or call.project / "policy"),
        commit=record.commit_of(call.project),
        again=again,
        running=RunningUpdates(),
        waits=progress.waits,
        now=clock.now,
    )
    if plan:
        call.show = lambda outcome, _: typer.echo(readable(outcome.sentence))
        return Outcome(sentence=_plan(rings, promoter, at_once))
    # The program is served from this process and would take this one for each tenant's own.
    os.environ.pop("ARM_TENANT_ID", None)
    if promoter.commit is None:
        call.note(f"No tenant is skipped and nothing is recorded, since {record.unrecorded_because(call.project)}.")
    with progress:
        promotion = Promotion(promoter, PromotionOptions(at_once, failures, pending_fails), progress, clock.now)
        with _finishing_on_interruption(call, promotion, promoter.running):
            result = promotion.run(rings, promoter.commit)
    if markdown_file:
        call.also_write(markdown_file, markdown.markdown(result))
    if html_file:
        call.also_write(html_file, markdown.html(result))
    call.show = text.show
    return result


def _chosen(known: "Tenants", rings: list[str], stacks: list[StackName]) -> "list[Ring]":
    from smartrecruiters_calendar.promotion.tenants import Ring

    chosen = [known.ring(name) for name in rings] if rings else list(known.rings)
    if not stacks:
        return chosen
    narrowed = [Ring(name=one.name, stacks=tuple(s for s in one.stacks if s in stacks)) for one in chosen]
    if lost := set(stacks) - {stack for one in narrowed for stack in one.stacks}:
        raise typer.BadParameter(f"the chosen rings do not have {', '.join(sorted(lost))}", param_hint="--stack")
    return [one for one in narrowed if one.stacks]


def _plan(rings: "list[Ring]", promoter: "Promoter", at_once: int) -> str:
    from smartrecruiters_calendar.promotion import record

    lines = [f"Commit {promoter.commit or f'(none: {record.unrecorded_because(promoter.project)})'}"]
    with ThreadPoolExecutor(at_once) as pool:
        for number, one in enumerate(rings, start=1):
            lines.append(f"{number}. ring {one.name}")
            plans = zip(one.stacks, pool.map(promoter.would, one.stacks), strict=True)
            lines += [f"   {stack}: {would}" for stack, would in plans]
    return "\n".join(lines)


@contextlib.contextmanager
def _finishing_on_interruption(call: Call, promotion: "Promotion", running: "RunningUpdates") -> Iterator[None]:
    """The first signal begins no further tenant; the second no further step, and asks the running updates to end.

    One that comes after the block changes nothing any more, until the frame puts back the handlers of before the verb.
    """
    reading, writing = socket.socketpair()
    writing.setblocking(False)

    def heed() -> None:
        with reading:
            if not reading.recv(1):
                return
            promotion.stop()
            call.note("Finishing the running tenants; press ctrl-C again to stop them at once.")
            if not reading.recv(1):
                return
            promotion.end()
            running.cancel()
            while reading.recv(1):  # a third signal ends nothing more
                pass

    # A runner sends two signals at once. Python calls handlers in its first thread alone, which learns of a signal that
    # the system gave to another thread only when it wakes, and one handler may interrupt another at any line.
    threading.Thread(target=heed, name="signals", daemon=True).start()
    with writing:
        before = signal.set_wakeup_fd(writing.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda _number, _frame: None)
        try:
            yield
        finally:
            signal.set_wakeup_fd(before)


VERB = Verb(
    function=promote,
    examples=(
        "promote --plan",
        "promote",
        "promote --ring canary --json --markdown summary.md",
        "promote --stack acme",
        "promote --environments ~/tenants \\\n      --at-once 8 --failures 3",
    ),
    notes="Tenants that passed at this commit are skipped (unless with --again), so running it again continues where "
    "it stopped. Exit code 4: a delivery waits for a person (with --pending-fails). After ctrl-C no "
    "further tenant starts and the running ones finish; a second ctrl-C stops their updates at once.",
    common=("json", "cwd", "verbose"),
)
