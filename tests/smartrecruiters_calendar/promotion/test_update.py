"""Updates in progress: each is asked to end once, in order, and none that starts later escapes it."""

import sys
import threading
from pathlib import Path

from smartrecruiters_calendar.promotion.update import RunningUpdates

COUNTS_INTERRUPTIONS = """
import signal, sys, time
asked = []
signal.signal(signal.SIGINT, lambda *_: asked.append(1))
print("ready", flush=True)
open(sys.argv[1], "w").close()
while not asked:
    signal.sigtimedwait([], 0.02)
signal.sigtimedwait([], 0.2)
print(len(asked))
"""


def start(running: RunningUpdates, begun: Path) -> tuple[threading.Thread, list[tuple[int, str]]]:
    ended: list[tuple[int, str]] = []
    command = [sys.executable, "-c", COUNTS_INTERRUPTIONS, str(begun)]
    thread = threading.Thread(target=lambda: ended.append(running.run(command, begun.parent, {})))
    thread.start()
    return thread, ended


def test_an_update_is_asked_to_end_once_however_often_ctrl_c_is_pressed(tmp_path: Path) -> None:
    running, begun = RunningUpdates(), tmp_path / "begun"
    thread, ended = start(running, begun)
    while not begun.exists():
        thread.join(0.02)
    for _ in range(3):
        running.cancel()
    thread.join()
    assert ended == [(0, "ready\n1\n")]


def test_an_update_that_starts_after_the_cancellation_is_asked_to_end_too(tmp_path: Path) -> None:
    running = RunningUpdates()
    running.cancel()
    thread, ended = start(running, tmp_path / "begun")
    thread.join()
    assert len(ended) == 1
