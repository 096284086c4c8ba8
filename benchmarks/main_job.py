"""The commands of the main job as whole processes, at 0 and 100 ms of added Graph latency."""

import sys

from rich.console import Console
from rich.table import Table

from benchmarks.commands import Bench, finished, seconds
from benchmarks.figures import Figure, table

RUNS = 5
LATENCIES_MS = (0, 100)


def measured(console: Console) -> Table:
    with Bench.open() as bench:
        figures = [figure for latency in LATENCIES_MS for figure in _measured_at(bench, latency, console)]
    preview = next(figure for figure in figures if "preview" in figure.name)
    for figure in figures:
        figure.basis = preview
    return table("The main job", figures, ratio="the preview without latency")


def _measured_at(bench: Bench, latency_ms: int, console: Console) -> list[Figure]:
    bench.sandbox("fault", "set", "--latency", f"{latency_ms}ms")
    under = f"{latency_ms} ms of Graph latency"
    create, preview, update, verify = figures = [
        Figure("pulumi up (create)", "s", under, "" if latency_ms else "≤ 4 s"),
        Figure("pulumi preview (no change)", "s", under, "" if latency_ms else "≤ 1.6 s"),
        Figure("pulumi up (no change)", "s", under),
        Figure("post_deploy (nothing to deliver)", "s", under),
    ]
    for run in range(RUNS):
        console.print(f"main job: run {run + 1} of {RUNS} at {latency_ms} ms", style="dim")
        create.samples.append(seconds(bench.up))
        preview.samples.append(seconds(lambda: bench.pulumi("preview", "--expect-no-changes")))
        update.samples.append(seconds(lambda: bench.up("--expect-no-changes")))
        _post_deploy(bench)
        verify.samples.append(seconds(lambda: _post_deploy(bench)))
        bench.pulumi("destroy", "--yes", "--skip-preview")
    return figures


def _post_deploy(bench: Bench) -> None:
    finished([sys.executable, "scripts/post_deploy.py", "--stack", "dev", "--json"], bench.environment)
