"""matrix: the tenants of a ring, or those that a change can touch, as a pipeline's job matrix."""

import json
from typing import Annotated

import typer

from smartrecruiters_calendar.cli.frame import Call, Verb
from smartrecruiters_calendar.outcome import Outcome
from smartrecruiters_calendar.promotion import tenants
from smartrecruiters_calendar.promotion.affected import affected, changed_files


def matrix(
    call: Call,
    ring: Annotated[list[str] | None, typer.Option(help="Only this ring; repeatable. Default: all.")] = None,
    affected_since: Annotated[
        str | None, typer.Option(help="Only tenants affected by changes since this commit.")
    ] = None,
    azure: Annotated[bool, typer.Option("--azure", help="For Azure Pipelines: one object per job.")] = False,
) -> Outcome:
    """Print the tenants as one JSON line, ring by ring, for one job each."""
    known = tenants.load(call.project)
    rings = [known.ring(name) for name in ring] if ring else list(known.rings)
    chosen = [stack for one in rings for stack in one.stacks]
    if affected_since:
        chosen = affected(chosen, changed_files(call.project, affected_since))
    ring_of = {stack: one.name for one in known.rings for stack in one.stacks}
    include = [{"stack": stack, "ring": ring_of[stack]} for stack in chosen]
    # Azure Pipelines names a job by the key, which accepts letters, digits and underscores only.
    named = {f"tenant_{number}": job for number, job in enumerate(include, start=1)}
    return Outcome(sentence=json.dumps(named if azure else {"include": include}))


VERB = Verb(
    function=matrix,
    show=lambda outcome, _: typer.echo(outcome.sentence),
    examples=("matrix --ring canary", "matrix --affected-since origin/main", "matrix --ring early --azure"),
    common=("cwd", "verbose"),
)
