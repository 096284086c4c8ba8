"""The shape of an answer: its keys and the types of its values, and never a value.

Two shapes of the same call are compared so that a service and its stand-in can be compared by their answers.
"""

import re
from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})?")
_TEXTS: Final = frozenset({"string", "guid", "moment"})


def shape(value: Any) -> Any:
    """Keys stay; a scalar becomes the name of its type; a list becomes one shape that covers all its items."""
    if isinstance(value, dict):
        return {str(key): shape(inner) for key, inner in sorted(value.items())}
    if isinstance(value, list):
        covering: list[Any] = []
        for item in map(shape, value):
            covering = [_merged(covering[0], item)] if covering else [item]
        return covering
    if isinstance(value, str):
        return _text(value)
    names = {bool: "boolean", int: "integer", float: "number", type(None): "null"}
    return names[type(value)]


def differences(ours: Any, theirs: Any, where: str = "") -> Iterator[str]:
    """In which places two shapes contradict each other, one sentence each.

    An empty list and a null say nothing about what else might stand there, so they contradict nothing.
    """
    if ours == theirs or "null" in (ours, theirs) or [] in (ours, theirs):
        return
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in sorted(ours.keys() | theirs.keys()):
            path = f"{where}.{key}" if where else key
            if key not in theirs:
                yield f"{path} is only in ours"
            elif key not in ours:
                yield f"{path} is only in theirs"
            else:
                yield from differences(ours[key], theirs[key], path)
    elif isinstance(ours, list) and isinstance(theirs, list):
        yield from differences(ours[0], theirs[0], f"{where}[]")
    elif not _agree(ours, theirs):
        yield f"{where or 'the answer'} is {_named(ours)} in ours and {_named(theirs)} in theirs"


def _text(value: str) -> str:
    if _MOMENT.fullmatch(value):
        return "moment"
    try:
        UUID(value)
    except ValueError:
        return "string"
    return "guid"


def _merged(one: Any, other: Any) -> Any:
    if isinstance(one, dict) and isinstance(other, dict):
        return {
            key: _merged(one[key], other[key]) if key in one and key in other else one.get(key, other.get(key))
            for key in sorted(one.keys() | other.keys())
        }
    if isinstance(one, list) and isinstance(other, list):
        return [_merged(one[0], other[0])] if one and other else one or other
    if isinstance(one, str) and isinstance(other, str):
        return "|".join(sorted({*one.split("|"), *other.split("|")}))
    return one if other == "null" else other


def _agree(one: Any, other: Any) -> bool:
    if not isinstance(one, str) or not isinstance(other, str):
        return False
    left, right = ({"string" if name in _TEXTS else name for name in text.split("|")} for text in (one, other))
    return bool(left & right) or "null" in left | right


def _named(one: Any) -> str:
    return one if isinstance(one, str) else "an object" if isinstance(one, dict) else "a list"
