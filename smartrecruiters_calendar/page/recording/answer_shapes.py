"""Recognises the shape of a page's JSON answers by usual key names: its list of rooms, and why it refused a request."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic import JsonValue

from smartrecruiters_calendar.page.channel import Kind
from smartrecruiters_calendar.page.recording.documents import last_key, lists_of_objects, outside_lists
from smartrecruiters_calendar.page.recording.exchange import Exchange
from smartrecruiters_calendar.page.recording.private import is_harmless

USUAL: Final[Mapping[str, Any]] = {"code": "/code", "message": "/message"}
"""The form of errors that SmartRecruiters documents for its public API, for pages that were not seen to refuse."""

_ERROR_CODES: Final = ("code", "errorcode", "error_code", "error")
_ERROR_MESSAGES: Final = (
    "message",
    "errormessage",
    "error_message",
    "error_description",
    "detail",
    "description",
    "title",
)
_ERROR_FIELDS: Final = ("field", "fieldname", "property", "path", "name")
_ADDRESS: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_ROOM_NAMES: Final = ("name", "displayname", "display_name", "label", "title", "resourcename", "roomname")
_ROOM_KINDS: Final = ("kind", "type", "resourcetype", "resource_type", "category")
_NOT_LOADED: Final = re.compile(r"unavailable|failed|error|skipped|missing|invalid", re.IGNORECASE)


def rooms_of(answer: JsonValue) -> dict[str, Any] | None:
    """The profile's `rooms` for an answer that holds the list; None when it holds none. The longest list wins."""
    found = [
        (bool(_NOT_LOADED.search(pointer)), -len(items), pointer, places)
        for pointer, items in lists_of_objects(answer)
        if (places := _room_places(items)) is not None
    ]
    if not found:
        return None
    _, _, pointer, places = min(found, key=lambda one: one[:2])
    return {"items": pointer, **places}


def _room_places(items: Sequence[JsonValue]) -> dict[str, Any] | None:
    described = [outside_lists(item) for item in items]
    shared = [pointer for pointer in described[0] if all(pointer in one for one in described)]
    columns = {pointer: [one[pointer] for one in described] for pointer in shared}
    addresses = [pointer for pointer, values in columns.items() if all(map(_ADDRESS.fullmatch, values))]
    if not addresses:
        return None
    address = addresses[0]
    places: dict[str, Any] = {"name": _name(columns, address), "address": address}
    if kind := _first(columns, _ROOM_KINDS):
        words = {word: _kind(word) for word in sorted(set(columns[kind])) if is_harmless(word)}
        places |= {"kind": kind, "kinds": {word: meaning for word, meaning in words.items() if meaning != "unknown"}}
    return places


def _name(columns: Mapping[str, Sequence[str]], address: str) -> str:
    if named := _first(columns, _ROOM_NAMES):
        return named
    others = [pointer for pointer in columns if pointer != address]
    speaking = [p for p in others if len(set(columns[p])) == len(columns[p]) and all(" " in v for v in columns[p])]
    return speaking[0] if speaking else address


def _kind(word: str) -> Kind:
    if "room" in word.lower():
        return "room"
    return "equipment" if "equip" in word.lower() else "unknown"


def errors_of(answer: JsonValue) -> dict[str, Any] | None:
    """The profile's `errors` for a refusal; None when nothing in it is recognised."""
    columns = outside_lists(answer)
    code, message = _first(columns, _ERROR_CODES), _first(columns, _ERROR_MESSAGES)
    found: dict[str, Any] = {} if code is None else {"code": code}
    if message is not None and message != code:
        found["message"] = message
    for pointer, items in lists_of_objects(answer):
        one = outside_lists(items[0])
        field, wrong = _first(one, _ERROR_FIELDS), _first(one, _ERROR_MESSAGES)
        if field and wrong and field != wrong:
            found["fields"] = {"items": pointer, "field": field, "message": wrong}
            break
    return found or None


def request_errors(request: Exchange, recorded: Sequence[Exchange]) -> Mapping[str, Any] | None:
    """Where a request's refusals say why, when the recording has one."""
    refused = [
        one
        for one in recorded
        if (one.method, one.url.path) == (request.method, request.url.path) and 400 <= one.status <= 499
    ]
    found: list[Mapping[str, Any]] = [errors for one in refused if (errors := errors_of(one.answer))]
    return max(found, key=len, default=None)


def _first(columns: Mapping[str, Any], names: Sequence[str]) -> str | None:
    """The pointer whose key is the first of these names; of several with that key, the first."""
    by_name = {last_key(pointer).lower(): pointer for pointer in reversed(list(columns))}
    return next((by_name[name] for name in names if name in by_name), None)
