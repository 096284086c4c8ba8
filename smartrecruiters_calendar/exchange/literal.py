"""Writes text into PowerShell so that it stays text.

In a single-quoted PowerShell string nothing is expanded and only a quotation mark ends it; PowerShell takes five
characters for that mark. Source: about_Quoting_Rules, and `IsSingleQuote` of PowerShell's tokenizer.
"""

from collections.abc import Iterable
from typing import Final

_QUOTES: Final = "'‘’‚‛"  # noqa: RUF001 (each of them ends a single-quoted string)
_DOUBLED: Final = str.maketrans({quote: quote * 2 for quote in _QUOTES})


def literal(text: str) -> str:
    """A single-quoted PowerShell string.

    Raises:
        ValueError: control characters, which could hide from a reviewer what the script does.
    """
    if not text.isprintable():
        raise ValueError("text for a PowerShell script holds control characters")
    return f"'{text.translate(_DOUBLED)}'"


def array(texts: Iterable[str]) -> str:
    return f"@({', '.join(map(literal, texts))})"
