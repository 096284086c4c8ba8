"""What a Python program costs with every process it starts: time, processor time, memory; and tenants to run it on."""

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from tests.e2e.many_tenants import ManyTenants
from tests.e2e.workplace import Workplace

LATENCY: Final = "100ms"
_MB: Final = 1_048_576
_SAMPLE_SECONDS: Final = 0.5


@dataclass(frozen=True)
class Cost:
    seconds: float
    processor_seconds: float
    largest_process_mb: float
    all_processes_mb: float
    """The most that all of them held at once, shared pages counted once; sampled twice a second."""
    printed: str
    """On stdout."""


class _Memory(threading.Thread):
    def __init__(self, process_id: int) -> None:
        super().__init__(daemon=True)
        self._root = psutil.Process(process_id)
        self._stopped = threading.Event()
        self.most = 0.0

    def run(self) -> None:
        while not self._stopped.wait(_SAMPLE_SECONDS):
            try:
                family = [self._root, *self._root.children(recursive=True)]
            except psutil.NoSuchProcess:
                return
            self.most = max(self.most, sum(map(_held, family)) / _MB)

    def stop(self) -> float:
        self._stopped.set()
        self.join()
        return self.most


@contextmanager
def seeded(rings: dict[str, int]) -> Iterator[ManyTenants]:
    """Tenants that nothing is deployed to, in a sandbox of their own with Graph latency."""
    with tempfile.TemporaryDirectory() as folder:
        workplace = Workplace.open(Path(folder))
        try:
            yield ManyTenants.seed(workplace, rings, LATENCY)
        finally:
            workplace.close()


def cost_of(many: ManyTenants, arguments: Sequence[str]) -> Cost:
    """Run Python in the tenants' checkout to its end; `SystemExit` with the end of its output if it failed."""
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
        # Not `wait`: this returns the processor time of the child and its descendants.
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
    most = memory.stop()
    if status:
        raise SystemExit(printed.read_text()[-3000:] + log.read_text()[-3000:])
    largest = usage.ru_maxrss / 1024
    return Cost(seconds, usage.ru_utime + usage.ru_stime, largest, max(most, largest), printed.read_text())


def _held(process: psutil.Process) -> int:
    try:
        memory = process.memory_full_info()
    except psutil.Error:
        return 0
    return int(getattr(memory, "pss", memory.rss))  # macOS has no `pss`; shared pages are counted repeatedly there
