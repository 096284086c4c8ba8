"""The main job's commands, timed as a person meets them, at 0 and 100 ms of added Graph latency.

Each figure comes from several whole processes.
"""

import json
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.commands import finished, sandbox, seconds
from benchmarks.figures import Figure, table

RUNS = 5
LATENCIES_MS = (0, 100)


@dataclass
class Bench:
    """A sandbox of its own and the stack `dev` in it."""

    home: Path
    environment: dict[str, str]

    def pulumi(self, *arguments: str) -> None:
        finished(["pulumi", *arguments, "--stack", "dev", "--non-interactive"], self.environment)

    def post_deploy(self) -> None:
        finished([sys.executable, "scripts/post_deploy.py", "--stack", "dev", "--json"], self.environment)


def measured(console: Console) -> Table:
    """Measure against a sandbox made for it.

    Args:
        console: where progress is said.
    """
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        sandbox("start", "--home", str(home), "--port", "0")
        try:
            exported = json.loads(sandbox("env", "--json", "--home", str(home)))
            bench = Bench(home, os.environ | exported | {"AZUREAD_PLUGIN_POLL_SECONDS": "0"})
            finished(["pulumi", "stack", "select", "--create", "dev"], bench.environment)
            figures = [figure for latency in LATENCIES_MS for figure in _measured_at(bench, latency, console)]
        finally:
            sandbox("stop", "--home", str(home))
    preview = next(figure for figure in figures if "preview" in figure.name)
    for figure in figures:
        figure.basis = preview
    return table("The main job", figures, ratio="the preview without latency")


def _measured_at(bench: Bench, latency_ms: int, console: Console) -> list[Figure]:
    sandbox("fault", "set", "--latency", f"{latency_ms}ms", "--home", str(bench.home))
    under = f"{latency_ms} ms of Graph latency"
    create, preview, update, verify = figures = [
        Figure("pulumi up (create)", "s", under, "" if latency_ms else "≤ 4 s"),
        Figure("pulumi preview (no change)", "s", under, "" if latency_ms else "≤ 1.6 s"),
        Figure("pulumi up (no change)", "s", under),
        Figure("post_deploy (nothing to deliver)", "s", under),
    ]
    for run in range(RUNS):
        console.print(f"main job: run {run + 1} of {RUNS} at {latency_ms} ms", style="dim")
        create.samples.append(seconds(lambda: bench.pulumi("up", "--yes", "--skip-preview")))
        preview.samples.append(seconds(lambda: bench.pulumi("preview", "--expect-no-changes")))
        update.samples.append(seconds(lambda: bench.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes")))
        bench.post_deploy()
        verify.samples.append(seconds(bench.post_deploy))
        bench.pulumi("destroy", "--yes", "--skip-preview")
    return figures
