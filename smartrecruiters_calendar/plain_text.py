"""Text from outside, made plain: what others call their things commands no terminal and hides nothing from people."""

from typing import Final

_INSTEAD: Final = "\N{REPLACEMENT CHARACTER}"


def printable(text: object) -> str:
    """On one line: nothing in it moves a terminal's cursor or breaks a line."""
    return "".join(one if one.isprintable() else _INSTEAD for one in str(text or ""))


def readable(text: str) -> str:
    """The same, where it may have several lines."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() or one in "\n\t" else _INSTEAD for one in text)
