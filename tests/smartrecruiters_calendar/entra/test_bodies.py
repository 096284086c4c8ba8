"""What a service sends back is taken with bounds, and never ends in a traceback."""

import base64
import gzip
import json
import logging
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
import stamina
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from smartrecruiters_calendar.entra import bodies, questions
from smartrecruiters_calendar.entra.app_token import AppToken
from smartrecruiters_calendar.entra.client import client
from smartrecruiters_calendar.entra.cloud import Cloud
from smartrecruiters_calendar.entra.directory import Directory
from smartrecruiters_calendar.entra.tenant import Tenant
from smartrecruiters_calendar.outcome import Stopped

CLOUD = Cloud("https://login.example", "https://graph.example")


class Parts(httpx.SyncByteStream):
    def __init__(self, content: bytes) -> None:
        self._content = content

    def __iter__(self) -> Iterator[bytes]:
        for begin in range(0, len(self._content), 1000):
            yield self._content[begin : begin + 1000]


def packed(content: bytes, encoding: str) -> httpx.Response:
    return httpx.Response(200, headers={"Content-Encoding": encoding}, stream=Parts(content))


def asking(answer: Callable[[httpx.Request], httpx.Response]) -> Directory:
    token = AppToken(SecretStr("header.payload.signature"), "d", "app", frozenset())
    return Directory(CLOUD, token, httpx.MockTransport(answer))


def got(response: httpx.Response) -> bytes:
    with client({}, httpx.MockTransport(lambda _: response)) as opened:
        return opened.get("https://service.example/").content


def deflated(content: bytes) -> bytes:
    return zlib.compress(content)


@pytest.mark.parametrize(("encoding", "pack"), [("gzip", gzip.compress), ("deflate", deflated), ("identity", bytes)])
@given(content=st.binary(max_size=100_000))
def test_a_body_arrives_whole_however_it_is_packed(
    encoding: str, pack: Callable[[bytes], bytes], content: bytes
) -> None:
    assert got(packed(pack(content), encoding)) == content


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_small_body_that_unpacks_to_a_huge_one_is_refused_before_it_fills_the_memory(encoding: str) -> None:
    content = bytes(bodies.LARGEST_BODY * 4)
    body = gzip.compress(content) if encoding == "gzip" else deflated(content)
    assert len(body) < bodies.LARGEST_BODY / 100
    with pytest.raises(httpx.DecodingError, match="larger than 32 MiB"):
        got(packed(body, encoding))


@pytest.mark.parametrize(
    ("response", "why"),
    [
        (packed(b"no gzip", "gzip"), "it is not gzip"),
        (packed(b"x", "br"), "packed as 'br', which was not asked for"),
        (httpx.Response(200, stream=Parts(bytes(bodies.LARGEST_BODY + 1))), "larger than"),
    ],
    ids=["not packed", "unknown packing", "too large"],
)
def test_a_body_that_cannot_be_taken_is_told(response: httpx.Response, why: str) -> None:
    with pytest.raises(httpx.DecodingError, match=why):
        got(response)


ODD: dict[str, Callable[[], httpx.Response]] = {
    "a page": lambda: httpx.Response(200, html="<html>"),
    "nothing": lambda: httpx.Response(200),
    "cut off": lambda: httpx.Response(200, content=b'{"value":['),
    "no value": lambda: httpx.Response(200, json={}),
    "null": lambda: httpx.Response(200, content=b"null"),
    "a list": lambda: httpx.Response(200, content=b"[1]"),
    "a number as value": lambda: httpx.Response(200, json={"value": 1, "responses": 1}),
    "numbers in value": lambda: httpx.Response(200, json={"value": [1], "responses": [1]}),
    "objects that lack what was asked for": lambda: httpx.Response(200, json={"value": [{}], "responses": [{}]}),
    "a batch without answers": lambda: httpx.Response(200, json={"value": [{}], "responses": []}),
    "bad gzip": lambda: packed(b"x", "gzip"),
    "deep": lambda: httpx.Response(200, content=b"[" * 100_000),
    "not UTF-8": lambda: httpx.Response(200, content=b'{"value":[{"id":"\xff"}]}'),
    "a next link that is no address": lambda: httpx.Response(
        200, json={"value": [], "@odata.nextLink": "https://x\x7f/", "responses": []}
    ),
    "a refusal that is a page": lambda: httpx.Response(403, html="<html>"),
    "a refusal that is a list": lambda: httpx.Response(403, content=b"[]"),
    "a refusal without words": lambda: httpx.Response(403, json={"error": None}),
}
QUESTIONS: dict[str, Callable[[Directory], Any]] = {
    "which directory": questions.organization_id,
    "calendars": lambda directory: questions.calendars(directory, ["a@b.example"]),
    "rooms": questions.rooms,
    "an account": lambda directory: questions.account(directory, "a@b.example"),
    "an application": lambda directory: Tenant(CLOUD, directory).by_client_id("x"),
}


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("answer", ODD)
def test_an_answer_that_cannot_be_used_is_a_named_reason(answer: str, question: str) -> None:
    with (
        stamina.set_testing(True, attempts=1),
        asking(lambda _: ODD[answer]()) as directory,
        pytest.raises(Stopped) as stopped,
    ):
        QUESTIONS[question](directory)
    assert stopped.value.sentence


@pytest.mark.parametrize(
    "link",
    [
        "https://elsewhere.example/v1.0/users",
        "https://graph.example.elsewhere.example/v1.0/users",
        "https://graph.example:444/v1.0/users",
        "http://graph.example/v1.0/users",
        "https://graph.example@elsewhere.example/v1.0/users",
    ],
)
def test_the_token_goes_nowhere_but_to_graph(link: str) -> None:
    asked: list[httpx.URL] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url)
        return httpx.Response(200, json={"value": [], "@odata.nextLink": link})

    with asking(answer) as directory, pytest.raises(Stopped, match="next link leads to"):
        list(directory.pages("users"))
    assert [url.host for url in asked] == ["graph.example"]


@pytest.mark.parametrize(
    ("link", "told"),
    [
        ("https://graph.example/v1.0/users", "in a circle"),
        (5, "usable @odata.nextLink"),
        ({}, "usable @odata.nextLink"),
    ],
)
def test_a_link_that_leads_nowhere_ends_the_reading(link: object, told: str) -> None:
    with (
        asking(lambda _: httpx.Response(200, json={"value": [], "@odata.nextLink": link})) as directory,
        pytest.raises(Stopped, match=told),
    ):
        list(directory.pages("users"))


@pytest.mark.parametrize("where", ["https://xn--/", "https://a:b/", "https://\x7f/", "/" + "x" * 65_530, "A:0"])
def test_a_redirect_to_what_is_not_an_address_is_told(where: str) -> None:
    with pytest.raises(httpx.RemoteProtocolError, match="not an address"):
        got(httpx.Response(302, headers={"Location": where}))


def test_half_a_character_in_a_name_can_be_printed() -> None:
    response = httpx.Response(200, content=b'{"Board\\ud83d": ["\\uD83D", "\\ud83d\\ude00"]}')
    document = bodies.json_in(response)
    assert document == {"Board\ufffd": ["\ufffd", "\U0001f600"]}
    json.dumps(document, ensure_ascii=False).encode()


@pytest.mark.parametrize("charset", ["zip", "idna", "base64", "no-such", "utf-16"])
def test_a_text_is_read_whatever_encoding_it_names(charset: str) -> None:
    headers = {"Content-Type": f"text/html; charset={charset}"}
    assert isinstance(bodies.text_in(httpx.Response(200, headers=headers, content="tök".encode())), str)


def test_no_log_shows_what_travels_in_headers_and_queries() -> None:
    bodies.keep_values_out_of_logs()
    told = ""
    ticket, token = "ticket-value", base64.b64encode(b"token").decode()
    for name, text, arguments in (
        ("httpx", 'HTTP Request: %s %s "%s"', ("GET", httpx.URL(f"https://a.example/x?ticket={ticket}#{token}"), "OK")),
        ("httpcore.http11", "receive_response_headers.complete return_value=(b'HTTP/1.1', [(b'X', b'%s')])", (token,)),
        ("httpcore.http2", "receive_response_headers.complete return_value=(200, [(b'X', b'%s')])", (token,)),
    ):
        record = logging.LogRecord(name, logging.DEBUG, "", 0, text, arguments, None)
        assert logging.getLogger(name).filter(record)
        told += record.getMessage()
    assert "https://a.example/x?…" in told
    assert told.count("headers left out") == 2
    assert ticket not in told
    assert token not in told
