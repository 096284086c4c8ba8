"""Writes files that only their owner can read, in one step: a killed run leaves the old file or the new one.

The one way in which the verbs write sessions, profiles, receipts' caches and stack files. It creates no folders.
"""

import os
import tempfile
from pathlib import Path


def write_private(path: Path, content: str | bytes, *, mode: int = 0o600) -> None:
    """Replace `path` by a file with this content; text is encoded as UTF-8, line ends as they are.

    Args:
        mode: permission bits; a file that others may read keeps the mode it had.

    Raises:
        OSError: it cannot be written. The old file is as it was, and nothing is left next to it.
    """
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # created with mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
        if mode != 0o600:
            Path(draft).chmod(mode)
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
