"""One process at a time brings or changes the engine; the others wait, and say so."""

import contextlib
import fcntl
from collections.abc import Callable, Iterator
from pathlib import Path


@contextlib.contextmanager
def exclusive(file: Path, *, on_wait: Callable[[], None]) -> Iterator[None]:
    """Hold the lock `file`, which the kernel releases when this process ends, however it ends.

    `on_wait` is called once if another process holds it.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            on_wait()
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
