"""Rules for the properties of a directory object, as small functions that say whether a value will do."""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.graph.errors import bad_request, invalid_value

Rule = Callable[[Any], bool]


def text(most: int, least: int = 0) -> Rule:
    return lambda value: isinstance(value, str) and least <= len(value) <= most and value.isprintable()


def lines(most: int) -> Rule:
    return lambda value: isinstance(value, str) and len(value) <= most and "\0" not in value


def flag(value: Any) -> bool:
    return isinstance(value, bool)


def number(*allowed: int) -> Rule:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and value in allowed


def one_of(*allowed: str) -> Rule:
    return lambda value: isinstance(value, str) and value in allowed


def nullable(rule: Rule) -> Rule:
    """Null, or what `rule` takes."""
    return lambda value: value is None or rule(value)


def each(rule: Rule, most: int | None = None) -> Rule:
    """A list of different things that `rule` takes, at most so many."""

    def check(value: Any) -> bool:
        if not isinstance(value, list) or (most is not None and len(value) > most):
            return False
        if not all(rule(item) for item in value):
            return False
        plain = [item for item in value if isinstance(item, str)]
        return len(plain) == len(set(plain))

    return check


def shape(properties: Mapping[str, Rule], required: tuple[str, ...] = ()) -> Rule:
    """An object with these properties; annotations (`@odata.type`) may be among them."""

    def check(value: Any) -> bool:
        if not isinstance(value, dict) or any(name not in value for name in required):
            return False
        return all("@" in name or (name in properties and properties[name](item)) for name, item in value.items())

    return check


def nothing(value: Any) -> bool:
    """Null or empty: a property that cannot be set here."""
    return value is None or value in ([], {})


def plain(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Without annotations such as `@odata.type`, at any depth."""
    return {name: _plain(value) for name, value in properties.items() if "@" not in name}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return plain(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def check(given: Mapping[str, Any], rules: Mapping[str, Rule], read_only: frozenset[str], kind: str) -> None:
    """Check every given property.

    Args:
        read_only: What exists and cannot be set.

    Raises:
        GraphError: 400 for the first that will not do.
    """
    for name, value in given.items():
        if name in read_only:
            raise bad_request(f"Property '{name}' is read-only and cannot be set.")
        if name not in rules:
            raise bad_request(f"Invalid property '{name}'.")
        if not rules[name](value):
            raise invalid_value(name, kind)


def merged(current: Any, change: Any) -> Any:
    """What a complex value becomes when some of its parts are written: parts that are not named stay."""
    if not isinstance(current, dict) or not isinstance(change, dict):
        return change
    return {**current, **{name: merged(current.get(name), value) for name, value in change.items()}}
