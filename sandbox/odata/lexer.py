"""Splits the text of a `$filter` into tokens.

Knows the spelling of literals (strings with doubled apostrophes, GUIDs, dates, numbers) and nothing of grammar.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from sandbox.odata.errors import ODataError

MAX_LENGTH = 32_768
"""Characters of a `$filter`; well above what a request line can carry, so that no text costs much to refuse."""


class TokenKind(Enum):
    STRING = "string"
    GUID = "guid"
    DATE_TIME = "date_time"
    NUMBER = "number"
    WORD = "word"
    COUNT = "count"
    PUNCTUATION = "punctuation"
    END = "end"


@dataclass(frozen=True)
class Token:
    """A token, its text as written, and where it begins (0-based)."""

    kind: TokenKind
    text: str
    position: int


_HEX = "[0-9A-Fa-f]"
_DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME = r"T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,12})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})"
_PATTERN = re.compile(
    rf"""
    (?P<space>[ \t\r\n]+)
  | (?P<string>'(?:[^']|'')*')
  | (?P<guid>{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}(?![\w-]))
  | (?P<date_time>{_DATE}(?:{_TIME})?(?![\w:]))
  | (?P<number>-?[0-9]+(?:\.[0-9]+)?(?![\w.]))
  | (?P<count>\$count\b)
  | (?P<word>[A-Za-z_][A-Za-z0-9_.]*)
  | (?P<punctuation>[(),:/])
    """,
    re.VERBOSE,
)
_UNENCODABLE = re.compile("[\ud800-\udfff]")


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a `$filter`, ending with one of kind `TokenKind.END`.

    Raises:
        ODataError: Something in the text is not a token, for instance a string that is never closed.
    """
    if len(text) > MAX_LENGTH:
        raise syntax_error("the expression is too long", MAX_LENGTH, "")
    if _UNENCODABLE.search(text):
        raise syntax_error("the expression is not valid text", 0, "")
    position = 0
    while position < len(text):
        match = _PATTERN.match(text, position)
        if match is None:
            what = "unterminated string literal" if text[position] == "'" else f"character '{text[position]}'"
            raise syntax_error(f"{what} is not valid", position, text)
        if match.lastgroup != "space":
            yield Token(TokenKind(match.lastgroup), match.group(), position)
        position = match.end()
    yield Token(TokenKind.END, "", len(text))


def syntax_error(what: str, position: int, text: str) -> ODataError:
    where = f" at position {position} in '{text}'" if text else ""
    return ODataError("BadRequest", f"Invalid filter clause: Syntax error: {what}{where}.")


def unquote(literal: str) -> str:
    return literal[1:-1].replace("''", "'")


def quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
