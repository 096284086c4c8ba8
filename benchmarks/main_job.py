"""The commands of the main job as whole processes, at 0 and 100 ms of added Graph latency."""

import subprocess
import sys
import time

from rich.console import Console
from rich.table import Table

from benchmarks.commands import Bench, finished, seconds
from benchmarks.figures import Figure, table

RUNS = 5
LATENCIES_MS = (0, 100)
_POST_DEPLOY = [sys.executable, "scripts/post_deploy.py", "--stack", "dev", "--json"]


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
    create, preview, update, verify, first_line = figures = [
        Figure("pulumi up (create)", "s", under, "" if latency_ms else "≤ 4 s"),
        Figure("pulumi preview (no change)", "s", under, "" if latency_ms else "≤ 1.6 s"),
        Figure("pulumi up (no change)", "s", under),
        Figure("post_deploy (nothing to deliver)", "s", under, "" if latency_ms else "≤ 1.2 s"),
        Figure("post_deploy, to its first line", "s", under, "≤ 0.4 s"),
    ]
    for run in range(RUNS):
        console.print(f"main job: run {run + 1} of {RUNS} at {latency_ms} ms", style="dim")
        create.samples.append(seconds(bench.up))
        preview.samples.append(seconds(lambda: bench.pulumi("preview", "--expect-no-changes")))
        update.samples.append(seconds(lambda: bench.up("--expect-no-changes")))
        _post_deploy(bench)
        verify.samples.append(seconds(lambda: _post_deploy(bench)))
        first_line.samples.append(_seconds_to_first_line(bench))
        bench.pulumi("destroy", "--yes", "--skip-preview")
    return figures


def _post_deploy(bench: Bench) -> None:
    finished(_POST_DEPLOY, bench.environment)


def _seconds_to_first_line(bench: Bench) -> float:
    begun = time.perf_counter()
    with subprocess.Popen(
        _POST_DEPLOY, cwd=bench.folder, env=bench.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        assert process.stderr is not None  # noqa: S101 asked for above
        process.stderr.readline()
        took = time.perf_counter() - begun
        process.communicate()
    return took
