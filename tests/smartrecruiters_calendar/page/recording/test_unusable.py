"""Recordings of which no profile can be made: each is refused with what is missing and how to record again."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.page.recording import har
from tests.smartrecruiters_calendar.page.recording.pages import (
    FIELDS,
    HOST,
    ROOMS,
    TAB,
    exchange,
    load,
    made,
    save,
    tab,
)

refuses = partial(pytest.raises, Stopped, check=lambda stopped: stopped.reason is Reason.RECORDING_REFUSED)

NO_STATE = [
    load(answer={"id": 4711}),
    exchange("GET", f"{TAB}/load/4711", answer={"percent": 10}),
    exchange("GET", f"{TAB}/load/4711", answer={"percent": 10, "rooms": ROOMS}),
]


@pytest.mark.parametrize(
    ("entries", "hints"),
    [
        ([tab(), load()], ["Client ID and Client Secret and Tenant ID are missing", "the tab is reloaded"]),
        ([tab(), save(json={**FIELDS, "clientSecret": "encrypted"})], ["Client Secret is missing", "exactly what was"]),
        ([tab(), save(json=None, data=FIELDS, files={"f": b"x"}), load()], ["multipart form", "browser"]),
        ([tab(), save(status=422, answer={"code": "X"}), load()], ["answered 422 to Save", "Record again"]),
        ([tab(), save()], ["list of rooms as JSON", "working credentials", "browser"]),
        ([tab(), load(), save()], ["No answer after Save"]),
        ([tab(), save(), load(answer={"rooms": [{"name": "Boardroom"}]})], ["e-mail address"]),
        ([save(), load()], ["tab itself being opened", "reload"]),
        ([tab(""), save(), load()], ["header x-csrf-token", "sensitive data"]),
        (
            [tab(), save(headers={"Authorization": "Bearer abc.def.ghi"}), load()],
            ["an Authorization header", "hand-off"],
        ),
        ([tab(), save(), *NO_STATE], ["no text in its answers distinguishes"]),
    ],
)
def test_what_is_missing_is_told(entries: list[dict[str, Any]], hints: list[str]) -> None:
    with refuses() as refused:
        made(*entries)
    for hint in hints:
        assert hint in str(refused.value)


def test_a_save_at_another_host_is_told() -> None:
    with refuses(match=r"Save went to acme\.smartrecruiters\.example"):
        made(tab(), save(), load(), address=httpx.URL("https://elsewhere.example"))
    with refuses(match="tab itself"):
        made(exchange("GET", TAB, html="", host="https://www.elsewhere.example"), save(), load())


def test_a_room_that_no_list_shows_is_told() -> None:
    with refuses(match="with 'Attic'"):
        made(tab(), save(), load(), room="Attic")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"log": {}}', '{"log": {"entries": {}}}', "\ufeff", "\x00"])
def test_what_is_no_har_is_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "recording.har"
    path.touch(mode=0o600)
    path.write_text(text)
    with refuses(match="not a HAR recording"):
        har.read(path)


@pytest.mark.parametrize(
    "entries", [[], [None], [{}], [{"request": {"method": "GET", "url": "data:,x"}, "response": {"status": 200}}]]
)
def test_a_har_without_requests_is_told(tmp_path: Path, entries: list[Any]) -> None:
    path = tmp_path / "recording.har"
    path.touch(mode=0o600)
    path.write_text(json.dumps({"log": {"entries": entries}}))
    with refuses(match="holds no request"):
        har.read(path)


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    with refuses(match="There is no recording"):
        har.read(tmp_path / "none.har")
    tmp_path.chmod(0o700)
    with refuses(match="cannot be read"):
        har.read(tmp_path)


@pytest.mark.parametrize("mode", [0o644, 0o620, 0o604])
def test_a_recording_that_others_may_read_is_refused_before_it_is_read(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "recording.har"
    path.write_text("never read")
    path.chmod(mode)
    with refuses(match=f"chmod 600 {path}"):
        har.read(path)


def test_a_recording_in_the_checkout_is_never_committed() -> None:
    assert "*.har" in (Path(__file__).resolve().parents[4] / ".gitignore").read_text(encoding="utf-8").splitlines()


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["request", "response", "url", "method", "status", "content", "text", "headers"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.lists(ANYTHING, max_size=4))
def test_no_file_is_too_broken_to_be_refused_in_words(entries: list[Any]) -> None:
    good = [tab(), save(), load()]
    for one in (entries, [*entries, *good]):
        try:
            read = har.exchanges({"log": {"entries": one}})
        except Stopped:
            assert one is entries
        else:
            assert all(isinstance(exchange.url, httpx.URL) for exchange in read)


def test_the_host_of_every_kept_exchange_is_one_of_the_web() -> None:
    odd = [
        exchange("GET", "/"),
        {"request": {"method": "GET", "url": "chrome-extension://abc/x"}, "response": {"status": 0}},
        {"request": {"method": "GET", "url": "https://host:port/"}, "response": {"status": 200}},
    ]
    assert [str(one.url) for one in har.exchanges({"log": {"entries": odd}})] == [f"{HOST}/"]
