"""Recognises the list of rooms in a JSON answer: objects with an e-mail address and a name each."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic import JsonValue

from smartrecruiters_calendar.page.channel import Kind
from smartrecruiters_calendar.page.recording.documents import last_key, lists_of_objects, outside_lists
from smartrecruiters_calendar.page.recording.private import is_harmless

_ADDRESS: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_NAMES: Final = ("name", "displayname", "display_name", "label", "title", "resourcename", "roomname")
_KINDS: Final = ("kind", "type", "resourcetype", "resource_type", "category")
_NOT_LOADED: Final = re.compile(r"unavailable|failed|error|skipped|missing|invalid", re.IGNORECASE)


def rooms_of(answer: JsonValue) -> dict[str, Any] | None:
    """The profile's `rooms` for an answer that holds the list; None when it holds none. The longest list wins."""
    found = [
        (bool(_NOT_LOADED.search(pointer)), -len(items), pointer, places)
        for pointer, items in lists_of_objects(answer)
        if (places := _places(items)) is not None
    ]
    if not found:
        return None
    _, _, pointer, places = min(found, key=lambda one: one[:2])
    return {"items": pointer, **places}


def _places(items: Sequence[JsonValue]) -> dict[str, Any] | None:
    described = [outside_lists(item) for item in items]
    shared = [pointer for pointer in described[0] if all(pointer in one for one in described)]
    columns = {pointer: [one[pointer] for one in described] for pointer in shared}
    addresses = [pointer for pointer, values in columns.items() if all(map(_ADDRESS.fullmatch, values))]
    if not addresses:
        return None
    address = addresses[0]
    places: dict[str, Any] = {"name": _name(columns, address), "address": address}
    if kind := _named(columns, _KINDS):
        words = {word: _kind(word) for word in sorted(set(columns[kind])) if is_harmless(word)}
        places |= {"kind": kind, "kinds": {word: meaning for word, meaning in words.items() if meaning != "unknown"}}
    return places


def _name(columns: Mapping[str, Sequence[str]], address: str) -> str:
    if named := _named(columns, _NAMES):
        return named
    others = [pointer for pointer in columns if pointer != address]
    speaking = [p for p in others if len(set(columns[p])) == len(columns[p]) and all(" " in v for v in columns[p])]
    return speaking[0] if speaking else address


def _named(columns: Mapping[str, Sequence[str]], names: Sequence[str]) -> str | None:
    by_name = {last_key(pointer).lower(): pointer for pointer in reversed(list(columns))}
    return next((by_name[name] for name in names if name in by_name), None)


def _kind(word: str) -> Kind:
    if "room" in word.lower():
        return "room"
    return "equipment" if "equip" in word.lower() else "unknown"
