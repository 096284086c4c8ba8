"""What an answer of the settings page means: success, a named refusal, a page that changed, or no usable answer.

Only reads answers; sends nothing. What the page says is quoted on one line, shortened, and without the secret.
"""

import ssl
from dataclasses import dataclass
from typing import Final

import httpx
from pydantic import JsonValue, SecretStr

from smartrecruiters_calendar.entra import patience
from smartrecruiters_calendar.entra.bodies import Unusable, json_in
from smartrecruiters_calendar.page.channel import Busy, ChannelFailure, LoadedRoom, PageChanged, Refused, Unreachable
from smartrecruiters_calendar.page.echo import repeats
from smartrecruiters_calendar.page.json_pointer import at, text_at
from smartrecruiters_calendar.page.profile import Confirmation, Errors, FieldErrors, Rooms

MASK: Final = "********"

_LONGEST_QUOTE: Final = 300
_REFUSALS: Final = frozenset({400, 403, 409, 422})


def quoted(text: str, secret: SecretStr | None = None) -> str:
    """What a page says, for a message or a log: on one line, shortened, and without the secret in any form."""
    if secret:
        text = text.replace(secret.get_secret_value(), MASK)
        if repeats(text, secret):
            return f"{MASK} (left out, since it repeats the secret)"
    words = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return words if len(words) <= _LONGEST_QUOTE else words[: _LONGEST_QUOTE - 1] + "…"


def no_answer(url: httpx.URL, error: httpx.RequestError, *, in_doubt: bool = False) -> Unreachable:
    """The failure to raise when no answer came; `in_doubt`: the request was a *Save* that may have arrived."""
    if is_about_certificates(error):
        cause = "its certificate is not trusted here; SSL_CERT_FILE may name the roots to trust"
    else:
        cause = f"{error or 'no reason given'} ({type(error).__name__})"
    doubt = " Whether the credentials were saved is unknown." if in_doubt else ""
    return Unreachable(f"SmartRecruiters at {url.host} did not answer: {cause}.{doubt}", may_have_been_saved=in_doubt)


def is_about_certificates(error: BaseException | None) -> bool:
    """Whether a certificate that could not be verified is the root cause."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


@dataclass(frozen=True)
class Step:
    what: str
    """In words, e.g. `Save`."""
    errors: Errors
    saving: bool = False
    """Whether the request could have changed which credentials SmartRecruiters holds."""
    secret: SecretStr | None = None
    """Must not be quoted, should the page repeat it."""


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
            answer: JsonValue = json_in(response)
        except Unusable:
            answer = None
        return refused(answer, step, "forbidden" if status == httpx.codes.FORBIDDEN else f"{slug(step.what)}-refused")
    return PageChanged(
        f"SmartRecruiters answered {status} to {step.what} at {response.url.path}, which the profile does not know. "
        "The page may have changed.",
        may_have_been_saved=step.saving and not response.is_client_error,
    )


def refused(answer: JsonValue, step: Step, fallback: str) -> Refused | Unreachable:
    """A refusal in the page's own words; `fallback` is the reason when the page gives no code.

    `Busy` when the page's code is one that the profile lists as temporary (`passing`).
    """
    code, message = text_at(answer, step.errors.code), text_at(answer, step.errors.message)
    fields = {
        quoted(name, step.secret): quoted(wrong, step.secret)
        for name, wrong in _field_errors(answer, step.errors.fields).items()
    }
    said = quoted(message, step.secret) if message else "it gave no reason."
    named = "; ".join(f"{name}: {wrong}" for name, wrong in fields.items())
    if code in step.errors.passing:
        return Busy(f"SmartRecruiters could not do {step.what} now: {said} Try again later.")
    sentence = f"SmartRecruiters refused {step.what}: {said}" + (f" ({named})" if named else "")
    if not code or (step.secret and repeats(code, step.secret)):
        return Refused(fallback, sentence, fields)
    return Refused(slug(code), sentence, fields)


def _field_errors(answer: JsonValue, places: FieldErrors | None) -> dict[str, str]:
    if places is None:
        return {}
    try:
        listed = at(answer, places.items)
    except LookupError:
        return {}
    if isinstance(listed, dict):
        return {name: str(wrong) for name, wrong in listed.items()}
    items = listed if isinstance(listed, list) else []
    pairs = [(text_at(one, places.field), text_at(one, places.message)) for one in items]
    return {name: wrong for name, wrong in pairs if name and wrong}


def not_there(looked_for: str, *, may_have_been_saved: bool = False) -> PageChanged:
    return PageChanged(
        f"SmartRecruiters' answer lacks {looked_for}. The page may have changed.",
        may_have_been_saved=may_have_been_saved,
    )


def json_of(response: httpx.Response, what: str, *, may_have_been_saved: bool = False) -> JsonValue:
    """The answer as JSON; raises `PageChanged` when it is something else."""
    try:
        document: JsonValue = json_in(response)
    except Unusable:
        raise not_there(f"JSON for {what}", may_have_been_saved=may_have_been_saved) from None
    return document


def confirms(answer: JsonValue, confirmation: Confirmation) -> bool:
    try:
        value = at(answer, confirmation.pointer)
    except LookupError:
        return False
    return type(value) is type(confirmation.equals) and value == confirmation.equals


def rooms_in(answer: JsonValue, places: Rooms) -> list[LoadedRoom]:
    """The loaded resources, in order; raises `PageChanged` without a list, or for an item without name or address."""
    try:
        items = at(answer, places.items)
    except LookupError:
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
    return patience.retry_after(response.headers.get("Retry-After"), response.headers.get("Date"))


def slug(text: str) -> str:
    """A page's code or a step's name as a reason: `VALIDATION_ERROR` -> `validation-error`."""
    return "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in text.lower()).split())
