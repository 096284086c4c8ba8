"""Print the tenants of a ring, or those that a change can touch, as a pipeline's job matrix."""

import signal

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # while it loads, ctrl-C ends it without a traceback

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # run as a file, Python looks beside it; the project's packages are one level up

from smartrecruiters_calendar.cli.frame import start_command
from smartrecruiters_calendar.outcome import Stopped
from smartrecruiters_calendar.promotion import tenants
from smartrecruiters_calendar.promotion.affected import affected, changed_files

EXAMPLES = """
Examples:

  smartrecruiters-calendar matrix --ring canary

  smartrecruiters-calendar matrix --affected-since origin/main

  smartrecruiters-calendar matrix --ring early --azure
"""


def matrix(
    ring: Annotated[list[str] | None, typer.Option(help="Only this ring; repeatable. Default: all.")] = None,
    affected_since: Annotated[str | None, typer.Option(help="Only tenants that a change since there touches.")] = None,
    *,
    azure: Annotated[bool, typer.Option("--azure", help="The form of Azure Pipelines: one object a job.")] = False,
    cwd: Annotated[Path, typer.Option(help="Where tenants.yaml is.", show_default="this project")] = ROOT,
) -> None:
    """Print one JSON line: the tenants, ring after ring, for a job each."""
    project = cwd.resolve()
    try:
        known = tenants.load(project)
        rings = [known.ring(name) for name in ring] if ring else list(known.rings)
        chosen = [stack for one in rings for stack in one.stacks]
        if affected_since:
            chosen = affected(chosen, changed_files(project, affected_since))
    except Stopped as stopped:
        typer.echo(f"matrix: [{stopped.reason}] {stopped}", err=True)
        raise typer.Exit(stopped.exit_code) from None
    ring_of = {stack: one.name for one in known.rings for stack in one.stacks}
    include = [{"stack": stack, "ring": ring_of[stack]} for stack in chosen]
    # Azure Pipelines names a job by the key, which takes letters, digits and underscores only.
    named = {f"tenant_{number}": job for number, job in enumerate(include, start=1)}
    typer.echo(json.dumps(named if azure else {"include": include}))


if __name__ == "__main__":
    start_command(matrix, EXAMPLES)
