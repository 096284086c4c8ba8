"""Runs commands to their end from the project's folder, and a sandbox that one benchmark has to itself."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def finished(command: list[str], environment: Mapping[str, str] | None = None, folder: Path = ROOT) -> str:
    """What a command printed on stdout; `SystemExit` with its output if it failed."""
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command[-6:])} exited with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def sandbox(*arguments: str) -> str:
    return finished([sys.executable, "-m", "sandbox", *arguments])


def seconds(command: Callable[[], object]) -> float:
    begun = time.perf_counter()
    command()
    return time.perf_counter() - begun


@dataclass(frozen=True)
class Bench:
    home: Path
    environment: dict[str, str]
    folder: Path
    """The project whose program runs."""

    @classmethod
    @contextmanager
    def open(cls, project: Path = ROOT, variables: Mapping[str, str] | None = None) -> Iterator["Bench"]:
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder) / "home"
            sandbox("start", "--home", str(home), "--port", "0")
            try:
                exported = json.loads(sandbox("env", "--json", "--home", str(home)))
                environment = os.environ | exported | {"AZUREAD_PLUGIN_POLL_SECONDS": "0"} | dict(variables or {})
                bench = cls(home, environment, project)
                finished(["pulumi", "stack", "select", "--create", "dev"], environment, project)
                yield bench
            finally:
                sandbox("stop", "--home", str(home))

    def sandbox(self, *arguments: str) -> str:
        return sandbox(*arguments, "--home", str(self.home))

    def pulumi(self, *arguments: str) -> str:
        return self.through((), *arguments)

    def through(self, tracer: Sequence[str], *arguments: str) -> str:
        """A command of the CLI that another program runs, which comes first on the command line."""
        command = [*tracer, "pulumi", *arguments, "--stack", "dev", "--non-interactive"]
        return finished(command, self.environment, self.folder)

    def up(self, *options: str) -> str:
        return self.pulumi("up", "--yes", "--skip-preview", *options)
