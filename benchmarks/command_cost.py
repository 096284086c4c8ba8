"""What one command of the CLI costs: process starts and processor seconds, with the stand-in plugin on every side.

Most of a command is the start of its processes. An earlier commit can be measured in turns with this one:
`COMMANDS_BEFORE=<commit>`. It has the same packages and the same CLI, and runs its own program, language host and
plugin. Starts are counted where `strace` is installed. It compares with no other tool.
"""

import os
import re
import resource
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from benchmarks.commands import ROOT, Bench, finished
from benchmarks.figures import Figure, table
from engine.built import EXECUTOR
from engine.launcher import write_launcher
from engine.location import location
from engine.plugins import PACKAGE, STAND_IN_MARKER, STAND_IN_MODULE

RUNS: Final = 5
COMMANDS: Final = {
    "pulumi up (create)": ("up", "--yes", "--skip-preview"),
    "pulumi preview (no change)": ("preview", "--expect-no-changes"),
    "pulumi preview --refresh (no change)": ("preview", "--refresh", "--expect-no-changes"),
    "pulumi up (no change)": ("up", "--yes", "--skip-preview", "--expect-no-changes"),
}
"""In this order each run begins with nothing and ends with a `destroy`."""

_STARTED: Final = re.compile(r"^(\d+) +(?:execve\(|<\.\.\. execve resumed).*= 0$", re.MULTILINE)


def measured(console: Console) -> Table:
    with ExitStack() as opened:
        sides = {"now": opened.enter_context(Bench.open())}
        if before := os.environ.get("COMMANDS_BEFORE"):
            sides = {f"at {before}": opened.enter_context(_earlier(before)), **sides}
        figures = [
            Figure(name, unit, side)
            for name in COMMANDS
            for unit in ("processor s", "process starts")
            for side in sides
        ]
        by_key = {(figure.name, figure.unit, figure.under): figure for figure in figures}
        for figure in figures:
            figure.basis = by_key[figure.name, figure.unit, next(iter(sides))]
        for run in range(RUNS):
            console.print(f"commands: run {run + 1} of {RUNS}", style="dim")
            for name, arguments in COMMANDS.items():
                for side, bench in sides.items():
                    by_key[name, "processor s", side].samples.append(_processor_seconds(bench, arguments))
            _destroy(sides)
        if shutil.which("strace") is None:
            console.print("commands: process starts are not counted: strace is not installed", style="dim")
        else:
            for name, arguments in COMMANDS.items():
                for side, bench in sides.items():
                    by_key[name, "process starts", side].samples.append(_process_starts(bench, arguments))
            _destroy(sides)
    return table("The cost of a command", [one for one in figures if one.samples], ratio="the first of its kind")


def _destroy(sides: dict[str, Bench]) -> None:
    for bench in sides.values():
        bench.pulumi("destroy", "--yes", "--skip-preview")


def _processor_seconds(bench: Bench, arguments: tuple[str, ...]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    bench.pulumi(*arguments)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _process_starts(bench: Bench, arguments: tuple[str, ...]) -> float:
    """How many processes executed a program, the CLI's own among them."""
    trace = bench.home / "execve.trace"
    bench.through(["strace", "-f", "-qq", "-e", "trace=execve", "-o", str(trace)], *arguments)
    return len(set(_STARTED.findall(trace.read_text())))


@contextmanager
def _earlier(commit: str) -> Iterator[Bench]:
    """The program, language host and plugin of an earlier commit, with the packages and the CLI of this one."""
    engine = location()
    with tempfile.TemporaryDirectory(prefix="commands-") as folder:
        project, bin_folder, pulumi_home = (Path(folder) / name for name in ("project", "bin", "pulumi-home"))
        # With its history, because the CLI asks git about a project that has one.
        finished(["git", "clone", "-q", "--shared", "--no-checkout", str(ROOT), str(project)])
        finished(["git", "checkout", "-q", commit], None, project)
        (project / ".venv").symlink_to(Path(sys.prefix))
        plugin = pulumi_home / "plugins" / f"resource-azuread-v{version(PACKAGE)}"
        python = project / ".venv" / "bin" / "python"
        write_launcher(plugin / "pulumi-resource-azuread", python=python, root=project, module=STAND_IN_MODULE)
        (plugin / STAND_IN_MARKER).touch()
        variables = {"PULUMI_HOME": str(pulumi_home)}
        if engine.kind == "built":
            shutil.copytree(engine.bin, bin_folder)
            write_launcher(
                bin_folder / "pulumi-language-python",
                python=python,
                root=project,
                module="engine.language_host",
                arguments=("--executor", str(bin_folder / EXECUTOR), "--host-version", engine.version),
            )
            variables["PATH"] = os.pathsep.join((str(bin_folder), os.environ["PATH"]))
        with Bench.open(project, variables) as bench:
            yield bench
