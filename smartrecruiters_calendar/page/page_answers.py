"""What an answer of the settings page means: success, a named refusal, a page that changed, or no usable answer.

Only reads answers; sends nothing. What the page says is quoted on one line, shortened, and without the secret.
"""

from dataclasses import dataclass, field
from typing import Final

import httpx
from pydantic import JsonValue

from smartrecruiters_calendar.page.channel import (
    ChannelFailure,
    LoadedRoom,
    PageChanged,
    Refused,
    Unreachable,
)
from smartrecruiters_calendar.page.json_pointer import NothingThere, at, text_at
from smartrecruiters_calendar.page.profile import Confirmation, Errors, FieldErrors, Rooms
from smartrecruiters_calendar.page.quoting import quoted

_REFUSALS: Final = frozenset({400, 403, 409, 422})


@dataclass(frozen=True)
class Step:
    """What was being done when an answer came."""

    what: str
    """In words, e.g. `Save`."""
    errors: Errors
    """Where a refusal says why."""
    saving: bool = False
    """Whether the request could have changed which credentials SmartRecruiters holds."""
    secret: str = field(default="", repr=False)
    """Text that must not be quoted, should the page repeat it."""


def failure(response: httpx.Response, step: Step) -> ChannelFailure:
    """What an answer means that is not a success and not a signed-out page."""
    status = response.status_code
    if status == httpx.codes.TOO_MANY_REQUESTS or response.is_server_error:
        seconds = retry_after(response)
        when = f"in {seconds:g} s" if seconds else "later"
        return Unreachable(
            f"SmartRecruiters answered {status} to {step.what}: too busy or out of order. Try again {when}.",
            may_have_been_saved=step.saving and status != httpx.codes.TOO_MANY_REQUESTS,
        )
    if status in _REFUSALS:
        try:
            answer: JsonValue = response.json()
        except ValueError:
            answer = None
        return refused(answer, step, "forbidden" if status == httpx.codes.FORBIDDEN else f"{slug(step.what)}-refused")
    return PageChanged(
        f"{step.what} at {response.url.path}",
        f"SmartRecruiters answered {status} to {step.what} at {response.url.path}, which the profile does not know. "
        "The page may have changed: record the profile again.",
        may_have_been_saved=step.saving and not response.is_client_error,
    )


def refused(answer: JsonValue, step: Step, fallback: str) -> Refused | Unreachable:
    """A refusal in the page's own words; `fallback` is the reason when the page gives no code.

    `Unreachable` when the page's code is one that the profile calls passing.
    """
    code, message = text_at(answer, step.errors.code), text_at(answer, step.errors.message)
    fields = {
        quoted(name, step.secret): quoted(wrong, step.secret)
        for name, wrong in _field_errors(answer, step.errors.fields).items()
    }
    told = quoted(message, step.secret) if message else "it gave no reason."
    named = "; ".join(f"{name}: {wrong}" for name, wrong in fields.items())
    if code in step.errors.passing:
        return Unreachable(f"SmartRecruiters could not do {step.what} now: {told} Try again later.", passing=True)
    sentence = f"SmartRecruiters refused {step.what}: {told}" + (f" ({named})" if named else "")
    return Refused(slug(code) if code else fallback, sentence, fields)


def _field_errors(answer: JsonValue, places: FieldErrors | None) -> dict[str, str]:
    if places is None:
        return {}
    try:
        listed = at(answer, places.items)
    except NothingThere:
        return {}
    if isinstance(listed, dict):
        return {name: str(wrong) for name, wrong in listed.items()}
    items = listed if isinstance(listed, list) else []
    pairs = [(text_at(one, places.field), text_at(one, places.message)) for one in items]
    return {name: wrong for name, wrong in pairs if name and wrong}


def not_there(looked_for: str, *, may_have_been_saved: bool = False) -> PageChanged:
    """The answer lacks something that the profile promises."""
    return PageChanged(
        looked_for,
        f"SmartRecruiters' answer lacks {looked_for}. The page may have changed: record the profile again.",
        may_have_been_saved=may_have_been_saved,
    )


def json_of(response: httpx.Response, what: str, *, may_have_been_saved: bool = False) -> JsonValue:
    """The answer as JSON.

    Raises:
        PageChanged: it is none.
    """
    try:
        document: JsonValue = response.json()
    except ValueError:
        raise not_there(f"JSON for {what}", may_have_been_saved=may_have_been_saved) from None
    return document


def confirms(answer: JsonValue, confirmation: Confirmation) -> bool:
    """Whether the answer says what the profile calls a success."""
    try:
        value = at(answer, confirmation.pointer)
    except NothingThere:
        return False
    return type(value) is type(confirmation.equals) and value == confirmation.equals


def rooms_in(answer: JsonValue, places: Rooms) -> list[LoadedRoom]:
    """The loaded resources of an answer, in its order.

    Raises:
        PageChanged: there is no list, or an item without name or address.
    """
    try:
        items = at(answer, places.items)
    except NothingThere:
        items = None
    if not isinstance(items, list):
        raise not_there(f"the list of resources at {places.items or 'its top'}")
    rooms = []
    for item in items:
        name, address = text_at(item, places.name), text_at(item, places.address)
        if name is None or address is None:
            raise not_there(f"a name at {places.name} and an address at {places.address} in each resource")
        rooms.append(LoadedRoom(name, address, places.kinds.get(text_at(item, places.kind) or "", "unknown")))
    return rooms


def retry_after(response: httpx.Response) -> float | None:
    """`Retry-After` in seconds; None when there is none or it is a date."""
    value = str(response.headers.get("Retry-After", ""))
    return float(value) if value.isascii() and value.isdecimal() else None


def slug(text: str) -> str:
    """A page's code or a step's name as a reason: `VALIDATION_ERROR` -> `validation-error`."""
    return "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in text.lower()).split())
