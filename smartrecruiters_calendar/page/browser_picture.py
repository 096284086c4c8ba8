"""A picture of the page for a person who has to find out what changed: every field masked, mode 0600.

Every input is covered, whatever it holds, and so is any text that repeats the secret. Nothing else is ever recorded.
"""

import os
import tempfile
from pathlib import Path
from typing import Final

from smartrecruiters_calendar.page.quiet_playwright import Error, Page

_FIELDS: Final = "input, textarea, select, [contenteditable]"
_UNREADABLE: Final = f"{_FIELDS} {{ color: transparent !important; -webkit-text-security: disc !important; }}"
_SECONDS: Final = 15.0


def masked_picture(page: Page, secret: str = "") -> bytes | None:
    """The visible page as PNG, with every field covered; None when the page cannot be pictured any more."""
    covered = [frame.locator(_FIELDS) for frame in page.frames]
    if secret:
        covered += [frame.get_by_text(secret) for frame in page.frames]
    try:
        return page.screenshot(mask=covered, style=_UNREADABLE, animations="disabled", timeout=_SECONDS * 1000)
    except Error:
        return None


def keep_picture(picture: bytes, folder: Path) -> Path | None:
    """Write a picture for its owner alone; None when it cannot be written."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=folder, prefix="page-", suffix=".png")  # its mode is 0600
        with os.fdopen(descriptor, "wb") as file:
            file.write(picture)
    except OSError:
        return None
    return Path(name)
