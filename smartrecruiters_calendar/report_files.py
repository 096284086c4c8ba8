"""Report files that a person names: found unwritable before work begins, and replaced in one step.

Devices and pipes (`/dev/null`, a shell's `>(…)`) are written to as they are.
"""

import os
from pathlib import Path

from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.private_files import replace_file


def check_writable(path: Path, *, folder: bool = False) -> None:
    """Check that a report can be written there. Writes nothing.

    Args:
        folder: several files are written into it; it is made where it is missing.

    Raises:
        Stopped: it cannot (`report-unusable`).
    """
    if problem := _problem(path, folder=folder):
        raise _unusable(path, problem)


def write_report(path: Path, text: str) -> None:
    """Write a report; one that was there is replaced.

    Raises:
        Stopped: it cannot be written (`report-unusable`).
    """
    written = text.encode("utf-8", "backslashreplace")
    try:
        if _is_replaceable(path):
            replace_file(path, written)
        else:
            path.write_bytes(written)
    except OSError as error:
        raise _unusable(path, error.strerror or str(error)) from None


def _unusable(path: Path, problem: str) -> Stopped:
    return Stopped(Reason.REPORT_UNUSABLE, f"The file {str(path)!r} cannot be written ({problem}): name another one.")


def _problem(path: Path, *, folder: bool) -> str | None:
    if str(path) == "-":
        return "`-` is not a file; leave the option out for standard output"
    try:
        place = Path(os.path.realpath(path))
        if place.is_dir():
            return None if folder and os.access(place, os.W_OK | os.X_OK) else _of_folder(folder=folder)
        if place.exists():
            return "it is a file, not a folder" if folder else _of_file(place)
        parent = place.parent
        while folder and not parent.exists():
            parent = parent.parent
        if not parent.is_dir():
            return f"there is no folder {parent}"
        if len(os.fsencode(place.name)) > os.pathconf(parent, "PC_NAME_MAX"):
            return "its name is too long"
    except (OSError, ValueError) as error:
        return error.strerror or str(error) if isinstance(error, OSError) else str(error)
    return None if os.access(parent, os.W_OK | os.X_OK) else f"nothing may be written to the folder {parent}"


def _of_folder(*, folder: bool) -> str:
    return "nothing may be written to that folder" if folder else "it is a folder"


def _of_file(place: Path) -> str | None:
    return None if os.access(place, os.W_OK) else "it is read-only"


def _is_replaceable(path: Path) -> bool:
    """Whether it is, or will be, a plain file in a folder that takes a new one."""
    place = Path(os.path.realpath(path))
    return (place.is_file() or not place.exists()) and os.access(place.parent, os.W_OK | os.X_OK)
