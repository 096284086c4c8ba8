"""How the cost of a promotion in which nothing changes grows with the number of tenants, at 100 ms of latency.

Each tenant is deployed and delivered once; each size is a whole `promote.py` over the first so many of them: preflight,
preview, policies, update through the engine, post-deploy, audit. Linear means that a tenant costs the same at each.
It takes about 20 minutes on two processors.
"""

import json
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.cost import Cost, cost_of
from benchmarks.figures import Figure, table
from tests.e2e.many_tenants import ManyTenants
from tests.e2e.workplace import Workplace

SIZES = (10, 50, 200)
AT_ONCE = 10
"""Tenants side by side in what is measured: no size leaves places empty."""
AT_ONCE_TO_DEPLOY = 16
LATENCY = "100ms"
_RING = "all"


def measured(console: Console) -> Table:
    """Measure in a sandbox made for it.

    Args:
        console: where progress is said.
    """
    with tempfile.TemporaryDirectory() as folder:
        workplace = Workplace.open(Path(folder))
        try:
            console.print(f"growth: seeding {SIZES[-1]} tenants", style="dim")
            many = ManyTenants.seed(workplace, {_RING: SIZES[-1]}, LATENCY)
            console.print(f"growth: deploying {SIZES[-1]} tenants", style="dim")
            _promoted(many, SIZES[-1], AT_ONCE_TO_DEPLOY)
            figures = _figures(many, console)
        finally:
            workplace.close()
    return table("Growth of a promotion in which nothing changes", figures, ratio=f"{SIZES[0]} tenants")


def _figures(many: ManyTenants, console: Console) -> list[Figure]:
    figures: list[Figure] = []
    for size in SIZES:
        console.print(f"growth: {size} tenants", style="dim")
        cost = _promoted(many, size, AT_ONCE, "--again", unchanged=True)
        under = f"{size} tenants, {AT_ONCE} at once"
        figures += [
            Figure("whole pass", "s", under, samples=[cost.seconds]),
            Figure("time a tenant", "s", under, "linear: ratio 1", [cost.seconds / size]),
            Figure("processor time a tenant", "s", under, "linear: ratio 1", [cost.processor_seconds / size]),
            Figure("largest process", "MB", under, "", [cost.largest_process_mb]),
            Figure("all processes together", "MB", under, "< 2 GB", [cost.all_processes_mb]),
        ]
    of_each_size = len(figures) // len(SIZES)
    for place, figure in enumerate(figures):
        figure.basis = figures[place % of_each_size]
    return figures


def _promoted(many: ManyTenants, size: int, at_once: int, *further: str, unchanged: bool = False) -> Cost:
    """Promote the first so many tenants.

    Raises:
        SystemExit: it failed, or something changed where nothing should.
    """
    arguments = ["scripts/promote.py", "--environments", str(many.environments), "--json", *further]
    arguments += ["--at-once", str(at_once), "--ring", _RING]
    arguments += [argument for stack in many.stacks[:size] for argument in ("--stack", stack)]
    cost = cost_of(many, arguments)
    (ring,) = json.loads(cost.printed)["rings"]
    green = [tenant for tenant in ring["tenants"] if tenant["status"] == "green"]
    told = [step["sentence"] for tenant in green for step in tenant["steps"] if step["step"] == "deploy"]
    if len(told) != size or (unchanged and set(told) != {"nothing changed."}):
        raise SystemExit(f"{len(green)} of {size} tenants are green, deployed with: {sorted(set(told))}")
    return cost
