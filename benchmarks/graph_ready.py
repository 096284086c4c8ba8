"""Post-deploy of a company with many rooms, at 100 ms of Graph latency: seconds, memory, connections.

Nothing is delivered: the operator's list is read, every room's calendar is opened, and SmartRecruiters lists the
hundred rooms that Microsoft's room finder returns. Each figure is measured from outside whole processes.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import psutil
from rich.console import Console
from rich.table import Table

from benchmarks.commands import ROOT, Bench, finished
from benchmarks.figures import Figure, table

RUNS = 3
ROOMS = 1_000
LATENCY_MS = 100
_SAMPLE_SECONDS = 0.01
_COMMAND = [sys.executable, "scripts/post_deploy.py", "--stack", "dev", "--json", "--expect-from-operator"]


def measured(console: Console) -> Table:
    with Bench.open() as bench:
        bench.up()
        finished(_COMMAND, bench.environment)
        bench.sandbox("fault", "set", "--latency", f"{LATENCY_MS}ms")
        few = _measured(bench.environment, console)
        bench.sandbox("seed", "--rooms", str(ROOMS))
        many = _measured(bench.environment, console)
    for figure, basis, aim in zip(many, few, ("", "≤ 8 s", "≤ 150 MB", "≤ 4"), strict=True):
        figure.basis, figure.aim = basis, aim
    return table(f"Graph-ready at {LATENCY_MS} ms of Graph latency", [*few, *many], ratio="few rooms")


def _measured(environment: dict[str, str], console: Console) -> list[Figure]:
    took, checked, memory, connections = figures = [
        Figure("whole command, nothing to deliver", "s"),
        Figure("rooms listed, calendars opened", "s"),
        Figure("peak memory", "MB"),
        Figure("most connections", ""),
    ]
    for run in range(RUNS):
        console.print(f"graph-ready: run {run + 1} of {RUNS}", style="dim")
        begun = time.perf_counter()
        with (
            psutil.Popen(
                _COMMAND, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            ) as process,
            ThreadPoolExecutor(3) as readers,
        ):
            printed = readers.submit(process.stdout.read)
            steps = readers.submit(_timed, process.stderr)
            highest, most = _watched(process)
        took.samples.append(time.perf_counter() - begun)
        claim = json.loads(printed.result())["claims"][1]
        if claim["status"] != "reached":
            raise SystemExit(f"post_deploy exited with {process.returncode}:\n{printed.result()}")
        checked.samples.append(_seconds_of_the_check(steps.result()))
        memory.samples.append(highest / 1e6)
        connections.samples.append(most)
        for figure in figures:
            figure.under = f"{len(claim['evidence']['calendars']):,} rooms"
    return figures


def _timed(lines: Iterable[str]) -> list[tuple[float, str]]:
    return [(time.perf_counter(), line) for line in lines]


def _seconds_of_the_check(steps: list[tuple[float, str]]) -> float:
    """From the step that finds the expected rooms to the step after their calendars."""
    (listing,) = [number for number, (_, line) in enumerate(steps) if line.startswith("Finding out which rooms")]
    (opening,) = [number for number, (_, line) in enumerate(steps) if line.startswith("Opening the calendars")]
    return steps[opening + 1][0] - steps[listing][0]


def _watched(process: psutil.Popen) -> tuple[float, int]:
    """The most memory in bytes, and the most connections at once, until the process ends."""
    highest, most = 0.0, 0
    while process.poll() is None:
        try:
            highest = max(highest, float(process.memory_info().rss))
            most = max(most, len([one for one in process.net_connections() if one.status == psutil.CONN_ESTABLISHED]))
        except psutil.Error:  # it has just ended
            break
        time.sleep(_SAMPLE_SECONDS)
    process.wait()
    return highest, most
