"""Questions to Graph: patient, few at a time, each answer for its own room."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterator

import httpx
import pytest
import stamina

from integration.graph.client import MAX_CONCURRENT, GraphReader
from integration.graph.cloud import Cloud
from integration.graph.errors import GRAPH_RETRY, GraphRefused, GraphUnreachable

CLOUD = Cloud("https://login.example", "https://graph.example")
TOKEN = "header.payload.signature"


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    with stamina.set_testing(True, attempts=5, cap=True):
        yield


def reader(answer: Callable[[httpx.Request], httpx.Response]) -> GraphReader:
    return GraphReader(CLOUD, transport=httpx.MockTransport(answer))


def error(status: int, code: str, **headers: str) -> httpx.Response:
    return httpx.Response(status, headers=headers, json={"error": {"code": code, "message": "Told by a test."}})


def test_the_directory_tells_its_id() -> None:
    def organization(request: httpx.Request) -> httpx.Response:
        assert request.url == "https://graph.example/v1.0/organization?$select=id"
        assert request.headers["Authorization"] == f"Bearer {TOKEN}"
        return httpx.Response(200, json={"value": [{"id": "the-directory"}]})

    assert reader(organization).organization_id(TOKEN) == "the-directory"


@pytest.mark.parametrize("document", [{}, {"value": []}, {"value": [{}]}, []])
def test_an_answer_that_names_no_directory_is_no_directory(document: object) -> None:
    with pytest.raises(GraphRefused, match="names no directory"):
        reader(lambda _: httpx.Response(200, json=document)).organization_id(TOKEN)


def test_each_room_gets_its_own_answer_in_the_order_asked() -> None:
    refusals = {
        "/v1.0/users/b%40x.example/calendar": error(404, "ErrorInvalidUser"),
        "/v1.0/users/c%40x.example/calendar": error(403, "ErrorAccessDenied"),
    }

    def calendar(request: httpx.Request) -> httpx.Response:
        return refusals.get(request.url.raw_path.decode(), httpx.Response(200, json={"name": "Calendar"}))

    counted: list[int] = []
    addresses = ["a@x.example", "b@x.example", "c@x.example", "d@x.example"]
    answers = reader(calendar).calendars(TOKEN, addresses, counted.append)
    assert [answer.address for answer in answers] == addresses
    assert [answer.refusal and answer.refusal.code for answer in answers] == [
        None,
        "ErrorInvalidUser",
        "ErrorAccessDenied",
        None,
    ]
    assert counted == [1, 2, 3, 4]


def test_an_address_cannot_reach_another_path() -> None:
    asked: list[str] = []

    def calendar(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.raw_path.decode())
        return httpx.Response(200, json={})

    reader(calendar).calendars(TOKEN, ["../me/a?b#c@x.example"])
    assert asked == ["/v1.0/users/..%2Fme%2Fa%3Fb%23c%40x.example/calendar"]


def test_no_more_requests_are_under_way_than_microsoft_allows() -> None:
    under_way = most = 0

    async def calendar(_: httpx.Request) -> httpx.Response:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        for _turn in range(5):
            await asyncio.sleep(0)
        under_way -= 1
        return httpx.Response(200, json={})

    many = GraphReader(CLOUD, transport=httpx.MockTransport(calendar))
    assert len(many.calendars(TOKEN, [f"room-{n}@x.example" for n in range(40)])) == 40
    assert most == MAX_CONCURRENT


@pytest.mark.parametrize("status", sorted(GRAPH_RETRY))
def test_what_passes_is_asked_again(status: int) -> None:
    asked: Counter[str] = Counter()

    def calendar(request: httpx.Request) -> httpx.Response:
        asked[request.url.path] += 1
        return error(status, "Busy") if asked[request.url.path] < 3 else httpx.Response(200, json={})

    (answer,) = reader(calendar).calendars(TOKEN, ["a@x.example"])
    assert answer.refusal is None


def test_what_graph_asks_to_wait_is_waited(monkeypatch: pytest.MonkeyPatch) -> None:
    stamina.set_testing(False)
    waited: list[float] = []
    turn = asyncio.sleep

    async def instead_of_waiting(seconds: float) -> None:
        waited.append(seconds)
        await turn(0)

    monkeypatch.setattr(asyncio, "sleep", instead_of_waiting)
    answers = iter([error(429, "TooManyRequests", **{"Retry-After": "17"}), httpx.Response(200, json={})])
    reader(lambda _: next(answers)).calendars(TOKEN, ["a@x.example"])
    assert [seconds for seconds in waited if seconds] == [17.0]


def test_a_wait_of_hours_is_not_waited() -> None:
    asked = 0

    def calendar(_: httpx.Request) -> httpx.Response:
        nonlocal asked
        asked += 1
        return error(429, "TooManyRequests", **{"Retry-After": "7200"})

    with pytest.raises(GraphUnreachable, match="429"):
        reader(calendar).calendars(TOKEN, ["a@x.example"])
    assert asked == 1


@pytest.mark.parametrize("count", [1, 40])
def test_a_service_that_stays_away_is_unreachable_and_no_refusal(count: int) -> None:
    def cut(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    addresses = [f"room-{n}@x.example" for n in range(count)]
    with pytest.raises(GraphUnreachable, match="refused"):
        reader(cut).calendars(TOKEN, addresses)
    with pytest.raises(GraphUnreachable, match="503"):
        reader(lambda _: error(503, "ServiceUnavailable")).calendars(TOKEN, addresses)


def test_an_error_page_in_another_form_is_a_refusal_without_code() -> None:
    (answer,) = reader(lambda _: httpx.Response(403, text="<html>")).calendars(TOKEN, ["a@x.example"])
    assert answer.refusal is not None
    assert (answer.refusal.status, answer.refusal.code) == (403, "")


def test_the_token_is_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        reader(lambda _: httpx.Response(200, json={})).calendars(TOKEN, ["a@x.example"])
    assert caplog.records
    assert TOKEN not in caplog.text
