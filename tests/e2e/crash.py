"""Runs a command of a workplace in a session of its own and has it killed, -9, at a chosen point of its work."""

import shutil
import subprocess
import sys
from dataclasses import dataclass

from sandbox.home import Home
from sandbox.killing import Killing, Order
from tests.e2e.workplace import COMMAND_TIMEOUT, ROOT, Workplace

_WHEN_TOLD = ["bash", "-c", 'read -r _; exec "$@"', "--"]
"""The order to kill needs the session's number, so the command begins only after it is given."""

_DEADLY_PULUMI = """#!{python}
import os, sys
sys.path.insert(0, {root!r})
from sandbox.killing import kill
with open({starts!r}, "ab", buffering=0) as starts:
    starts.write(b".")
if os.path.getsize({starts!r}) == {at}:
    kill(os.getsid(0))
os.execv({pulumi!r}, ["pulumi", *sys.argv[1:]])
"""


@dataclass(frozen=True)
class Point:
    """A request at which a command dies."""

    at: int = 1
    matching: str = ""
    """Only requests of this kind count, as `sandbox.killing.Order` says."""
    answered: bool = False
    """The request was carried out; else it never reached the service."""


def killed(workplace: Workplace, point: Point, *command: str) -> bool:
    """Run a command until it dies at that request.

    Returns:
        Whether it did; False: it ended before, as wished.
    """
    home = Home(workplace.home)
    process = _begin(workplace, *command)
    Killing(home.kill_order).order(Order(process.pid, point.at, point.matching, answered=point.answered))
    dead = _end(workplace, process)
    home.kill_order.unlink(missing_ok=True)
    return dead


def killed_between(workplace: Workplace, at: int, *command: str) -> bool:
    """Run a command until it dies at one of its starts of the engine, that is between its steps.

    Args:
        workplace: where.
        at: which start, counted from 1.
        command: what to run.

    Returns:
        As `killed`.
    """
    folder = workplace.home / "deadly"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    pulumi = shutil.which("pulumi", path=workplace.environment["PATH"])
    program = folder / "pulumi"
    starts = str(folder / "starts")
    program.write_text(
        _DEADLY_PULUMI.format(python=sys.executable, root=str(ROOT), starts=starts, at=at, pulumi=pulumi)
    )
    program.chmod(0o755)
    return _end(workplace, _begin(workplace, *command, path=f"{folder}:{workplace.environment['PATH']}"))


def _begin(workplace: Workplace, *command: str, path: str = "") -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [*_WHEN_TOLD, *command],
        cwd=workplace.checkout,
        env=workplace.environment | ({"PATH": path} if path else {}),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        text=True,
    )


def _end(workplace: Workplace, process: "subprocess.Popen[str]") -> bool:
    printed, _ = process.communicate("\n", timeout=COMMAND_TIMEOUT)
    workplace.printed.append(printed)
    assert process.returncode in (0, -9), printed
    return process.returncode != 0
