"""The program of a tenant runs inside the promoter, and never keeps it from ending."""

import subprocess
import sys

import pytest

from smartrecruiters_calendar.promotion.program_server import DaemonThreads
from tests.fork_server import ROOT

_NEVER_ANSWERED = """
import threading
from smartrecruiters_calendar.promotion.program_server import DaemonThreads
begun = threading.Event()
DaemonThreads().submit(lambda: (begun.set(), threading.Event().wait()))
begun.wait()
print("the end")
"""


def test_a_program_that_waits_for_ever_does_not_keep_the_process_from_ending() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _NEVER_ANSWERED], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "the end\n", "")


def test_a_call_gives_its_result_or_its_failure() -> None:
    threads = DaemonThreads()
    assert threads.submit(divmod, 7, 2).result(60) == (3, 1)
    with pytest.raises(ZeroDivisionError):
        threads.submit(divmod, 7, 0).result(60)
