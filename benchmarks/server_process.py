"""A server as a process of its own: started, pinned to a core, observed from outside, stopped."""

import contextlib
import http.client
import os
import re
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.commands import ROOT

CAN_PIN = hasattr(os, "sched_setaffinity")
"""Whether the platform can pin a process to a core."""
_ANNOUNCED = re.compile(r"https://localhost:(\d+)")


@dataclass(frozen=True)
class ServerProcess:
    port: int
    trust: ssl.SSLContext
    process: psutil.Process
    seconds_to_answer: float
    """From the start of the process to its first answer over TLS."""

    @property
    def base_url(self) -> str:
        return f"https://localhost:{self.port}"

    @property
    def megabytes(self) -> float:
        """Resident memory, in units of 10^6 bytes."""
        return float(self.process.memory_info().rss) / 1e6

    @property
    def cpu_seconds(self) -> float:
        spent = self.process.cpu_times()
        return float(spent.user + spent.system)


@contextlib.contextmanager
def serving(arguments: Sequence[str], authority: Path) -> Iterator[ServerProcess]:
    """Run `python -m <arguments>`, a server that prints its address once it listens, until the block ends.

    Raises:
        RuntimeError: it printed no address, or its first answer is not 200.
        OSError: it does not answer.
    """
    trust = ssl.create_default_context(cafile=authority)
    begun = time.perf_counter()
    # The rest of its output goes to the terminal, so that a failing server shows why.
    with subprocess.Popen([sys.executable, "-m", *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True) as started:
        try:
            assert started.stdout is not None  # noqa: S101 asked for above
            announced = _ANNOUNCED.search(started.stdout.readline())
            if announced is None:
                raise RuntimeError(f"python -m {arguments[0]} did not print its address")
            port = int(announced[1])
            _first_answer(port, trust)
            elapsed = time.perf_counter() - begun
            yield ServerProcess(port, trust, psutil.Process(started.pid), elapsed)
        finally:
            started.terminate()


@contextlib.contextmanager
def on_cores(cores: set[int]) -> Iterator[None]:
    """Pin this thread, and what it starts, to some cores, if the platform can."""
    if not CAN_PIN:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def server_and_client_cores() -> tuple[set[int], set[int]]:
    """One core for the server and the others for the client, or the same one if it is the only one."""
    if not CAN_PIN:
        return set(), set()
    first, *others = sorted(os.sched_getaffinity(0))
    return {first}, set(others) or {first}


def _first_answer(port: int, trust: ssl.SSLContext) -> None:
    connection = http.client.HTTPSConnection("localhost", port, timeout=60, context=trust)
    with contextlib.closing(connection):
        connection.request("GET", "/metadata/endpoints?api-version=2022-09-01")
        answer = connection.getresponse()
        answer.read()
    if answer.status != http.HTTPStatus.OK:
        raise RuntimeError(f"the first answer is {answer.status}")
