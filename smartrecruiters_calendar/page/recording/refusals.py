"""Reads off a recorded refusal where the page says why: a code, a sentence, errors of single fields."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic import JsonValue

from smartrecruiters_calendar.page.recording.documents import last_key, lists_of_objects, outside_lists
from smartrecruiters_calendar.page.recording.har import Exchange

USUAL: Final[Mapping[str, Any]] = {"code": "/code", "message": "/message"}
"""The form of errors that SmartRecruiters documents for its public API, for pages that were not seen to refuse."""

_CODES: Final = ("code", "errorcode", "error_code", "error")
_MESSAGES: Final = ("message", "errormessage", "error_message", "error_description", "detail", "description", "title")
_FIELDS: Final = ("field", "fieldname", "property", "path", "name")


def errors_of(answer: JsonValue) -> dict[str, Any] | None:
    """The profile's `errors` for a refusal; None when nothing in it is recognised."""
    columns = outside_lists(answer)
    code, message = _first(columns, _CODES), _first(columns, _MESSAGES)
    found: dict[str, Any] = {} if code is None else {"code": code}
    if message is not None and message != code:
        found["message"] = message
    for pointer, items in lists_of_objects(answer):
        one = outside_lists(items[0])
        field, wrong = _first(one, _FIELDS), _first(one, _MESSAGES)
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


def _first(columns: Mapping[str, str], names: Sequence[str]) -> str | None:
    by_name: dict[str, str] = {}
    for pointer in columns:
        by_name.setdefault(last_key(pointer).lower(), pointer)
    return next((by_name[name] for name in names if name in by_name), None)
