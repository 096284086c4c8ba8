"""Decides whether an object, as a response would show it, passes a `$filter`.

Text is compared without regard to case, as the directory does. The expression has passed `checks` before.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from operator import ge, gt, le, lt
from typing import Any

from sandbox.odata.syntax import And, AnyOf, Comparison, CountOf, Expression, Literal, Not, OneOf, Or, Path, TextTest

_ORDER: Mapping[str, Callable[[Any, Any], bool]] = {"gt": gt, "ge": ge, "lt": lt, "le": le}


def fold(text: str) -> str:
    """Return the form under which two texts that differ only in case are equal. Stores keep folded key columns."""
    return text.casefold()


def matches(expression: Expression, item: Mapping[str, Any]) -> bool:
    """Tell whether an object passes a filter.

    Args:
        item: The object, its properties by name as responses spell them; one that is missing counts as null.
    """
    match expression:
        case And(operands):
            return all(matches(operand, item) for operand in operands)
        case Or(operands):
            return any(matches(operand, item) for operand in operands)
        case Not(operand):
            return not matches(operand, item)
        case TextTest(function, path, text):
            value = resolve(path, item)
            if not isinstance(value, str):
                return False
            test = fold(value).startswith if function == "startswith" else fold(value).endswith
            return test(fold(text))
        case OneOf(path, literals):
            value = resolve(path, item)
            return any(_equal(value, literal) for literal in literals)
        case AnyOf(path, variable, predicate):
            values = _list(resolve(path, item))
            if predicate is None:
                return bool(values)
            return any(matches(predicate, {**item, variable: value}) for value in values)
        case Comparison(operator, left, right):
            value = len(_list(resolve(left.path, item))) if isinstance(left, CountOf) else resolve(left, item)
            return _compare(operator, value, right)


def resolve(path: Path, item: Mapping[str, Any]) -> Any:
    value: Any = item
    for segment in path.segments:
        if not isinstance(value, Mapping):
            return None
        value = value[segment] if segment in value else _ignoring_case(segment, value)
    return value


def _ignoring_case(name: str, item: Mapping[str, Any]) -> Any:
    lowered = name.lower()
    return next((value for key, value in item.items() if key.lower() == lowered), None)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _compare(operator: str, value: Any, literal: Literal) -> bool:
    if operator == "eq":
        return _equal(value, literal)
    if operator == "ne":
        return not _equal(value, literal)
    ours, theirs = _comparable(value), _comparable(literal.value)
    if isinstance(literal.value, datetime) and isinstance(value, str):
        ours = _moment(value)
    if ours is None or theirs is None or isinstance(ours, bool) != isinstance(theirs, bool):
        return False
    alike = (isinstance(ours, str) and isinstance(theirs, str)) or (
        isinstance(ours, datetime) and isinstance(theirs, datetime)
    )
    numbers = isinstance(ours, int | float) and isinstance(theirs, int | float)
    return (alike or numbers) and _ORDER[operator](ours, theirs)


def _equal(value: Any, literal: Literal) -> bool:
    if literal.value is None:
        return value is None
    if isinstance(literal.value, datetime):
        return isinstance(value, str) and _moment(value) == literal.value
    if isinstance(value, bool) != isinstance(literal.value, bool):
        return False
    return bool(_comparable(value) == _comparable(literal.value))


def _comparable(value: Any) -> Any:
    return fold(value) if isinstance(value, str) else value


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
