"""Writes files in one step: a process killed at any moment leaves the old file or the new one, whole.

The one way in which the verbs replace files: sessions, profiles and assertions, which only their owner can read, and
state, stack files, rings and reports, which keep the mode they had. It creates no folders.
"""

import contextlib
import os
import secrets
import stat
from pathlib import Path
from typing import Final

_ANYBODY: Final = 0o666
"""Less the umask: the mode of a new file that others may read."""
_LONGEST_PREFIX: Final = 60


def write_private(path: Path, content: str | bytes) -> None:
    """Replace `path` by a file with this content and mode 0600; text is encoded as UTF-8, line ends as they are.

    Raises:
        OSError: it cannot be written. The old file is as it was, and nothing is left next to it.
    """
    _replace(path, content, 0o600, exactly=True)


def replace_file(path: Path, content: str | bytes) -> None:
    """As `write_private`, with the mode and owner of the file that is there; a link keeps leading to it."""
    place = Path(os.path.realpath(path))
    try:
        before = place.stat()
    except FileNotFoundError:
        _replace(place, content, _ANYBODY, exactly=False)
    else:
        _replace(place, content, stat.S_IMODE(before.st_mode), exactly=True, owner=(before.st_uid, before.st_gid))


def create_file(path: Path, content: str | bytes) -> None:
    """As `replace_file` where there is none yet.

    Raises:
        FileExistsError: there is one; it is as it was.
    """
    if os.path.lexists(path):
        raise FileExistsError(path)
    replace_file(path, content)


def _replace(
    path: Path, content: str | bytes, mode: int, *, exactly: bool, owner: tuple[int, int] | None = None
) -> None:
    draft = path.with_name(f".{path.name[:_LONGEST_PREFIX]}.{secrets.token_hex(4)}")
    # Opened with no more than its final rights: an umask may only take from them.
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            if owner and owner != (os.geteuid(), os.getegid()):
                with contextlib.suppress(PermissionError):  # only the superuser gives files away
                    os.fchown(file.fileno(), *owner)
            if exactly:
                os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    _keep_entry(path.parent)


def _keep_entry(folder: Path) -> None:
    """Have the disk keep the new name; where a folder cannot be synced, the replacement is whole all the same."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
