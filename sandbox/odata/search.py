"""Parses and evaluates `$search` on directory objects: ``"displayName:box" AND ("mail:ann" OR "mail:bob")``.

A clause is one property and one value in double quotes. On ``displayName`` and ``description`` each word of the value
has to begin some word of the text; on other properties the text has to begin with the value.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.odata.entity import EntityType
from sandbox.odata.errors import ODataError, unsupported
from sandbox.odata.evaluation import fold

TOKENISED = frozenset({"displayName", "description"})
MAX_DEPTH = 20
MAX_CLAUSES = 20

_TOKEN = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|(\()|(\))|([A-Za-z]+))')
_WORDS = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Clause:
    """``"property:value"``."""

    name: str
    value: str


@dataclass(frozen=True)
class Combination:
    """Clauses joined by ``AND`` or ``OR``."""

    operator: str
    operands: "tuple[Search, ...]"


Search = Clause | Combination


def parse_search(text: str, entity: EntityType) -> Search:
    """Parse the value of `$search`.

    Raises:
        ODataError: No such syntax, or a property that cannot be searched.
    """
    return _Parser(text, entity).whole()


def found_by(search: Search, item: Mapping[str, Any]) -> bool:
    match search:
        case Combination(operator, operands):
            combine = all if operator == "and" else any
            return combine(found_by(operand, item) for operand in operands)
        case Clause(name, value):
            stored = item.get(name)
            texts = [entry for entry in stored if isinstance(entry, str)] if isinstance(stored, list) else [stored]
            return any(isinstance(entry, str) and _has(entry, value, name) for entry in texts)


def _has(text: str, value: str, name: str) -> bool:
    if name not in TOKENISED:
        return fold(text).startswith(fold(value))
    words = _WORDS.findall(fold(text))
    return all(any(word.startswith(wanted) for word in words) for wanted in _WORDS.findall(fold(value)))


class _Parser:
    def __init__(self, text: str, entity: EntityType) -> None:
        self._text = text
        self._entity = entity
        self._tokens = self._split()
        self._at = 0
        self._depth = 0

    def _split(self) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        text, position = self._text.rstrip(), 0
        while position < len(text):
            match = _TOKEN.match(text, position)
            if match is None:
                raise self._error(position)
            quoted, opening, closing, word = match.groups()
            if quoted is not None:
                found.append(("clause", re.sub(r"\\(.)", r"\1", quoted)))
            elif word is not None and word in ("AND", "OR"):
                found.append((word.lower(), word))
            elif word is not None:
                raise self._error(position)
            else:
                found.append((opening or closing, ""))
            position = match.end()
        if sum(kind == "clause" for kind, _ in found) > MAX_CLAUSES:
            raise unsupported(f"Too many clauses in $search. Max allowed: {MAX_CLAUSES}.")
        return [*found, ("end", "")]

    def _error(self, position: int) -> ODataError:
        return ODataError("BadRequest", f"Syntax error: the search expression is not valid at position {position}.")

    def whole(self) -> Search:
        search = self._joined("or")
        if self._tokens[self._at][0] != "end":
            raise self._error(len(self._text))
        return search

    def _joined(self, operator: str) -> Search:
        operands = [self._operand(operator)]
        while self._tokens[self._at][0] == operator:
            self._at += 1
            operands.append(self._operand(operator))
        return operands[0] if len(operands) == 1 else Combination(operator, tuple(operands))

    def _operand(self, operator: str) -> Search:
        return self._joined("and") if operator == "or" else self._one()

    def _one(self) -> Search:
        kind, text = self._tokens[self._at]
        if kind == "clause":
            self._at += 1
            return self._clause(text)
        if kind != "(" or self._depth >= MAX_DEPTH:
            raise self._error(len(self._text))
        self._at += 1
        self._depth += 1
        inner = self._joined("or")
        self._depth -= 1
        if self._tokens[self._at][0] != ")":
            raise self._error(len(self._text))
        self._at += 1
        return inner

    def _clause(self, text: str) -> Clause:
        name, colon, value = text.partition(":")
        if not colon or not value.strip():
            raise self._error(0)
        item = self._entity.property_named(name.strip())
        if not item.searchable:
            raise unsupported(f"Property '{item.name}' of resource '{self._entity.resource}' does not support $search.")
        return Clause(item.name, value.strip())
