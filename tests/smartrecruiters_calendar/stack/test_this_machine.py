"""One run at a time on one stack of this machine: the second is told at once, and a killed one holds nothing."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from smartrecruiters_calendar.outcome import ExitCode, Reason, Stopped
from smartrecruiters_calendar.stack.name import StackName
from smartrecruiters_calendar.stack.this_machine import ThisMachine

_HOLDS = """
import sys, signal
from pathlib import Path
from smartrecruiters_calendar.stack.name import StackName
from smartrecruiters_calendar.stack.this_machine import ThisMachine
with ThisMachine(Path(sys.argv[1]), StackName.parse("dev"), {"XDG_CACHE_HOME": sys.argv[1]}).alone("post-deploy"):
    print("held", flush=True)
    signal.pause()
"""


def machine(folder: Path, stack: str = "dev", **environment: str) -> ThisMachine:
    return ThisMachine(folder, StackName.parse(stack), {"XDG_CACHE_HOME": str(folder)} | environment)


def test_a_second_run_is_told_at_once_who_is_at_it(tmp_path: Path) -> None:
    with machine(tmp_path).alone("rotate auto"), pytest.raises(Stopped) as stopped, machine(tmp_path).alone("promote"):
        raise AssertionError
    assert (stopped.value.reason, stopped.value.exit_code) == (Reason.STACK_LOCKED, ExitCode.UNKNOWN)
    assert f"rotate auto of {os.environ.get('USER') or ''}" in stopped.value.sentence
    assert f"process {os.getpid()}" in stopped.value.sentence
    with machine(tmp_path).alone("promote"):
        assert machine(tmp_path).is_ours
    assert not machine(tmp_path).is_ours
    assert list(tmp_path.rglob("*.lock")) == []


@pytest.mark.parametrize("qualified", ["organization/dev", "organization/smartrecruiters-calendar/dev"])
def test_a_stack_is_one_whatever_its_name_is_written_like(tmp_path: Path, qualified: str) -> None:
    with machine(tmp_path).alone("post-deploy"), pytest.raises(Stopped), machine(tmp_path, qualified).alone("promote"):
        raise AssertionError


def test_other_stacks_and_other_backends_go_on(tmp_path: Path) -> None:
    with (
        machine(tmp_path).alone("post-deploy"),
        machine(tmp_path, "acme").alone("post-deploy"),
        machine(tmp_path, PULUMI_BACKEND_URL="s3://states").alone("post-deploy"),
    ):
        assert machine(tmp_path).name != machine(tmp_path, PULUMI_BACKEND_URL="s3://states").name
    assert machine(tmp_path).name == machine(tmp_path).name


def test_a_killed_run_holds_nothing(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", _HOLDS, str(tmp_path)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(Stopped), machine(tmp_path).alone("post-deploy"):
            raise AssertionError
        holder.send_signal(signal.SIGKILL)
    with machine(tmp_path).alone("post-deploy"):
        assert machine(tmp_path).is_ours


def test_without_a_folder_to_write_to_nothing_is_held_and_no_two_runs_are_taken_for_one_machine(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    nowhere = machine(tmp_path, XDG_CACHE_HOME=str(tmp_path / "file"))
    with nowhere.alone("post-deploy"):
        assert not nowhere.is_ours
    assert nowhere.name != nowhere.name
