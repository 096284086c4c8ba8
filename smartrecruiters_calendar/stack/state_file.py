"""A state file that a killed run left half written, and the backup of the previous one.

A backend that is a folder writes a stack's state in place, after copying the old file to `<stack>.json.bak`; a process
killed in between leaves a file that no command can read. Object stores and databases replace it in one step. The backup
lacks at most one step of the killed run, which the comparison with the tenant then finds.

Beside each file stands `<file>.attrs` with its media type and checksum. The CLI reads a state without them, but none
whose attributes are half written (`setAttrs` and `getAttrs` of gocloud.dev/blob/fileblob): then these are removed.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from smartrecruiters_calendar.private_files import replace_file, write_private
from smartrecruiters_calendar.stack.locks import folder_of
from smartrecruiters_calendar.stack.name import StackName
from smartrecruiters_calendar.stack.project import Project

_KEPT = ".damaged"


@dataclass(frozen=True)
class Damaged:
    path: Path
    from_copy: bool = True
    """Whether the state itself is; else only what stands beside it."""

    def restore(self) -> None:
        """Replace it by the copy; the damaged file is kept next to it. Killed at any moment, it can be repeated."""
        if self.from_copy:
            write_private(self.path.with_name(f"{self.path.name}{_KEPT}"), self.path.read_bytes())
            replace_file(self.path, _copy(self.path).read_bytes())
        if _is_broken(_attributes(self.path)):
            _attributes(self.path).unlink()


def find(url: str, project: Path, stack: StackName) -> Damaged | None:
    """The damaged state file of a stack; None: no folder backend, an intact file, or no copy that would help."""
    folder = folder_of(url)
    if folder is None:
        return None
    path = folder / ".pulumi" / "stacks" / Project.read(project).name / f"{stack}.json"
    if _is_broken(path):
        return Damaged(path) if _readable(_copy(path)) else None
    return Damaged(path, from_copy=False) if _is_broken(_attributes(path)) else None


def _copy(path: Path) -> Path:
    return path.with_name(f"{path.name}.bak")


def _attributes(path: Path) -> Path:
    return path.with_name(f"{path.name}.attrs")


def _is_broken(path: Path) -> bool:
    return path.exists() and not _readable(path)


def _readable(path: Path) -> bool:
    try:
        json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return False
    return True
