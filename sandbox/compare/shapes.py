"""Whether an answer has a recorded shape: the same keys, and values of the same types."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})?")
_NAMES = {bool: "boolean", int: "integer", float: "number", type(None): "null"}
_TEXTS = frozenset({"string", "guid", "moment"})


def type_of(value: object) -> str:
    """The name of a scalar's type: texts are `moment`, `guid` or `string`."""
    if not isinstance(value, str):
        return _NAMES.get(type(value), "a list" if isinstance(value, list) else "an object")
    if _MOMENT.fullmatch(value):
        return "moment"
    try:
        UUID(value)
    except ValueError:
        return "string"
    return "guid"


def contradictions(
    recorded: Any, values: Sequence[Any], where: str = "", *, added_since: frozenset[str] = frozenset()
) -> Iterator[str]:
    """Where values that were answered in the same place contradict the shape that was recorded there.

    Null and an empty list say nothing about what else might stand there, on either side; texts are all alike.
    """
    known = [value for value in values if value is not None]
    if not known or recorded in ("null", []):
        return
    place = where or "the body"
    if isinstance(recorded, Mapping):
        objects = [value for value in known if isinstance(value, dict)]
        if len(objects) < len(known):
            yield f"{place} is an object in the recording and not here"
            return
        yield from _keys(recorded, objects, where, added_since)
    elif isinstance(recorded, list):
        if not all(isinstance(value, list) for value in known):
            yield f"{place} is a list in the recording and not here"
            return
        items = [item for value in known for item in value]
        yield from contradictions(recorded[0], items, f"{where}[]", added_since=added_since)
    else:
        expected = {"string" if name in _TEXTS else name for name in str(recorded).split("|")}
        found = {"string" if type_of(value) in _TEXTS else type_of(value) for value in known}
        if not found <= expected:
            yield f"{place} is {recorded} in the recording and {'|'.join(sorted(found))} here"


def _keys(
    recorded: Mapping[str, Any], objects: Sequence[dict[str, Any]], where: str, added_since: frozenset[str]
) -> Iterator[str]:
    here = {key for value in objects for key in value}
    for key in sorted(recorded.keys() | here):
        path = f"{where}.{key}" if where else key
        if key not in here:
            yield f"{path} is only in the recording"
        elif key in recorded:
            inner = [value[key] for value in objects if key in value]
            yield from contradictions(recorded[key], inner, path, added_since=added_since)
        elif key not in added_since:
            yield f"{path} is only here"
