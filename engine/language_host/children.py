"""The processes that the host starts for the user. None of them outlives the host."""

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

PATIENCE_SECONDS = 1.0
"""How long a process that was asked to end may take before it is asked again, and then killed."""


class HostIsEnding(Exception):
    """A process was to be started while the host is ending."""


class Children:
    """Starts processes, each leading a process group of its own, and ends all of them on demand.

    They are interrupted, as by the official host, whose programs get the SIGINT that the CLI sends to its group
    (`TerminateProcessGroup` of the SDK's package `cmdutil`). The group of its own makes that one signal, not two.
    """

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._ending = False

    @contextlib.contextmanager
    def started(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        folder: Path,
        output: int | IO[bytes] | None = None,
        errors: int | IO[bytes] | None = None,
    ) -> Iterator[subprocess.Popen[bytes]]:
        """A process running `command` in `folder`; it has ended when the block has been left.

        Raises:
            HostIsEnding: `end_all` was called before.
            OSError: the command could not be started.
        """
        with self._lock:
            if self._ending:
                raise HostIsEnding
            process = subprocess.Popen(
                command,
                env=environment,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
                process_group=0,
            )
            self._running.add(process)
        try:
            yield process
        finally:
            end(process)
            with self._lock:
                self._running.discard(process)

    @property
    def ending(self) -> bool:
        return self._ending

    def end_all(self) -> None:
        with self._lock:
            self._ending = True
            running = list(self._running)
        for process in running:
            end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process that `Children` started, and what it has started itself; it may have ended already.

    It is interrupted twice before it is killed: a Python program that waits for its own threads at its end does not
    go on before the second time, as under the official host.
    """
    with contextlib.suppress(ProcessLookupError):
        for _ in range(2):
            os.killpg(process.pid, signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(PATIENCE_SECONDS)
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
