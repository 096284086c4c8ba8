"""JSON Pointer (RFC 6901): where a JSON answer holds a value, e.g. `/errors/0/message`. Reading only."""

import re

from pydantic import JsonValue

_WELL_FORMED = re.compile(r"(/([^~/]|~[01])*)*")
_INDEX = re.compile(r"0|[1-9][0-9]*")


def is_pointer(text: str) -> bool:
    """Whether the text is a JSON Pointer; the empty one means the whole document."""
    return _WELL_FORMED.fullmatch(text) is not None


def at(document: JsonValue, pointer: str) -> JsonValue:
    """The value at the pointer.

    Raises:
        LookupError: the document has no such value.
    """
    value = document
    for token in pointer.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and key in value:
            value = value[key]
        elif isinstance(value, list) and _INDEX.fullmatch(key) and int(key) < len(value):
            value = value[int(key)]
        else:
            raise LookupError(f"nothing at {pointer}")
    return value


def text_at(document: JsonValue, pointer: str | None) -> str | None:
    """The non-empty text or number at the pointer as text; None when there is none."""
    if pointer is None:
        return None
    try:
        value = at(document, pointer)
    except LookupError:
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value) or None
