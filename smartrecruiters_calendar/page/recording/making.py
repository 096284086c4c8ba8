"""Makes a profile of a recording: finds Save, the token, Load Resources and the list, and describes them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import httpx
from pydantic import JsonValue, ValidationError

from smartrecruiters_calendar.page.address import same_origin
from smartrecruiters_calendar.page.channel import Credentials
from smartrecruiters_calendar.page.profile import Profile
from smartrecruiters_calendar.page.recording.answer_shapes import USUAL, request_errors
from smartrecruiters_calendar.page.recording.copying import Choices, Copying
from smartrecruiters_calendar.page.recording.documents import refused
from smartrecruiters_calendar.page.recording.exchange import Exchange
from smartrecruiters_calendar.page.recording.load_request import load_after
from smartrecruiters_calendar.page.recording.private import leaked, private_values
from smartrecruiters_calendar.page.recording.profile_text import as_yaml
from smartrecruiters_calendar.page.recording.settings_page import (
    USUAL_SIGN_INS,
    accepted_save,
    opened_tab,
    placeholder,
    saved_fields,
    sign_in_paths,
)
from smartrecruiters_calendar.page.recording.tokens import PLACEHOLDER, TokenUse, token_use


@dataclass(frozen=True)
class RecordingInput:
    typed: Credentials
    address: httpx.URL | None = None
    """The page's address as the stack configures it; default: the host that Save went to."""
    room: str | None = None
    """Name or address of a room that the list showed."""
    choices: Choices = field(default_factory=Choices)
    """Values that may be copied although they look private, or may be left out."""


@dataclass(frozen=True)
class MadeProfile:
    profile: Profile
    text: str
    notes: tuple[str, ...]
    """What the recording did not show, in sentences without full stops."""


def make_profile(recorded: Sequence[Exchange], given: RecordingInput, today: date) -> MadeProfile:
    """Describe a recorded page.

    Raises:
        Stopped: something is missing, or something private would get into the profile.
    """
    typed = given.typed
    save = accepted_save(recorded, typed)
    base = given.address or save.url.copy_with(raw_path=b"/")
    here = [one for one in recorded if _is_under(one.url, base)]
    if save not in here:
        raise refused(
            f"Save went to {save.url.host}, which is not under the address {base}. Give the address that the page is "
            "opened at; if the page and its Save are on two hosts, a profile cannot describe it: use the channel "
            "browser or hand-off."
        )
    copying = Copying(base, given.choices)
    load = load_after(save, here, copying, given.room)
    values = (typed.client_id, typed.client_secret.get_secret_value(), typed.tenant_id)
    tab = opened_tab(save, here)
    save_token = token_use(save, here[: here.index(save)], values, "Save")
    load_token = token_use(load.began, here[: here.index(load.began)], values, "Load Resources")
    other_headers = sorted(save_token.other_headers | load_token.other_headers)
    notes = [*load.notes, *(f"the page also sends the header {name}, which is left out" for name in other_headers)]
    sign_in = sign_in_paths(here, base)
    if not sign_in:
        notes.append("nobody was signed out in the recording: where the sign-in is (signedOut) is a guess")
    document: dict[str, Any] = {
        "version": 1,
        "describes": f"The tab at {base.host}, recorded by its page's own requests; profile made on {today}",
        "settingsPage": copying.path(tab.url, "The tab's address"),
        "signedOut": {"redirectsTo": sign_in or USUAL_SIGN_INS, "statuses": [401]},
    }
    if anti_forgery := _anti_forgery((save_token, load_token), tab, copying):
        document["antiForgery"] = anti_forgery
    if shown := saved_fields(here, typed, tab, copying):
        document["savedFields"] = shown
    save_errors, load_errors = request_errors(save, here), request_errors(load.began, here)
    if save_errors is None:
        notes.append("Save was not refused in the recording: where a refusal says why is a guess")
    document["save"] = {**_request(save, save_token, copying, typed, "Save"), "errors": save_errors or USUAL}
    document["loadResources"] = {
        **_request(load.began, load_token, copying, typed, "Load Resources"),
        **({"job": dict(load.job)} if load.job else {}),
        "rooms": dict(load.rooms),
        "errors": load_errors or USUAL,
    }
    try:
        profile = Profile.model_validate(document)
    except ValidationError as error:
        wrong = "; ".join(detail["msg"] for detail in error.errors(include_url=False, include_input=False))
        raise refused(
            f"The recorded page cannot be described by a profile ({wrong}): use the channel browser or hand-off."
        ) from None
    text = as_yaml(document, notes)
    if what := leaked(text, private_values(recorded, typed.client_secret)):
        raise refused(
            f"The profile would hold the value of {what}, so it was not written. The page puts private values where a "
            "profile cannot leave them out: use the channel browser or hand-off."
        )
    return MadeProfile(profile, text, tuple(notes))


def _is_under(url: httpx.URL, base: httpx.URL) -> bool:
    path = base.path.rstrip("/")
    return same_origin(url, base) and (url.path == path or url.path.startswith(f"{path}/"))


def _request(one: Exchange, token: TokenUse, copying: Copying, typed: Credentials, what: str) -> dict[str, Any]:
    if "authorization" in one.request_headers:
        raise refused(
            f"{what} proves who is signed in by an Authorization header, not by the session's cookies, and the channel "
            "page-requests has only those: use the channel browser or hand-off."
        )

    def replaced(pointer: str, text: str) -> str | None:
        return PLACEHOLDER if pointer in token.places else placeholder(text, typed)

    described: dict[str, Any] = {"method": one.method, "path": copying.path(one.url, what)}
    if headers := token.header_templates(one):
        described["headers"] = headers
    body: JsonValue = copying.body(one.sent, replaced, what)
    if body is not None:
        described["form" if one.is_form else "jsonBody"] = body
    return {**described, "accepted": [one.status]}


def _anti_forgery(uses: Sequence[TokenUse], tab: Exchange, copying: Copying) -> dict[str, Any] | None:
    source = next((use.source for use in uses if use.source), None)
    if source is None:
        return None
    elsewhere = source.page is not None and source.page.url != tab.url
    on = {"page": copying.path(source.page.url, "The token's page")} if elsewhere and source.page else {}
    return {**on, "token": dict(source.locator)}
