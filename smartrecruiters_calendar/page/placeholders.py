"""Placeholders of a profile: `{clientId}` in a value stands for what is put there when the request is sent."""

import re
from collections.abc import Iterator, Mapping

from pydantic import JsonValue

_PLACEHOLDER = re.compile(r"\{([A-Za-z]+)\}")


def names_in(text: str) -> frozenset[str]:
    """The names in braces: `Bearer {antiForgery}` has `antiForgery`."""
    return frozenset(_PLACEHOLDER.findall(text))


def texts_of(body: JsonValue) -> Iterator[str]:
    """Every text value of a JSON document; keys are left out."""
    if isinstance(body, str):
        yield body
    elif isinstance(body, list):
        for item in body:
            yield from texts_of(item)
    elif isinstance(body, dict):
        for item in body.values():
            yield from texts_of(item)


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders replaced, in one pass: braces inside a value are left alone."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def filled_body(body: JsonValue, values: Mapping[str, str]) -> JsonValue:
    if isinstance(body, str):
        return filled(body, values)
    if isinstance(body, list):
        return [filled_body(item, values) for item in body]
    if isinstance(body, dict):
        return {key: filled_body(item, values) for key, item in body.items()}
    return body
