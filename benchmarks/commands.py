"""Runs a command to its end, from the project's folder."""

import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def finished(command: list[str], environment: Mapping[str, str] | None = None) -> str:
    """What a command printed on stdout.

    Args:
        command: program and arguments.
        environment: all of its variables; None: those of this process.

    Raises:
        SystemExit: it failed; the message holds what it printed.
    """
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command[-6:])} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def sandbox(*arguments: str) -> str:
    """The same for a command of the sandbox's."""
    return finished([sys.executable, "-m", "sandbox", *arguments])


def seconds(command: Callable[[], object]) -> float:
    """How long a call takes."""
    begun = time.perf_counter()
    command()
    return time.perf_counter() - begun
