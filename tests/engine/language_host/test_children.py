import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.language_host.children import Children, HostIsEnding

INTERRUPTED = """
import signal
try:
    print("ready", flush=True)
    signal.pause()
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""
SLEEPER = [sys.executable, "-c", "import signal; signal.pause()"]
PARENT = """
import signal, subprocess, sys
subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
print("started", flush=True)
signal.pause()
"""
STUBBORN = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN); print('ready', flush=True); signal.pause()"


def test_process_has_ended_when_the_block_is_left(tmp_path: Path) -> None:
    with Children().started(SLEEPER, environment=os.environ, folder=tmp_path) as process:
        pass
    assert process.returncode is not None


def test_process_has_ended_when_the_block_fails(tmp_path: Path) -> None:
    with (
        pytest.raises(ZeroDivisionError),
        Children().started(SLEEPER, environment=os.environ, folder=tmp_path) as process,
    ):
        raise ZeroDivisionError
    assert process.returncode is not None


@pytest.mark.timeout(60)
def test_what_a_process_has_started_ends_with_it(tmp_path: Path) -> None:
    children = Children()
    with children.started(
        [sys.executable, "-c", PARENT], environment=os.environ, folder=tmp_path, output=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"started\n"
        children.end_all()
        # Both hold the pipe: it ends when both have ended.
        assert process.stdout.read() == b""


def test_process_is_ended_by_an_interrupt_as_by_the_official_host(tmp_path: Path) -> None:
    children = Children()
    with children.started(
        [sys.executable, "-c", INTERRUPTED], environment=os.environ, folder=tmp_path, output=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        children.end_all()
        assert process.stdout.read() == b"interrupted\n"


def test_process_that_ignores_the_interrupt_is_killed(tmp_path: Path) -> None:
    children = Children()
    with children.started(
        [sys.executable, "-c", STUBBORN], environment=os.environ, folder=tmp_path, output=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        children.end_all()
        assert process.wait() == -9


def test_nothing_is_started_once_the_host_is_ending(tmp_path: Path) -> None:
    children = Children()
    children.end_all()
    with pytest.raises(HostIsEnding), children.started(SLEEPER, environment=os.environ, folder=tmp_path):
        pytest.fail("started")
