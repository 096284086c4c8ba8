"""A state file that a killed run left half written, and the copy of the one before.

A backend that is a folder writes a stack's state in place, after copying what was there to `<stack>.json.bak`; a
process killed in between leaves a file that no command can read. Object stores and databases replace it in one piece.
What the copy lacks is at most one step of the killed run, which the comparison with the tenant then finds.
"""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from components.settings import PROJECT
from smartrecruiters_calendar.stack.locks import folder_of

_KEPT = ".damaged"


@dataclass(frozen=True)
class Damaged:
    """A state file that cannot be read, with a copy that can."""

    path: Path

    def restore(self) -> None:
        """Put the copy in its place; the damaged file is kept beside it."""
        self.path.replace(self.path.with_name(f"{self.path.name}{_KEPT}"))
        shutil.copyfile(_copy(self.path), self.path)


def find(url: str, stack: str) -> Damaged | None:
    """The damaged state file of a stack; None: the backend is no folder, or the file is well, or no copy would help.

    Args:
        url: the state backend, as `pulumi whoami` tells it.
        stack: its name, with or without organization and project.
    """
    folder = folder_of(url)
    if folder is None:
        return None
    path = folder / ".pulumi" / "stacks" / PROJECT / f"{stack.rsplit('/', 1)[-1]}.json"
    return Damaged(path) if path.exists() and not _readable(path) and _readable(_copy(path)) else None


def _copy(path: Path) -> Path:
    return path.with_name(f"{path.name}.bak")


def _readable(path: Path) -> bool:
    try:
        json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return False
    return True
