"""One run at a time on one stack, on this machine: a file that a run locks, and that is free again when it ends.

It cannot see another machine; `smartrecruiters_calendar.stack.deliveries` does. The CLI's own lock is another one
(`smartrecruiters_calendar.stack.locks`): it lasts for one command, and a verb runs several.
"""

import contextlib
import getpass
import hashlib
import json
import os
import secrets
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from components import clock
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.private_files import write_private
from smartrecruiters_calendar.stack import workspace
from smartrecruiters_calendar.stack.locks import Holder
from smartrecruiters_calendar.stack.name import StackName
from smartrecruiters_calendar.stack.project import Project

try:
    import fcntl
except ImportError:  # Windows: no run can be seen from another one there, so the stack's tags decide alone
    fcntl = None  # type: ignore[assignment]

_HELD: Final[set[Path]] = set()
"""What this process has locked."""


class ThisMachine:
    """One stack as the runs on this machine share it."""

    def __init__(self, project: Path, stack: StackName, environment: Mapping[str, str]) -> None:
        self.stack = stack
        backend = workspace.backend(project, environment) or ""
        self.is_folder = backend.startswith("file:")
        """Whether the state is a folder, whose tags take no time to be written."""
        self.is_self_managed = urlsplit(backend).scheme not in ("", "http", "https")
        """Whether the state is in a folder or a bucket, which limit no tag, and not with Pulumi Cloud or unknown."""
        which = f"{backend}\n{Project.find(project).name}\n{stack}"
        self._which = hashlib.sha256(which.encode()).hexdigest()[:32]
        self._folder = _folder(environment)
        self._file = self._folder / f"{self._which}.lock" if self._folder else None

    @property
    def name(self) -> str:
        """Distinguishes the runs that this lock tells apart from all others, and tells nobody which machine it is."""
        if self._folder is None:
            return secrets.token_hex(4)
        kept = self._folder / "machine"
        with contextlib.suppress(OSError):
            if not kept.exists():
                write_private(kept, secrets.token_hex(16))
            return hashlib.sha256(f"{socket.gethostname()}\n{kept.read_text()}\n{self._which}".encode()).hexdigest()[:8]
        return secrets.token_hex(4)

    @property
    def is_ours(self) -> bool:
        """Whether this process holds the stack here, so that no other process of this machine can be at it."""
        return self._file in _HELD

    @contextlib.contextmanager
    def alone(self, verb: str) -> Iterator[None]:
        """Hold the stack here.

        Where no file can be locked, nothing is held, and runs of this machine are told apart as on two machines.

        Raises:
            Stopped: another run of this machine holds it (`stack-locked`).
        """
        if self._file is None or fcntl is None:
            yield
            return
        try:
            descriptor = self._locked(self._file)
        except OSError:
            yield
            return
        try:
            os.ftruncate(descriptor, 0)
            os.pwrite(
                descriptor, json.dumps([verb, _user(), os.getpid(), f"{clock.now():%Y-%m-%dT%H:%M:%SZ}"]).encode(), 0
            )
            _HELD.add(self._file)
            yield
        finally:
            _HELD.discard(self._file)
            self._file.unlink(missing_ok=True)
            os.close(descriptor)

    def _locked(self, path: Path) -> int:
        while True:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if _is_same(descriptor, path):
                    return descriptor
            except BlockingIOError:
                written = os.pread(descriptor, 4096, 0)
                os.close(descriptor)
                raise self._busy(written) from None
            except BaseException:
                os.close(descriptor)
                raise
            os.close(descriptor)  # the run that held it removed the file meanwhile

    def _busy(self, written: bytes) -> Stopped:
        try:
            verb, user, pid, since = json.loads(written)
            who = f" ({verb} of {Holder(str(user), socket.gethostname(), int(pid), str(since))})"
        except (ValueError, TypeError):
            who = ""
        return Stopped(
            Reason.STACK_LOCKED,
            f"Another run on this machine is at work on the stack {self.stack!r}{who}: wait until it ends, then run "
            "this again.",
        )


def _is_same(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _folder(environment: Mapping[str, str]) -> Path | None:
    try:
        cache = Path(environment.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        folder = cache / "smartrecruiters-calendar" / "runs"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (OSError, RuntimeError):  # no home, or one that cannot be written
        return None
    return folder


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # an account without a name, as in some containers
        return "somebody"
