"""What a Python program of a checkout costs, every process that it starts included: time, processor time, memory."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import psutil

from tests.e2e.many_tenants import ManyTenants

_MB: Final = 1_048_576
_SECONDS_BETWEEN_LOOKS: Final = 0.5


@dataclass(frozen=True)
class Cost:
    """What a command took, its children included."""

    seconds: float
    processor_seconds: float
    largest_process_mb: float
    all_processes_mb: float
    """The most that all of them held at once, shared pages counted once; looked at twice a second."""
    printed: str
    """On stdout."""


class _Memory(threading.Thread):
    """Looks at a process and its descendants until it is told to stop."""

    def __init__(self, process_id: int) -> None:
        super().__init__(daemon=True)
        self._root = psutil.Process(process_id)
        self._stop_looking = threading.Event()
        self.most = 0.0

    def run(self) -> None:
        while not self._stop_looking.wait(_SECONDS_BETWEEN_LOOKS):
            try:
                family = [self._root, *self._root.children(recursive=True)]
            except psutil.NoSuchProcess:
                return
            self.most = max(self.most, sum(map(_held, family)) / _MB)

    def stop(self) -> float:
        """The most that was seen."""
        self._stop_looking.set()
        self.join()
        return self.most


def cost_of(many: ManyTenants, arguments: Sequence[str]) -> Cost:
    """Run a Python program of the checkout to its end.

    Args:
        many: whose checkout and environment.
        arguments: of the interpreter.

    Raises:
        SystemExit: it failed; the message is the end of what it printed.
    """
    environment = many.workplace.environment | {
        "ENVIRONMENTS": str(many.environments),
        "PYTHONPATH": str(many.workplace.checkout),
    }
    printed, log = many.workplace.home / "bench.out", many.workplace.home / "bench.log"
    with printed.open("w") as stdout, log.open("w") as stderr:
        begun = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *arguments], cwd=many.workplace.checkout, env=environment, stdout=stdout, stderr=stderr
        )
        memory = _Memory(process.pid)
        memory.start()
        # Not `wait`: the processor time of this child and its own is what is asked for.
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
    most = memory.stop()
    if status:
        raise SystemExit(printed.read_text()[-3000:] + log.read_text()[-3000:])
    largest = usage.ru_maxrss / 1024
    return Cost(seconds, usage.ru_utime + usage.ru_stime, largest, max(most, largest), printed.read_text())


def _held(process: psutil.Process) -> int:
    """Bytes that a process holds; none once it has ended."""
    try:
        memory = process.memory_full_info()
    except psutil.Error:
        return 0
    return int(getattr(memory, "pss", memory.rss))  # macOS has no `pss`; shared pages are counted repeatedly there
