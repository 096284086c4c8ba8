"""Recordings of pages of different makes: what each sends when a person saves and loads."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import httpx
from pydantic import SecretStr

from smartrecruiters_calendar.page.channel import Credentials
from smartrecruiters_calendar.page.recording import har
from smartrecruiters_calendar.page.recording.copying import Choices
from smartrecruiters_calendar.page.recording.exchange import Exchange
from smartrecruiters_calendar.page.recording.making import MadeProfile, RecordingInput, make_profile
from tests.smartrecruiters_calendar.page.recording import har_files

HOST = "https://acme.smartrecruiters.example"
SECRET = "Xy8~not.a-real_secret0123456789abcdefghij"
TYPED = Credentials("0f6a1c52-3b0e-4d7c-a1c4-5d2e8b9f1001", SecretStr(SECRET), "acme.onmicrosoft.com")
TOKEN = "kZ0pT3csrfTokenOfThisSession9"
COOKIE = "s3ss10nC00kieValue0fThisPerson"
FIELDS = {"clientId": TYPED.client_id, "clientSecret": SECRET, "tenantId": TYPED.tenant_id}
ROOMS = [
    {"name": "Boardroom", "email": "boardroom@acme.example", "type": "MEETING_ROOM"},
    {"name": "Projector", "email": "projector@acme.example", "type": "EQUIPMENT"},
]
TAB = "/settings/calendars/microsoft"


def exchange(
    method: str,
    path: str,
    *,
    status: int = 200,
    answer: Any = None,
    html: str | None = None,
    headers: dict[str, str] | None = None,
    host: str = HOST,
    set_cookie: str | None = None,
    **sent: Any,
) -> dict[str, Any]:
    """One entry; `sent` is httpx's `json`, `data` or `files`."""
    request = httpx.Request(
        method, f"{host}{path}", headers={"Cookie": f"session={COOKIE}", "User-Agent": "x", **(headers or {})}, **sent
    )
    request.read()
    if html is not None:
        response = httpx.Response(status, html=html)
    elif answer is not None:
        response = httpx.Response(status, json=answer)
    else:
        response = httpx.Response(status)
    if set_cookie:
        response.headers["Set-Cookie"] = set_cookie
    return har_files.entry(request, response, har_files.BEGAN)


def tab(html: str = f'<meta name="csrf-token" content="{TOKEN}">', path: str = TAB) -> dict[str, Any]:
    return exchange("GET", path, html=f"<html>{html}</html>")


def save(**changes: Any) -> dict[str, Any]:
    how: dict[str, Any] = {"json": FIELDS, "answer": {"saved": True}, "headers": {"X-CSRF-Token": TOKEN}, **changes}
    return exchange("PUT", TAB, **how)


def load(**changes: Any) -> dict[str, Any]:
    how: dict[str, Any] = {"answer": {"rooms": ROOMS}, "headers": {"X-CSRF-Token": TOKEN}, **changes}
    return exchange("POST", f"{TAB}/load", **how)


def recording(entries: Sequence[dict[str, Any]]) -> list[Exchange]:
    for number, one in enumerate(entries):
        one["startedDateTime"] = (har_files.BEGAN + timedelta(seconds=number)).isoformat()
    return har.exchanges(har_files.har(entries))


def made(*entries: dict[str, Any], keep: Sequence[str] = (), leave_out: Sequence[str] = (), **said: Any) -> MadeProfile:
    choices = Choices(frozenset(keep), frozenset(leave_out))
    return make_profile(recording(entries), RecordingInput(TYPED, choices=choices, **said), date(2026, 11, 25))
