"""Reads files that people write or name: whatever is wrong with one is an `OSError` whose `strerror` says it.

A pipe, a device or a folder in a file's place cannot hang a verb or fill its memory.
"""

import errno
import os
import stat
from pathlib import Path
from typing import Final

MOST_BYTES: Final = 10_000_000
"""Of a file that a person writes."""
_MEGABYTE: Final = 1_000_000


def read_given(path: Path, most_bytes: int = MOST_BYTES) -> bytes:
    """The whole file.

    Raises:
        OSError: it is missing, not a regular file, too large, or cannot be read.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # opening a pipe would wait for its other end
    except ValueError:
        raise OSError(errno.EINVAL, "no file can have this name") from None
    with os.fdopen(handle, "rb") as file:
        mode = os.fstat(file.fileno()).st_mode
        if not stat.S_ISREG(mode):
            raise OSError(errno.EINVAL, "it is a folder" if stat.S_ISDIR(mode) else "it is not a regular file")
        data = file.read(most_bytes + 1)
    if len(data) > most_bytes:
        raise OSError(errno.EFBIG, f"it has more than {most_bytes // _MEGABYTE} MB")
    return data


def read_given_text(path: Path) -> str:
    """The whole file as UTF-8, without a byte order mark.

    Raises:
        OSError: as `read_given`, or it is not UTF-8.
    """
    try:
        return read_given(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise OSError(errno.EILSEQ, f"it is not UTF-8 (byte {error.start + 1})") from None
