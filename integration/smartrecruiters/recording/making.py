"""Makes a profile of a recording: finds Save, the token, Load Resources and the list, and describes them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import httpx
from pydantic import JsonValue, ValidationError

from integration.smartrecruiters.address import same_origin
from integration.smartrecruiters.channel import Credentials
from integration.smartrecruiters.markup import named_values
from integration.smartrecruiters.profile import Profile
from integration.smartrecruiters.recording.copying import NO_CHOICES, Choices, Copying
from integration.smartrecruiters.recording.documents import outside_lists, texts
from integration.smartrecruiters.recording.har import Exchange
from integration.smartrecruiters.recording.load_request import Load, load_after
from integration.smartrecruiters.recording.private import leaked, private_values
from integration.smartrecruiters.recording.profile_text import as_yaml
from integration.smartrecruiters.recording.refusals import USUAL, request_errors
from integration.smartrecruiters.recording.refused import RecordingRefused
from integration.smartrecruiters.recording.tokens import PLACEHOLDER, TokenUse, token_use

_SIGN_IN: Final = re.compile(r"/(sign-?in|log-?in|sso|saml2?|session-expired)(?=/|$)", re.IGNORECASE)
_USUAL_SIGN_INS: Final = ("/sign-in", "/signin", "/login", "/sso")


@dataclass(frozen=True)
class Wanted:
    """What the person who recorded says about the recording."""

    typed: Credentials
    """What was typed into the three fields."""
    address: httpx.URL | None = None
    """The page's address as the stack configures it; default: the host that Save went to."""
    room: str | None = None
    """Name or address of a room that the list showed."""
    choices: Choices = NO_CHOICES
    """Values that may be copied although they look private, or are not needed."""


@dataclass(frozen=True)
class MadeProfile:
    """A profile, ready to be reviewed."""

    profile: Profile
    text: str
    """The commented YAML file."""
    notes: tuple[str, ...]
    """What the recording did not show, in sentences without full stops."""


def made_of(recorded: Sequence[Exchange], wanted: Wanted, today: date) -> MadeProfile:
    """The profile of a recording.

    Args:
        recorded: Everything the browser recorded, in order.
        wanted: What the person says about it.
        today: For the line that says when it was made.

    Raises:
        RecordingRefused: something is missing, or something private would get into the profile.
    """
    typed = wanted.typed
    save = _save(recorded, wanted)
    base = wanted.address or save.url.copy_with(raw_path=b"/")
    here = [one for one in recorded if _is_under(one.url, base)]
    if save not in here:
        raise RecordingRefused(
            f"Save went to {save.url.host}, which is not under the address {base}. Give the address that the page is "
            "opened at; if the page and its Save are on two hosts, a profile cannot describe it: use the channel "
            "browser or hand-off."
        )
    copying = Copying(wanted.choices)
    load = load_after(save, here, copying, base, wanted.room)
    values = (typed.client_id, typed.client_secret, typed.tenant_id)
    page = _settings_page(save, here)
    save_token = token_use(save, here[: here.index(save)], values, "Save")
    load_token = token_use(load.began, here[: here.index(load.began)], values, "Load Resources")
    notes = [*load.notes, *_notes_on_headers(save_token, load_token)]
    sign_in = _sign_in_paths(here, base)
    if not sign_in:
        notes.append("nobody was signed out in the recording: where the sign-in is (signedOut) is a guess")
    document: dict[str, Any] = {
        "version": 1,
        "describes": f"The tab at {base.host}, recorded by its page's own requests; profile made on {today}",
        "settingsPage": copying.path(page.url, base, "The tab's address"),
        "signedOut": {"redirectsTo": sign_in or _USUAL_SIGN_INS, "statuses": [401]},
    }
    if anti_forgery := _anti_forgery((save_token, load_token), page, copying, base):
        document["antiForgery"] = anti_forgery
    if saved_fields := _saved_fields(here, typed, page, copying, base):
        document["savedFields"] = saved_fields
    save_errors, load_errors = request_errors(save, here), request_errors(load.began, here)
    if save_errors is None:
        notes.append("Save was not refused in the recording: where a refusal says why is a guess")
    document["save"] = {
        **_request(save, save_token, copying, base, typed, "Save"),
        "errors": save_errors or USUAL,
    }
    document["loadResources"] = _load(load, load_token, copying, base, typed, load_errors)
    try:
        profile = Profile.model_validate(document)
    except ValidationError as error:
        wrong = "; ".join(detail["msg"] for detail in error.errors(include_url=False, include_input=False))
        raise RecordingRefused(
            f"The recorded page cannot be described by a profile ({wrong}): use the channel browser or hand-off."
        ) from None
    text = as_yaml(document, notes)
    if what := leaked(text, private_values(recorded, typed.client_secret)):
        raise RecordingRefused(
            f"The profile would hold the value of {what}, so it was not written. The page puts private values where a "
            "profile cannot leave them out: use the channel browser or hand-off."
        )
    return MadeProfile(profile, text, tuple(notes))


def _is_under(url: httpx.URL, base: httpx.URL) -> bool:
    path = base.path.rstrip("/")
    return same_origin(url, base) and (url.path == path or url.path.startswith(f"{path}/"))


# Save


def _placeholder(text: str, typed: Credentials) -> str | None:
    known = {
        typed.client_id.casefold(): "{clientId}",
        typed.tenant_id.casefold(): "{tenantId}",
    }
    return "{clientSecret}" if text.strip() == typed.client_secret else known.get(text.strip().casefold())


def _carried(one: Exchange, typed: Credentials) -> set[str]:
    return {found for _, text in texts(one.sent) if (found := _placeholder(text, typed))}


def _save(recorded: Sequence[Exchange], wanted: Wanted) -> Exchange:
    """The last Save that the page accepted."""
    typed = wanted.typed
    sent = [one for one in recorded if one.method in ("POST", "PUT", "PATCH")]
    whole = [one for one in sent if len(_carried(one, typed)) == 3]
    accepted = [one for one in whole if one.succeeded]
    if accepted:
        return accepted[-1]
    if whole:
        raise RecordingRefused(
            f"The page answered {whole[-1].status} to Save: it did not accept what was typed. Record again with "
            "values that it accepts."
        )
    if any(one.sent_type.startswith("multipart/") for one in sent):
        raise RecordingRefused(
            "No request carries the three typed values as JSON or as a plain form, and one sends a multipart form, "
            "which a profile cannot describe: use the channel browser or hand-off."
        )
    parts = {"{clientId}": "Client ID", "{clientSecret}": "Client Secret", "{tenantId}": "Tenant ID"}
    best = max((_carried(one, typed) for one in sent), key=len, default=set())
    missing = [name for placeholder, name in parts.items() if placeholder not in best]
    raise RecordingRefused(
        f"No request carries the three typed values: {' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} "
        "missing. Give exactly what was typed into the fields, and record again with content: start the recording, "
        "reload the tab, type all three values, press Save, press Load Resources, wait for the list, save the HAR."
    )


def _request(
    one: Exchange, token: TokenUse, copying: Copying, base: httpx.URL, typed: Credentials, what: str
) -> dict[str, Any]:
    if authorization := one.request_headers.get("authorization"):
        scheme = authorization.partition(" ")[0] if " " in authorization else "a token"
        raise RecordingRefused(
            f"{what} proves who is signed in by an Authorization header ({scheme if scheme.isalpha() else 'a token'}), "
            "not by the session's cookies, and the channel page-requests has only those: use the channel browser or "
            "hand-off."
        )

    def replaced(pointer: str, text: str) -> str | None:
        return PLACEHOLDER if pointer in token.places else _placeholder(text, typed)

    described: dict[str, Any] = {"method": one.method, "path": copying.path(one.url, base, what)}
    if headers := token.header_templates(one):
        described["headers"] = headers
    body: JsonValue = copying.body(one.sent, replaced, what)
    if body is not None:
        described["form" if one.is_form else "jsonBody"] = body
    return {**described, "accepted": [one.status]}


def _load(
    load: Load,
    token: TokenUse,
    copying: Copying,
    base: httpx.URL,
    typed: Credentials,
    errors: Mapping[str, Any] | None,
) -> dict[str, Any]:
    described = _request(load.began, token, copying, base, typed, "Load Resources")
    if load.job is not None:
        described["job"] = dict(load.job)
    return {**described, "rooms": dict(load.rooms), "errors": errors or USUAL}


# The page


def _settings_page(save: Exchange, here: Sequence[Exchange]) -> Exchange:
    pages = [one for one in here[: here.index(save)] if one.is_page]
    if not pages:
        raise RecordingRefused(
            "The recording does not show the tab itself being opened. Record again: start the recording, reload the "
            "tab MSFT Office 365 Integration, then save and load."
        )
    referer = save.request_headers.get("referer", "").partition("#")[0]
    return next((one for one in reversed(pages) if str(one.url).partition("#")[0] == referer), pages[-1])


def _sign_in_paths(here: Sequence[Exchange], base: httpx.URL) -> list[str]:
    found = (_SIGN_IN.search(one.url.path.removeprefix(base.path.rstrip("/"))) for one in here if one.method == "GET")
    return sorted({match[0] for match in found if match and match.start() == 0})


def _anti_forgery(uses: Sequence[TokenUse], page: Exchange, copying: Copying, base: httpx.URL) -> dict[str, Any] | None:
    source = next((use.source for use in uses if use.source), None)
    if source is None:
        return None
    elsewhere = source.page is not None and source.page.url != page.url
    on = {"page": copying.path(source.page.url, base, "The token's page")} if elsewhere and source.page else {}
    return {**on, "token": dict(source.locator)}


def _saved_fields(
    here: Sequence[Exchange], typed: Credentials, page: Exchange, copying: Copying, base: httpx.URL
) -> dict[str, Any] | None:
    """Where an answer shows both fields; the latest wins. None when the recording has none."""
    for one in reversed(here):
        if one.method != "GET" or not one.succeeded:
            continue
        client_id, tenant_id = (_shown(one, value) for value in (typed.client_id, typed.tenant_id))
        if client_id and tenant_id:
            on = {} if one.url == page.url else {"page": copying.path(one.url, base, "The saved fields' page")}
            return {**on, "clientId": client_id, "tenantId": tenant_id}
    return None


def _shown(one: Exchange, value: str) -> dict[str, str] | None:
    if "html" in one.media_type:
        inputs = named_values(one.text).inputs.items()
        return next(({"inputName": name} for name, shown in inputs if shown.casefold() == value.casefold()), None)
    shown_at = outside_lists(one.answer).items()
    return next(({"jsonPointer": pointer} for pointer, shown in shown_at if shown.casefold() == value.casefold()), None)


def _notes_on_headers(*uses: TokenUse) -> list[str]:
    names = sorted({name for use in uses for name in use.other_headers})
    return [f"the page also sends the header {name}, which is left out" for name in names]
