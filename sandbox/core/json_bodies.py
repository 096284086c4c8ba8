"""JSON that a client sent: what every service here agrees not to read, whoever it was sent to."""

import json
from typing import Any, NoReturn

DEEPEST = 100
"""Levels of nesting. Deeper documents would exhaust the stack of what works on them."""


def parsed(body: bytes) -> Any:
    """The document in a body.

    Raises:
        ValueError: It is not JSON, is nested too deeply, or holds half a surrogate pair, which nothing can store.
    """
    try:
        document = json.loads(body, parse_constant=_refuse)
        # For its complaints: it walks the document as whoever stores or answers it will.
        json.dumps(document, ensure_ascii=False).encode()
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    _measure(document)
    return document


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _measure(document: Any) -> None:
    level = [document]
    for _ in range(DEEPEST):
        inside = (one.values() if isinstance(one, dict) else one for one in level if isinstance(one, dict | list))
        level = [value for values in inside for value in values]
        if not level:
            return
    raise ValueError("nested too deeply")
