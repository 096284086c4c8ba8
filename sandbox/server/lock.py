"""Which process serves a home: the one that holds the lock on its pid file.

The lock ends with the process, however it ends.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sandbox.core.home import Home


class CannotServe(Exception):
    """The server cannot start; the message says what to do."""


_PID_WIDTH = 10
_PATIENCE_SECONDS = 0.5
_LOOK_AGAIN_SECONDS = 0.01


@contextmanager
def locked(home: Home) -> Iterator[None]:
    """Hold the home.

    Raises:
        CannotServe: Another process does.
    """
    descriptor = os.open(home.pid, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _lock(descriptor, home)
        os.pwrite(descriptor, f"{os.getpid():<{_PID_WIDTH}}\n".encode(), 0)  # always as long, so never half a number
        yield
    finally:
        os.close(descriptor)


def running_pid(home: Home) -> int | None:
    """Process id of the server that holds the home, or None."""
    try:
        with home.pid.open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                pid = file.read().strip()
                return int(pid) if pid else None
    except FileNotFoundError:
        pass
    return None


def _lock(descriptor: int, home: Home) -> None:
    """Take the lock. A process that only looks holds it for an instant, so it is tried more than once."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > deadline:
                pid = os.pread(descriptor, _PID_WIDTH, 0).decode().strip()
                raise CannotServe(f"the sandbox in {home.path} is running already, process {pid}") from error
            time.sleep(_LOOK_AGAIN_SECONDS)
        else:
            return
