"""Reads the settings page off a recording: *Save*, the tab it was sent from, its sign-in, where it shows what is saved.

*Save* is the request that carries what the person typed into the three fields.
"""

from collections.abc import Sequence
from typing import Any, Final

import httpx

from smartrecruiters_calendar.outcome import Stopped
from smartrecruiters_calendar.page.channel import Credentials
from smartrecruiters_calendar.page.markup import named_values
from smartrecruiters_calendar.page.recording.copying import Copying
from smartrecruiters_calendar.page.recording.documents import outside_lists, refused, texts
from smartrecruiters_calendar.page.recording.exchange import Exchange
from smartrecruiters_calendar.page.sign_in_paths import sign_in_part

USUAL_SIGN_INS: Final = ("/account/sign-in", "/sign-in", "/signin", "/login", "/sso", "/web-sso")
"""Where many pages sign people in, for recordings in which nobody was signed out."""

_FIELDS: Final = {"{clientId}": "Client ID", "{clientSecret}": "Client Secret", "{tenantId}": "Tenant ID"}


def placeholder(text: str, typed: Credentials) -> str | None:
    """The placeholder of a profile that stands for a text; None: it is not one of the three typed values."""
    text = text.strip()
    if text == typed.client_secret.get_secret_value():
        return "{clientSecret}"
    return {typed.client_id.casefold(): "{clientId}", typed.tenant_id.casefold(): "{tenantId}"}.get(text.casefold())


def accepted_save(recorded: Sequence[Exchange], typed: Credentials) -> Exchange:
    """The last Save that the page accepted.

    Raises:
        Stopped: no request carries all three values in a way that a profile can describe, or the page refused.
    """
    sent = [one for one in recorded if one.method in ("POST", "PUT", "PATCH")]
    whole = [one for one in sent if len(_carried(one, typed)) == len(_FIELDS)]
    accepted = [one for one in whole if one.succeeded]
    if accepted:
        return accepted[-1]
    if whole:
        raise refused(
            f"The page answered {whole[-1].status} to Save: it did not accept what was typed. Record again with "
            "values that it accepts."
        )
    if any(one.sent_type.startswith("multipart/") for one in sent):
        raise refused(
            "No request carries the three typed values as JSON or as a plain form, and one sends a multipart form, "
            "which a profile cannot describe: use the channel browser or hand-off."
        )
    best = max((_carried(one, typed) for one in sent), key=len, default=frozenset())
    missing = [name for mark, name in _FIELDS.items() if mark not in best]
    raise refused(
        f"No request carries the three typed values: {' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} "
        "missing. Give exactly what was typed into the fields, and record again: open the tab, type all three values, "
        "press Save, press Load Resources, and wait for the list. A HAR file has to begin before the tab is reloaded, "
        "and to be saved with content."
    )


def _carried(one: Exchange, typed: Credentials) -> frozenset[str]:
    return frozenset(found for _, text in texts(one.sent) if (found := placeholder(text, typed)))


def opened_tab(save: Exchange, here: Sequence[Exchange]) -> Exchange:
    """The page that Save was sent from: the one its Referer names, else the last that opened before.

    Raises:
        Stopped: no page was opened before Save.
    """
    pages = [one for one in here[: here.index(save)] if one.is_page]
    if not pages:
        raise refused(
            "The recording does not show the tab itself being opened. Record again: start the recording, reload the "
            "tab MSFT Office 365 Integration, then save and load."
        )
    referer = save.request_headers.get("referer", "").partition("#")[0]
    return next((one for one in reversed(pages) if str(one.url).partition("#")[0] == referer), pages[-1])


def sign_in_paths(here: Sequence[Exchange], base: httpx.URL) -> list[str]:
    """Beginnings of the paths, after the page's address, at which somebody was asked to sign in."""
    found = (sign_in_part(one.url.path.removeprefix(base.path.rstrip("/"))) for one in here if one.method == "GET")
    return sorted({part for part in found if part})


def saved_fields(
    here: Sequence[Exchange], typed: Credentials, tab: Exchange, copying: Copying
) -> dict[str, Any] | None:
    """The profile's `savedFields`: where an answer shows both fields; the latest wins. None when none does."""
    for one in reversed(here):
        if one.method != "GET" or not one.succeeded:
            continue
        client_id, tenant_id = (_shown(one, value.casefold()) for value in (typed.client_id, typed.tenant_id))
        if client_id and tenant_id:
            try:
                on = {} if one.url == tab.url else {"page": copying.path(one.url, "The saved fields' page")}
            except Stopped:  # its address may be private; the profile can do without
                continue
            return {**on, "clientId": client_id, "tenantId": tenant_id}
    return None


def _shown(one: Exchange, value: str) -> dict[str, str] | None:
    if "html" in one.media_type:
        inputs = named_values(one.text).inputs.items()
        return next(({"inputName": name} for name, shown in inputs if shown.casefold() == value), None)
    places = outside_lists(one.answer).items()
    return next(({"jsonPointer": pointer} for pointer, shown in places if shown.casefold() == value), None)
