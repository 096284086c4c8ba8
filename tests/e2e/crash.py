"""Runs a command of a workplace in a session of its own and has the sandbox kill it, -9, at one of its requests."""

import subprocess
from dataclasses import dataclass

from sandbox.home import Home
from sandbox.killing import Killing, Order
from tests.e2e.workplace import COMMAND_TIMEOUT, Workplace

_WHEN_TOLD = ["bash", "-c", 'read -r _; exec "$@"', "--"]
"""The order to kill needs the session's number, so the command begins only after it is given."""


@dataclass(frozen=True)
class Point:
    """Where a command dies."""

    at: int = 1
    matching: str = ""
    answered: bool = False
    """The request was carried out; else it never reached the service."""

    def __str__(self) -> str:
        return f"{'after' if self.answered else 'before'} {self.matching or 'request'} {self.at}"


def killed(workplace: Workplace, point: Point, *command: str) -> bool:
    """Run a command until it dies at that point.

    Returns:
        Whether it did; False: it ended before, as wished.
    """
    process = subprocess.Popen(
        [*_WHEN_TOLD, *command],
        cwd=workplace.checkout,
        env=workplace.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        text=True,
    )
    home = Home(workplace.home)
    Killing(home.kill_order).order(Order(process.pid, point.at, point.matching, answered=point.answered))
    printed, _ = process.communicate("\n", timeout=COMMAND_TIMEOUT)
    workplace.printed.append(printed)
    assert process.returncode in (0, -9), printed
    home.kill_order.unlink(missing_ok=True)
    return process.returncode != 0
