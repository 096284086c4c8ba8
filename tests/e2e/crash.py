"""Runs a command of a workplace in a session of its own, and ends it, by -9 or ctrl-C, or holds it at a given point."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sandbox.core.home import Home
from sandbox.server.killing import Killing, Order, end, members
from tests.e2e.workplace import COMMAND_TIMEOUT, ROOT, Done, Workplace

_WHEN_TOLD = ["bash", "-c", 'read -r _; exec "$@"', "--"]
"""The order to kill needs the session's number, so the command begins only after it is given."""

_DEADLY_PULUMI = """#!{python}
import os, re, signal, subprocess, sys
sys.path.insert(0, {root!r})
from sandbox.server.killing import end
arguments = " ".join(sys.argv[1:])
with open({starts!r}, "a+b", buffering=0) as kept:
    kept.write(arguments.encode() + b"\\n")
    own = kept.tell()  # several are started side by side, and each counts up to itself
    kept.seek(0)
    starts = kept.read(own).decode().splitlines()
matching = [line for line in starts if re.search({matching!r}, line)]
due = len(matching) == {at} and matching[-1] is starts[-1]
if due and {finished}:
    subprocess.run([{pulumi!r}, *sys.argv[1:]])
if due:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    end(os.getsid(0), {ending})
    if {ending} == signal.SIGSTOP and os.getpgrp() != os.getsid(0):
        os.kill(os.getpid(), {ending})
os.execv({pulumi!r}, ["pulumi", *sys.argv[1:]])
"""


@dataclass(frozen=True)
class Point:
    """A request at which a command is ended."""

    at: int = 1
    matching: str = ""
    """Only requests of this kind count, as `sandbox.server.killing.Order` says."""
    answered: bool = False
    """The request was carried out; else it never reached the service."""
    ending: signal.Signals = signal.SIGKILL


@dataclass(frozen=True)
class EngineStart:
    """A start of the engine at which a command is ended, that is between its steps."""

    at: int = 1
    """Which of the matching starts, counted from 1."""
    matching: str = ""
    """Regular expression for the engine's arguments; matches anywhere in them."""
    finished: bool = False
    """The engine has done its work; else it never begins."""
    ending: signal.Signals = signal.SIGKILL


@dataclass
class Ended(Done):
    """A command that has ended, by itself or not."""

    session: int
    """The session that was its own."""


def ended(
    workplace: Workplace, when: Point | EngineStart, *command: str, environment: dict[str, str] | None = None
) -> Ended:
    """Run a command that is ended there, if it ever comes there."""
    process = _begun(workplace, when, command, environment or {})
    order = Home(workplace.home).kill_order
    if isinstance(when, Point):
        Killing(order).order(
            Order(process.pid, when.at, when.matching, answered=when.answered, ending=int(when.ending))
        )
    done = _done(workplace, process)
    order.unlink(missing_ok=True)
    return done


@contextlib.contextmanager
def paused(workplace: Workplace, at: int, *command: str) -> Iterator[Callable[[], Ended]]:
    """Run a command that stands still at one of its starts of the engine while the block begins.

    Args:
        workplace: where.
        at: which start, counted from 1; a command that has fewer has ended when the block begins.
        command: what to run.

    Returns:
        What lets it go on, and waits until it ends.
    """
    process = _begun(workplace, EngineStart(at, ending=signal.SIGSTOP), command, {})
    assert process.stdin
    process.stdin.write("\n")
    process.stdin.close()
    process.stdin = None
    os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)

    def go_on() -> Ended:
        for member in members(process.pid):
            os.kill(member, signal.SIGCONT)
        return _done(workplace, process)

    try:
        yield go_on
    finally:
        if process.returncode is None:
            end(process.pid)
            process.communicate()


def _begun(
    workplace: Workplace, when: Point | EngineStart, command: tuple[str, ...], environment: dict[str, str]
) -> subprocess.Popen[str]:
    variables = workplace.environment | environment
    if isinstance(when, EngineStart):
        variables["PATH"] = f"{_deadly_engine(workplace, when)}:{variables['PATH']}"
    return subprocess.Popen(
        [*_WHEN_TOLD, *command],
        cwd=workplace.checkout,
        env=variables,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
    )


def _done(workplace: Workplace, process: subprocess.Popen[str]) -> Ended:
    stdout, stderr = process.communicate("\n" if process.stdin else None, timeout=COMMAND_TIMEOUT)
    workplace.printed.append(stdout + stderr)
    return Ended(process.returncode, stdout, stderr, process.pid)


def killed(workplace: Workplace, point: Point, *command: str) -> bool:
    """Run a command until it dies at that request.

    Returns:
        Whether it did; False: it ended before, as wished.
    """
    return _died(ended(workplace, point, *command))


def killed_between(workplace: Workplace, at: int, *command: str) -> bool:
    """Run a command until it dies at one of its starts of the engine, that is between its steps.

    Args:
        workplace: where.
        at: which start, counted from 1.
        command: what to run.

    Returns:
        As `killed`.
    """
    return _died(ended(workplace, EngineStart(at), *command))


def engine_starts(workplace: Workplace) -> list[str]:
    """The arguments of each start of the engine by the last command that was to be ended at one."""
    return (workplace.home / "deadly" / "starts").read_text().splitlines()


def _deadly_engine(workplace: Workplace, when: EngineStart) -> str:
    """The folder of a `pulumi` that ends the session it is started in."""
    folder = workplace.home / "deadly"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    program = folder / "pulumi"
    program.write_text(
        _DEADLY_PULUMI.format(
            python=sys.executable,
            root=str(ROOT),
            starts=str(folder / "starts"),
            at=when.at,
            matching=when.matching,
            finished=when.finished,
            ending=int(when.ending),
            pulumi=shutil.which("pulumi", path=workplace.environment["PATH"]),
        )
    )
    program.chmod(0o755)
    return str(folder)


def _died(done: Ended) -> bool:
    assert done.exit_code in (0, -signal.SIGKILL), done.printed
    return done.exit_code != 0
