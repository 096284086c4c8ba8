"""Who holds the lock of a stack in a self-managed state backend, and whether that process can still be running.

A lock is a JSON file of the backend. Where the backend is a folder, the file is read; elsewhere the CLI names the
holder when it refuses to write. Nothing here releases a lock.
"""

import json
import os
import re
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from smartrecruiters_calendar.given_files import read_given
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.plain_text import printable
from smartrecruiters_calendar.stack.name import StackName
from smartrecruiters_calendar.stack.project import Project

_FILE_SCHEME: Final = "file"
_NAMED = re.compile(r"created by (?P<user>\S+)@(?P<host>[^@\s]+) \(pid (?P<pid>\d+)\) at (?P<since>[^\s)]+)")


@dataclass(frozen=True)
class Holder:
    user: str
    host: str
    pid: int
    since: str
    """When, as the backend noted it, RFC 3339."""

    def __str__(self) -> str:
        return f"{self.user}@{self.host}, process {self.pid}, since {self.since}"

    @property
    def was_here(self) -> bool:
        return self.host == socket.gethostname()

    @property
    def is_gone(self) -> bool:
        """Whether it has certainly ended: it ran here, and no process has its ID."""
        return self.was_here and not _is_running(self.pid)


def in_backend(url: str, project: Path, stack: StackName) -> list[Holder] | None:
    """The holders of a stack's lock; None: this backend is not a folder, so its locks cannot be listed."""
    root = folder_of(url)
    if root is None:
        return None
    folder = root / ".pulumi" / "locks" / "organization" / Project.read(project).name / stack
    return [holder for path in sorted(folder.glob("*.json")) if (holder := _read(path))]


def folder_of(url: str) -> Path | None:
    """The folder of a state backend; None: the backend is not a folder."""
    parts = urlsplit(url)
    return Path(unquote(parts.netloc + parts.path)).expanduser() if parts.scheme == _FILE_SCHEME else None


def named_in(sentence: str) -> list[Holder]:
    return [
        Holder(found["user"], found["host"], int(found["pid"]), found["since"]) for found in _NAMED.finditer(sentence)
    ]


def to_free(holders: list[Holder], stack: str, *, asked: bool) -> list[Holder]:
    """Check that the lock may be released, and return all its holders.

    Args:
        asked: a person states that no run is in progress anywhere.

    Raises:
        Stopped: one of them may still be running.
    """
    for holder in holders:
        if asked or holder.is_gone:
            continue
        if holder.was_here:
            raise Stopped(
                Reason.STACK_LOCKED,
                f"A run holds the stack {stack!r} ({holder}), and that process is still running: wait until it ends, "
                "then run this again. If another program has that process ID by now, add --free-lock.",
            )
        raise Stopped(
            Reason.STACK_LOCKED,
            f"A run on another machine holds the stack {stack!r} ({holder}), and this machine cannot see whether it "
            "has ended: make sure that it has, then run this again with --free-lock.",
        )
    return holders


def _read(path: Path) -> Holder | None:
    try:
        lock = json.loads(read_given(path))
        user, host, since = (printable(lock[key]) for key in ("username", "hostname", "timestamp"))
        return Holder(user, host, int(lock["pid"]), since)
    except FileNotFoundError:  # released meanwhile
        return None
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return Holder("somebody", f"an unknown machine ({path.name} cannot be read)", 0, "an unknown time")


def _is_running(pid: int) -> bool:
    if pid <= 0:  # of no process; a signal to it would be one to many
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return not _has_ended(pid)


def _has_ended(pid: int) -> bool:
    """Whether a process that still has an ID is a zombie, as in a container whose first process does not reap it.

    Linux only (proc(5): the state follows the name in brackets).
    """
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return False
    return state in ("Z", "X")
