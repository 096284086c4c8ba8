"""Turns the common filters into a WHERE clause, so that a store of many objects is not read to find one.

Only equality, `in` and `startswith` on columns that the store says it has, joined by ``and`` / ``or``. The condition
may let more rows through than the filter (see `exact`), never fewer. So the rows still pass through
`evaluation.matches`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.odata.entity import Kind
from sandbox.odata.evaluation import fold
from sandbox.odata.syntax import And, Comparison, Expression, Literal, OneOf, Or, Path, TextTest


@dataclass(frozen=True)
class Condition:
    """A WHERE clause.

    Attributes:
        sql: Its text, with ``?`` for each parameter.
        parameters: Their values.
        exact: Whether the clause lets through precisely what the filter does.
    """

    sql: str
    parameters: tuple[str, ...]
    exact: bool


def condition(expression: Expression, columns: Mapping[str, str]) -> Condition | None:
    """Translate a filter, or return None when every row has to be looked at.

    Args:
        columns: By lower-case property name, how its test is written: ``{}`` stands for the test, for instance
            ``name {}`` or ``id IN (SELECT id FROM mail WHERE address {})``. What is tested is the property's text
            through `evaluation.fold`, or NULL. Never taken from a request.
    """
    match expression:
        case Comparison("eq", Path((name,)), Literal(str() as value, Kind.STRING | Kind.GUID)):
            return _column(columns, name, "= ?", (fold(value),))
        case OneOf(Path((name,)), literals):
            values = tuple(fold(item.value) for item in literals if isinstance(item.value, str))
            if len(values) != len(literals):
                return None
            return _column(columns, name, f"IN ({', '.join('?' * len(values))})", values)
        case TextTest("startswith", Path((name,)), text):
            low, high = fold(text), _after_all_with_prefix(fold(text))
            if high is None:
                return None
            return _column(columns, name, "BETWEEN ? AND ?", (low, high), exact=False)
        case And(operands):
            known = [found for found in (condition(item, columns) for item in operands) if found]
            return _join(" AND ", known, exact=len(known) == len(operands))
        case Or(operands):
            parts = [condition(item, columns) for item in operands]
            whole = [part for part in parts if part]
            return _join(" OR ", whole, exact=True) if len(whole) == len(parts) else None
        case _:
            return None


def _column(
    columns: Mapping[str, str], name: str, test: str, parameters: tuple[str, ...], *, exact: bool = True
) -> Condition | None:
    template = columns.get(name.lower())
    return Condition(template.format(test), parameters, exact) if template else None


def _join(word: str, parts: list[Condition], *, exact: bool) -> Condition | None:
    if not parts:
        return None
    return Condition(
        "(" + word.join(part.sql for part in parts) + ")",
        tuple(parameter for part in parts for parameter in part.parameters),
        exact=exact and all(part.exact for part in parts),
    )


def _after_all_with_prefix(prefix: str) -> str | None:
    """Return the least text greater than every text that begins with `prefix` (SQLite orders text by code point)."""
    if not prefix or prefix[-1] == "\U0010ffff":
        return None
    code = ord(prefix[-1]) + 1
    return prefix[:-1] + chr(0xE000 if code == 0xD800 else code)
