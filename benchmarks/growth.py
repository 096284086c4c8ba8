"""How the cost of a promotion without changes grows with the number of tenants, at 100 ms of Graph latency.

Each tenant is deployed and delivered once; then each size is one promotion of that many: preflight, preview, policies,
update through the engine, post-deploy, audit. Linear means the same cost per tenant at every size. It takes about 20
minutes on two processors.
"""

import json

from rich.console import Console
from rich.table import Table

from benchmarks.cost import Cost, cost_of, seeded
from benchmarks.figures import Figure, table
from tests.e2e.many_tenants import ManyTenants

SIZES = (10, 50, 200)
AT_ONCE = 10
"""Tenants in parallel while measuring: no more than the smallest size."""
AT_ONCE_TO_DEPLOY = 16
_RING = "all"


def measured(console: Console) -> Table:
    console.print(f"growth: seeding and deploying {SIZES[-1]} tenants", style="dim")
    with seeded({_RING: SIZES[-1]}) as many:
        _promoted(many, SIZES[-1], AT_ONCE_TO_DEPLOY)
        figures = _figures(many, console)
    return table("Growth of a promotion without changes", figures, ratio=f"{SIZES[0]} tenants")


def _figures(many: ManyTenants, console: Console) -> list[Figure]:
    figures: list[Figure] = []
    for size in SIZES:
        console.print(f"growth: {size} tenants", style="dim")
        cost = _promoted(many, size, AT_ONCE, "--again", unchanged=True)
        under = f"{size} tenants, {AT_ONCE} at once"
        figures += [
            Figure("whole pass", "s", under, samples=[cost.seconds]),
            Figure("time per tenant", "s", under, "linear: ratio 1", [cost.seconds / size]),
            Figure("processor time per tenant", "s", under, "linear: ratio 1", [cost.processor_seconds / size]),
            Figure("largest process", "MB", under, "", [cost.largest_process_mb]),
            Figure("all processes", "MB", under, "< 2 GB", [cost.all_processes_mb]),
        ]
    of_each_size = len(figures) // len(SIZES)
    for place, figure in enumerate(figures):
        figure.basis = figures[place % of_each_size]
    return figures


def _promoted(many: ManyTenants, size: int, at_once: int, *further: str, unchanged: bool = False) -> Cost:
    """Promote the first tenants; `SystemExit` if that fails, or changes something where nothing should change."""
    arguments = ["scripts/promote.py", "--environments", str(many.environments), "--json", *further]
    arguments += ["--at-once", str(at_once), "--ring", _RING]
    arguments += [argument for stack in many.stacks[:size] for argument in ("--stack", stack)]
    cost = cost_of(many, arguments)
    (ring,) = json.loads(cost.printed)["rings"]
    green = [tenant for tenant in ring["tenants"] if tenant["status"] == "green"]
    outcomes = [step["sentence"] for tenant in green for step in tenant["steps"] if step["step"] == "deploy"]
    if len(outcomes) != size or (unchanged and set(outcomes) != {"nothing changed."}):
        raise SystemExit(f"{len(green)} of {size} tenants are green, deployed with: {sorted(set(outcomes))}")
    return cost
