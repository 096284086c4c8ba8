"""Whatever a page answers, the channel ends with a result it may claim or with a named failure, and tells no secret."""

import json

import httpx
import pytest
import stamina
from hypothesis import example, given
from hypothesis import strategies as st

from smartrecruiters_calendar.page.channel import ChannelFailure, Saved
from tests.smartrecruiters_calendar.page.fake_page import CREDENTIALS, SECRET, FakePage

TEXTS = st.one_of(st.text(max_size=20), st.just(SECRET), st.sampled_from(["DONE", "RUNNING", "FAILED", "7/8"]))
KEYS = st.sampled_from(["code", "message", "errors", "field", "status", "rooms", "name", "mail", "type", "error", "id"])
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS | TEXTS, inner, max_size=4),
    max_leaves=12,
)
ODD_BODIES = (
    b"[" * 100_000,
    b'{"rooms": ' * 100_000,
    '<meta name="csrf" content="tök">'.encode(),
    b'<meta name="csrf" content="two&#10;lines">',
    b'{"status": "DONE", "rooms": [{"name": "Board\\ud83d", "mail": "board@contoso.example"}]}',
)
BODIES = st.one_of(
    st.binary(max_size=40), st.sampled_from(ODD_BODIES), DOCUMENTS.map(lambda document: json.dumps(document).encode())
)
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "Location": st.one_of(
            st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=20),
            st.sampled_from(
                [
                    "/instance/sign-in",
                    "/instance/calendar",
                    "https://elsewhere.example/",
                    "//[",
                    "https://a:b/",
                    "https://xn--/",
                ]
            ),
        ),
        "Content-Type": st.sampled_from(
            ["application/json", "text/html", ""]
            + [f"text/html; charset={name}" for name in ("utf-8", "nonsense", "zip", "idna", "utf-16")]
        ),
        "Content-Encoding": st.sampled_from(["gzip", "identity", "unknown"]),
        "Retry-After": st.sampled_from(["0", "3", "-1", "Wed, 21 Oct 2026 07:28:00 GMT", "soon", "9" * 30]),
    },
)
ANSWERS = st.builds(
    lambda status, headers, body: (status, headers, body), st.sampled_from(range(200, 600)), HEADERS, BODIES
)


def answering(page: FakePage, place: str, answer: tuple[int, dict[str, str], bytes]) -> None:
    """The body is streamed, as from the network, so that decoding it fails where it would."""
    status, headers, body = answer

    def respond(_: httpx.Request) -> httpx.Response:
        return httpx.Response(status, headers=headers, stream=httpx.ByteStream(body))

    page.answers[place] = respond


@given(ANSWERS)
def test_save_claims_success_only_for_an_accepted_status(answer: tuple[int, dict[str, str], bytes]) -> None:
    page = FakePage()
    answering(page, "POST /instance/calendar/save", answer)
    try:
        outcome: Saved | ChannelFailure = page.channel().save(CREDENTIALS)
    except ChannelFailure as failure:
        outcome = failure
    assert isinstance(outcome, ChannelFailure) or answer[0] == 200
    assert SECRET not in str(outcome) + repr(vars(outcome))
    assert len(page.sent("POST", "/save")) == 1


@given(
    st.sampled_from(["GET /instance/calendar", "POST /instance/calendar/load", "GET /instance/calendar/load/7%2F8"]),
    ANSWERS,
)
@example("GET /instance/calendar", (301, {"Location": "0"}, b""))
def test_loading_ends_with_rooms_or_a_named_failure(place: str, answer: tuple[int, dict[str, str], bytes]) -> None:
    page = FakePage()
    answering(page, place, answer)
    with stamina.set_testing(True, attempts=4):
        try:
            rooms = page.channel().load_resources()
            page.channel().saved_fields()
        except ChannelFailure:
            return
    assert all(room.name and room.address for room in rooms)
    "".join(f"{room.name} {room.address}" for room in rooms).encode()


@given(st.sampled_from(range(200, 600)), st.sampled_from(ODD_BODIES))
def test_an_odd_page_before_save_is_named_and_nothing_is_sent(status: int, body: bytes) -> None:
    page = FakePage()
    answering(page, "GET /instance/calendar", (status, {"Content-Type": "text/html"}, body))
    with stamina.set_testing(True, attempts=1), pytest.raises(ChannelFailure) as failed:
        page.channel().save(CREDENTIALS)
    assert not failed.value.may_have_been_saved
    assert page.sent("POST", "/save") == []
