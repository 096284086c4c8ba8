"""Many tenants: promotion against a plain loop of `pulumi up --skip-preview`, in the same run, at 100 ms of latency.

*Through the engine* is the deploy step alone, so that like is compared with like; *whole* is everything that promotion
does for a tenant: preflight, preview, policies, update, post-deploy, audit. Processor time counts every child.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.figures import Figure, table
from tests.e2e.many_tenants import ManyTenants
from tests.e2e.workplace import Workplace

TENANTS = 16
LATENCY = "100ms"
SIDE_BY_SIDE = (1, 4, 16)

_LOOP = (
    'import subprocess, sys\nfor name in sys.argv[2:]: subprocess.run(["bash", "-c", sys.argv[1], name], check=True)'
)
_ONE = 'set -a; . "$ENVIRONMENTS/$0.env"; pulumi up --stack "$0" --yes --skip-preview --non-interactive >/dev/null'
_UPDATES = """
import json, os, sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from integration.promotion import environments
from integration.promotion.update import RunningUpdates, update
os.environ.pop("ARM_TENANT_ID", None)
shared, folder, running = dict(os.environ), Path(os.environ["ENVIRONMENTS"]), RunningUpdates()
def one(name):
    update(Path.cwd(), name, environments.of_stack(folder, name, shared), running, preview=False)
with ThreadPoolExecutor(int(sys.argv[1])) as tenants:
    list(tenants.map(one, sys.argv[2:]))
"""


@dataclass(frozen=True)
class Cost:
    """What a command took, its children included."""

    seconds: float
    processor_seconds: float
    largest_process_mb: float


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
    return table(f"Promotion of {TENANTS} tenants", figures, ratio="the plain loop's tenants a minute")


def _figures(many: ManyTenants, console: Console) -> list[Figure]:
    looped, promoted = many.stacks[:TENANTS], many.stacks[TENANTS:]
    figures: list[Figure] = []
    for what, aim in (("create", "≥ 4 times the loop"), ("no change", "≥ 2 times the loop")):
        console.print(f"promotion: {what}", style="dim")
        loop = _throughput(f"{what}, plain loop", "pulumi up --skip-preview", _run(many, ["-c", _LOOP, _ONE, *looped]))
        engine = _throughput(
            f"{what}, through the engine", "8 at once", _run(many, ["-c", _UPDATES, "8", *promoted]), aim
        )
        loop.basis = engine.basis = loop
        figures += [loop, engine]
    for at_once in SIDE_BY_SIDE:
        console.print(f"promotion: whole, {at_once} at once", style="dim")
        arguments = ["scripts/promote.py", "--environments", str(many.environments), "--ring", "promoted"]
        cost = _run(many, [*arguments, "--again", "--at-once", str(at_once)])
        whole = _throughput("no change, whole", f"{at_once} at once", cost)
        whole.basis = figures[2]
        figures += [
            whole,
            Figure("processor time a tenant", "s", f"{at_once} at once", "", [cost.processor_seconds / TENANTS]),
            Figure("largest process", "MB", f"{at_once} at once", "< 2 GB", [cost.largest_process_mb]),
        ]
    return figures


def _throughput(name: str, under: str, cost: Cost, aim: str = "") -> Figure:
    return Figure(name, "tenants a minute", under, aim, [60 * TENANTS / cost.seconds])


def _run(many: ManyTenants, arguments: Sequence[str]) -> Cost:
    """Run a Python program of the checkout to its end.

    Raises:
        SystemExit: it failed.
    """
    environment = many.workplace.environment | {
        "ENVIRONMENTS": str(many.environments),
        "PYTHONPATH": str(many.workplace.checkout),
    }
    begun = time.perf_counter()
    with (many.workplace.home / "bench.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, *arguments], cwd=many.workplace.checkout, env=environment, stdout=log, stderr=log
        )
        # Not `wait`: the processor time of this child and its own is what is asked for.
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if status:
        raise SystemExit((many.workplace.home / "bench.log").read_text()[-3000:])
    return Cost(time.perf_counter() - begun, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
