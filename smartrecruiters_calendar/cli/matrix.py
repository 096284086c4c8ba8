"""matrix: the tenants of a ring, or those that a change can touch, as a pipeline's job matrix; and what they need."""

import contextlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from components.extras import MODULES, Extra, needed
from smartrecruiters_calendar.cli.frame import Call, Verb
from smartrecruiters_calendar.outcome import Outcome, Stopped
from smartrecruiters_calendar.promotion import tenants
from smartrecruiters_calendar.promotion.affected import affected, changed_files
from smartrecruiters_calendar.stack.name import StackName
from smartrecruiters_calendar.stack.settings import read_settings


def matrix(
    call: Call,
    ring: Annotated[list[str] | None, typer.Option(help="Only this ring; repeatable. Default: all.")] = None,
    affected_since: Annotated[
        str | None, typer.Option(help="Only tenants affected by changes since this commit.")
    ] = None,
    extras: Annotated[
        bool, typer.Option("--extras", help="Print instead which extras their settings call for.")
    ] = False,
    azure: Annotated[bool, typer.Option("--azure", help="For Azure Pipelines: one object per job.")] = False,
) -> Outcome:
    """Print the tenants as one JSON line, ring by ring, for one job each."""
    known = tenants.load(call.project)
    rings = [known.ring(name) for name in ring] if ring else list(known.rings)
    chosen = [stack for one in rings for stack in one.stacks]
    if affected_since:
        chosen = affected(chosen, changed_files(call.project, affected_since))
    if extras:
        return Outcome(sentence=" ".join(_extras(call.project, chosen)))
    ring_of = {stack: one.name for one in known.rings for stack in one.stacks}
    include = [{"stack": stack, "ring": ring_of[stack]} for stack in chosen]
    # Azure Pipelines names a job by the key, which accepts letters, digits and underscores only.
    named = {f"tenant_{number}": job for number, job in enumerate(include, start=1)}
    return Outcome(sentence=json.dumps(named if azure else {"include": include}))


def _extras(project: Path, stacks: Iterable[str]) -> Iterator[Extra]:
    wanted: set[Extra] = set()
    for stack in stacks:
        with contextlib.suppress(Stopped):  # a file with mistakes is the finding of that tenant's own job
            wanted.update(needed(read_settings(project, StackName.parse(stack))))
    return (extra for extra in MODULES if extra in wanted)


VERB = Verb(
    function=matrix,
    show=lambda outcome, _: typer.echo(outcome.sentence),
    examples=("matrix --ring canary", "matrix --affected-since origin/main", "matrix --ring early --azure"),
    common=("cwd", "verbose"),
)
