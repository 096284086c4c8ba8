"""`make bench`: how long the main job and work on many rooms and tenants take, how fast and large the sandbox is, and
how large an environment.

Nothing is asserted, because machines differ; each figure is printed with its aim.
"""

from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console

from benchmarks import (
    audit_speed,
    command_cost,
    graph_ready,
    growth,
    main_job,
    promotion,
    sandbox_speed,
    terraform,
    weight,
)


class Part(StrEnum):
    MAIN_JOB = "main-job"
    COMMANDS = "commands"
    TERRAFORM = "terraform"
    GRAPH_READY = "graph-ready"
    AUDIT = "audit"
    PROMOTION = "promotion"
    GROWTH = "growth"
    SANDBOX = "sandbox"
    WEIGHT = "weight"


_MEASURED = {
    Part.MAIN_JOB: main_job.measured,
    Part.COMMANDS: command_cost.measured,
    Part.TERRAFORM: terraform.measured,
    Part.GRAPH_READY: graph_ready.measured,
    Part.AUDIT: audit_speed.measured,
    Part.PROMOTION: promotion.measured,
    Part.GROWTH: growth.measured,
    Part.SANDBOX: sandbox_speed.measured,
    Part.WEIGHT: weight.measured,
}


def main(
    only: Annotated[Part | None, typer.Option(help="Measure this part only.", show_default="everything")] = None,
) -> None:
    """Measure, and print each figure with its aim and its ratio to a figure of the same run."""
    progress, console = Console(stderr=True), Console()
    for part in [only] if only else Part:
        console.print(_MEASURED[part](progress))


if __name__ == "__main__":
    typer.run(main)
