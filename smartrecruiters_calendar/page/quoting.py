"""Repeats what a page says: on one line, shortened, and without the secret, should the page repeat it."""

from typing import Final

MASK: Final = "********"

_LONGEST: Final = 300


def quoted(text: str, secret: str = "") -> str:
    """The text as it may stand in a message or a log."""
    if secret:
        text = text.replace(secret, MASK)
    words = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"
