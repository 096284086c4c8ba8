"""Many tenants: promotion against a plain loop of `pulumi up --skip-preview`, in the same run, at 100 ms of latency.

*Through the engine* is the deploy step alone, so that like is compared with like; *whole* is everything that promotion
does for a tenant: preflight, preview, policies, update, post-deploy, audit. *Drift and audit* is `audit.py --all` over
every tenant that the other two deployed, which starts no engine. The loop is measured again before each pass, so that
both meet the same load of the machine. Processor time counts every child, and not the sandbox.
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

TENANTS = 16
LATENCY = "100ms"
SIDE_BY_SIDE = (1, 4, 16)
AUDIT_RUNS = 3

_LOOP = (
    'import subprocess, sys\nfor name in sys.argv[2:]: subprocess.run(["bash", "-c", sys.argv[1], name], check=True)'
)
_ONE = 'set -a; . "$ENVIRONMENTS/$0.env"; pulumi up --stack "$0" --yes --skip-preview --non-interactive >/dev/null'
_UPDATES = """
import json, os, sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from smartrecruiters_calendar.stack import environments
from smartrecruiters_calendar.promotion.update import RunningUpdates, update
os.environ.pop("ARM_TENANT_ID", None)
shared, folder, running = dict(os.environ), Path(os.environ["ENVIRONMENTS"]), RunningUpdates()
def one(name):
    update(Path.cwd(), name, environments.of_stack(folder, name, shared), running, preview=False)
with ThreadPoolExecutor(int(sys.argv[1])) as tenants:
    list(tenants.map(one, sys.argv[2:]))
"""


def measured(console: Console) -> Table:
    """Measure in a sandbox made for it.

    Args:
        console: where progress is said.
    """
    with tempfile.TemporaryDirectory() as folder:
        workplace = Workplace.open(Path(folder))
        try:
            console.print(f"promotion: seeding {2 * TENANTS} tenants", style="dim")
            many = ManyTenants.seed(workplace, {"loop": TENANTS, "promoted": TENANTS}, LATENCY)
            figures = _figures(many, console)
        finally:
            workplace.close()
    return table(f"Promotion of {TENANTS} tenants", figures, ratio="the plain loop")


def _figures(many: ManyTenants, console: Console) -> list[Figure]:
    looped, promoted = many.stacks[:TENANTS], many.stacks[TENANTS:]
    figures: list[Figure] = []
    for what, aim in (("create", "≥ 4 times the loop"), ("no change", "≥ 2 times the loop")):
        console.print(f"promotion: {what}", style="dim")
        loop = _throughput(
            f"{what}, plain loop", "pulumi up --skip-preview", cost_of(many, ["-c", _LOOP, _ONE, *looped])
        )
        engine = _throughput(
            f"{what}, through the engine", "8 at once", cost_of(many, ["-c", _UPDATES, "8", *promoted]), aim
        )
        loop.basis = engine.basis = loop
        figures += [loop, engine]
    console.print("promotion: drift and audit", style="dim")
    figures += _drift_and_audit(many, looped, figures[2])
    arguments = ["scripts/promote.py", "--environments", str(many.environments), "--ring", "promoted"]
    console.print("promotion: delivering, so that what follows finds nothing to do", style="dim")
    cost_of(many, [*arguments, "--at-once", str(SIDE_BY_SIDE[-1])])
    for at_once in SIDE_BY_SIDE:
        console.print(f"promotion: whole, {at_once} at once", style="dim")
        cost = cost_of(many, [*arguments, "--again", "--at-once", str(at_once)])
        whole = _throughput("no change, whole", f"{at_once} at once", cost)
        whole.basis = figures[2]
        figures += [
            whole,
            Figure("processor time a tenant", "s", f"{at_once} at once", "", [cost.processor_seconds / TENANTS]),
            Figure("largest process", "MB", f"{at_once} at once", "", [cost.largest_process_mb]),
            Figure("all processes together", "MB", f"{at_once} at once", "< 2 GB", [cost.all_processes_mb]),
        ]
    return figures


def _drift_and_audit(many: ManyTenants, looped: list[str], loop: Figure) -> list[Figure]:
    """Passes over every tenant of the sandbox."""
    tenants = len(many.stacks)
    many.workplace.run("pulumi", "stack", "rm", "--yes", "dev")  # no tenant stands for it
    passes = Figure("drift and audit", "tenants a minute", f"{tenants} tenants", "≥ 10 times the loop", basis=loop)
    spent = Figure("processor time a tenant", "s", "no change, plain loop")
    busy = Figure("processor time a tenant", "s", "drift and audit")
    spent.basis = busy.basis = spent
    for _ in range(AUDIT_RUNS):
        again = cost_of(many, ["-c", _LOOP, _ONE, *looped])
        loop.samples.append(60 * TENANTS / again.seconds)
        spent.samples.append(again.processor_seconds / TENANTS)
        cost = cost_of(many, ["scripts/audit.py", "--all", "--environments", str(many.environments), "--json"])
        index = json.loads(cost.printed)
        if len(index["reports"]) != tenants or any(report["reason"] for report in index["reports"]):
            raise SystemExit(f"not every tenant was audited: {index['sentence']}")
        passes.samples.append(60 * tenants / cost.seconds)
        busy.samples.append(cost.processor_seconds / tenants)
    return [passes, spent, busy]


def _throughput(name: str, under: str, cost: Cost, aim: str = "") -> Figure:
    return Figure(name, "tenants a minute", under, aim, [60 * TENANTS / cost.seconds])
