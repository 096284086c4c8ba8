"""Reads values that a page keeps in its markup: `<meta name= content=>` and `<input name= value=>`. Nothing else.

Each expression matches wherever it begins, so a page is read once from start to end, however broken it is. Python's
own parser reads the rest of a page again for each thing in it that never ends.
"""

import html
import re
from dataclasses import dataclass, field
from typing import Final

_PIECE: Final = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(?P<raw>script|style|textarea|title)(?![a-z0-9-]).*?(?:</(?P=raw)|\Z)"
    r"""|<(?P<tag>meta|input)(?=[\s/])(?P<attributes>(?:=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))|[^>])*+)(?P<end>>|\Z)""",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTE: Final = re.compile(
    r"""(?P<name>[^\s"'>/=]++)(?:\s*+=\s*+(?:"(?P<double>[^"]*+)"|'(?P<single>[^']*+)'|(?P<bare>[^\s>]*+)))?+"""
)


@dataclass(frozen=True)
class NamedValues:
    metas: dict[str, str] = field(default_factory=dict)
    """`<meta>`: name to `content`; the first of a name."""
    inputs: dict[str, str] = field(default_factory=dict)
    """`<input>`: name to `value`; the first of a name."""


def named_values(page: str) -> NamedValues:
    """All of them; a page is never too broken to read."""
    values = NamedValues()
    for piece in _PIECE.finditer(page):
        if not piece["end"]:
            continue
        attributes = _attributes(piece["attributes"])
        if (name := attributes.get("name")) is None:
            continue
        if piece["tag"].lower() == "meta":
            values.metas.setdefault(name, attributes.get("content", ""))
        else:
            values.inputs.setdefault(name, attributes.get("value", ""))
    return values


def _attributes(written: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in _ATTRIBUTE.finditer(written):
        value = one["double"] or one["single"] or one["bare"] or ""
        found.setdefault(one["name"].lower(), html.unescape(value))
    return found
