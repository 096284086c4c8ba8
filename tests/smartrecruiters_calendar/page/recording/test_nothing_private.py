"""Whatever a recording holds: no cookie, token, password or secret of it is told by profile or refusal."""

import string
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import SecretStr

from smartrecruiters_calendar.outcome import Stopped
from smartrecruiters_calendar.page.channel import Credentials
from smartrecruiters_calendar.page.recording.copying import Choices
from smartrecruiters_calendar.page.recording.making import RecordingInput, make_profile
from smartrecruiters_calendar.page.recording.private import is_harmless
from tests.smartrecruiters_calendar.page.recording.pages import (
    COOKIE,
    FIELDS,
    ROOMS,
    SECRET,
    TAB,
    TOKEN,
    TYPED,
    exchange,
    load,
    recording,
    save,
    tab,
)

PRIVATE = st.text(string.ascii_letters + string.digits + "-_.~", min_size=12, max_size=40).filter(
    lambda text: any(c.isdigit() for c in text) and not is_harmless(text)
)
TELLING = ("token", "access_token", "csrf", "X-Session", "password", "apiKey", "nonce", "auth")
NAMES = st.sampled_from([*TELLING, "id", "sid"])

Entries = list[dict[str, Any]]


def at(entries: Entries, method: str) -> int:
    """Where the tab (GET), Save (PUT) or the load (the last POST) stands; other entries come and go around them."""
    found = [number for number, one in enumerate(entries) if one["request"]["method"] == method]
    return found[-1]


def with_cookie(entries: Entries, name: str, value: str) -> None:
    for one in entries:
        one["request"]["headers"].append({"name": "cookie", "value": f"session={COOKIE}; {name}={value}"})


def with_set_cookie(entries: Entries, name: str, value: str) -> None:
    entries[0]["response"]["headers"].append({"name": "Set-Cookie", "value": f"{name}={value}; Path=/; Secure"})


def with_listed_cookie(entries: Entries, name: str, value: str) -> None:
    entries[-1]["request"]["cookies"].append({"name": name, "value": value})


def with_sign_in(entries: Entries, name: str, value: str) -> None:
    entries.insert(0, exchange("POST", "/login", status=302, data={"user": "ann", "password": value}))


def with_token_answer(entries: Entries, name: str, value: str) -> None:
    entries.insert(0, exchange("GET", "/api/me", answer={"access_token": value, "user": {"sessionToken": value}}))


def with_token_in_address(entries: Entries, name: str, value: str) -> None:
    entries.insert(1, exchange("GET", f"/welcome?token={value}", html="<p>Hello</p>"))


def with_token_in_the_tabs_address(entries: Entries, name: str, value: str) -> None:
    entries[at(entries, "GET")] = exchange(
        "GET", f"{TAB}?session={value}", html=f'<meta name="csrf-token" content="{TOKEN}">'
    )


def with_header(entries: Entries, name: str, value: str) -> None:
    entries[-1]["request"]["headers"].append({"name": "X-Company-Key", "value": value})


def with_authorization(entries: Entries, name: str, value: str) -> None:
    entries.insert(1, exchange("POST", "/api/events", headers={"Authorization": f"Bearer {value}"}, json={}))


def with_authorized_save(entries: Entries, name: str, value: str) -> None:
    entries[at(entries, "PUT")]["request"]["headers"].append({"name": "Authorization", "value": f"Bearer {value}"})


def with_body_constant(entries: Entries, name: str, value: str) -> None:
    entries[at(entries, "PUT")] = save(json={**FIELDS, name: value})


def with_hidden_token(entries: Entries, name: str, value: str) -> None:
    html = f'<meta name="csrf-token" content="{TOKEN}"><input type="hidden" name="{name}" value="{value}">'
    entries[at(entries, "GET")] = tab(html)
    entries[at(entries, "PUT")] = save(json={**FIELDS, name: value})


def with_cookie_in_the_path(entries: Entries, name: str, value: str) -> None:
    entries[-1] = exchange("POST", f"/s/{value}/load", answer={"rooms": ROOMS}, headers={"X-CSRF-Token": TOKEN})
    with_cookie(entries, name, value)


def with_authorization_in_the_path(entries: Entries, name: str, value: str) -> None:
    with_authorization(entries, name, value)
    entries[-1] = exchange("POST", f"/s/{value}/load", answer={"rooms": ROOMS}, headers={"X-CSRF-Token": TOKEN})


def with_token_as_a_key(entries: Entries, name: str, value: str) -> None:
    entries[-1] = load(answer={value: ROOMS})
    with_cookie(entries, name, value)


PLACES = [value for key, value in sorted(globals().items()) if key.startswith("with_")]


def told(entries: Entries, typed: Credentials, keep: Sequence[str]) -> str:
    """Everything that a person or a log could come to see."""
    recorded = recording(entries)
    try:
        made = make_profile(recorded, RecordingInput(typed, choices=Choices(frozenset(keep))), date(2026, 11, 25))
    except Stopped as refused:
        return f"{refused} {refused!r} {recorded!r}"
    return f"{made.text} {made.notes} {made!r} {recorded!r}"


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
def test_the_places_are_really_in_the_recording(place: Any) -> None:
    entries = [tab(), save(), load()]
    place(entries, "token", "s0me-Private_value.1")
    assert "s0me-Private_value.1" in str(entries) or place is with_token_answer


@given(
    st.lists(st.tuples(st.sampled_from(PLACES), NAMES, PRIVATE), min_size=1, max_size=3, unique_by=lambda one: one[2]),
    PRIVATE,
    st.booleans(),
)
def test_nothing_private_of_a_recording_is_ever_told(
    put: list[tuple[Any, str, str]], secret: str, everything_kept: bool
) -> None:
    entries = [tab(), save(), load()]
    for place, name, value in put:
        place(entries, name, value)
    typed = Credentials(TYPED.client_id, SecretStr(secret), TYPED.tenant_id)
    for one in entries:
        if "postData" in one["request"]:
            one["request"]["postData"]["text"] = one["request"]["postData"]["text"].replace(SECRET, secret)
    # A value that no name calls private is the person's to judge, who keeps it by its place.
    by_name = (with_body_constant, with_hidden_token)
    values = [value for place, name, value in put if place not in by_name or name in TELLING or not everything_kept]
    assume(all(a == b or a not in b for a in [*values, secret] for b in (TAB, TYPED.client_id, "acme")))
    text = told(entries, typed, [f"/{name}" for _, name, _ in put] if everything_kept else [])
    for private in (*values, secret, TOKEN, COOKIE):
        assert private not in text


def test_a_value_that_looks_like_a_word_is_harmless_and_what_does_not_is_not() -> None:
    for word in ("OFFICE_365", "office365", "microsoft", "en-US", "v1", "2", "A b", "", True, None, 365):
        assert is_harmless(word)
    for other in (
        "0f6a1c52-3b0e-4d7c-a1c4-5d2e8b9f1001",
        TOKEN,
        COOKIE,
        SECRET,
        "eyJhbGciOi.eyJzdWIi",
        "x" * 61,
        10**9,
    ):
        assert not is_harmless(other)
