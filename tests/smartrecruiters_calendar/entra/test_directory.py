"""The directory as one identity sees it: patient where asking again is safe, and only there."""

import json
import logging
import time
from collections.abc import Callable, Iterator
from threading import Barrier, Lock

import httpx
import pytest
import stamina
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError
from pydantic import SecretStr

from smartrecruiters_calendar.entra.app_token import AppToken
from smartrecruiters_calendar.entra.client import MOST_AT_ONCE
from smartrecruiters_calendar.entra.cloud import Cloud
from smartrecruiters_calendar.entra.directory import MOST_IN_A_BATCH, Directory
from smartrecruiters_calendar.entra.errors import EntraRefused, GraphRefused, GraphUnreachable, Identity
from smartrecruiters_calendar.entra.graph_objects import Some
from smartrecruiters_calendar.entra.patience import ATTEMPTS, MOST_ATTEMPTS
from smartrecruiters_calendar.outcome import Reason, Stopped
from tests.smartrecruiters_calendar.entra.entra_over_tls import access_token

CLOUD = Cloud("https://login.example", "https://graph.example")
HERE, ELSEWHERE = "3f0c2f5e-8a57-4c1b-9d6e-1b7a52c0d101", "7b9d4e21-6c38-4f0a-8e55-2c8b63d1e202"


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    with stamina.set_testing(True, attempts=6, cap=True):
        yield


def directory(answer: Callable[[httpx.Request], httpx.Response]) -> Directory:
    token = AppToken(SecretStr("header.payload.signature"), HERE, "app", frozenset())
    return Directory(CLOUD, token, httpx.MockTransport(answer))


def refusing(status: int, code: str = "Told") -> httpx.Response:
    return httpx.Response(status, json={"error": {"code": code, "message": "Told by a test."}})


class Credential:
    def __init__(self, directory_id: str | None) -> None:
        self.directory_id = directory_id

    def get_token(self, *scopes: str, **_: object) -> AccessToken:
        assert scopes == ("https://graph.example/.default",)
        if self.directory_id is None:
            raise ClientAuthenticationError("AADSTS7000215: no")
        claims = {"tid": self.directory_id, "appid": "a", "oid": "o", "scp": "User.Read openid"}
        return AccessToken(access_token(claims)["access_token"], 0)


def test_signing_in_tells_who_asks() -> None:
    with Directory.sign_in(CLOUD, Credential(HERE), HERE.upper(), Identity.OPERATOR) as signed_in:
        assert signed_in.caller.object_id == "o"
        assert signed_in.caller.scopes == {"User.Read", "openid"}


def test_an_identity_of_another_tenant_is_stopped_before_the_first_question() -> None:
    with pytest.raises(Stopped, match=ELSEWHERE) as stopped:
        Directory.sign_in(CLOUD, Credential(ELSEWHERE), HERE, Identity.OPERATOR)
    assert stopped.value.reason is Reason.TENANT_MISMATCH


def test_a_refused_sign_in_keeps_no_cause() -> None:
    with pytest.raises(EntraRefused, match="AADSTS7000215") as refused:
        Directory.sign_in(CLOUD, Credential(None), HERE, Identity.OPERATOR)
    assert refused.value.__suppress_context__


def test_pages_follow_the_next_link_to_the_end() -> None:
    def pages(request: httpx.Request) -> httpx.Response:
        if request.url.query:
            return httpx.Response(200, json={"value": [{"id": 3}]})
        link = "https://graph.example/v1.0/users?$skiptoken=x"
        return httpx.Response(200, json={"value": [{"id": 1}, {"id": 2}], "@odata.nextLink": link})

    assert [found["id"] for found in directory(pages).pages("users")] == [1, 2, 3]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405])
def test_a_refused_page_after_the_first_is_no_word_on_permissions(status: int) -> None:
    def first_only(request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return refusing(status)
        return httpx.Response(200, json={"value": [], "@odata.nextLink": "https://graph.example/v1.0/users?$skip=1"})

    asking = directory(first_only)
    with pytest.raises(GraphUnreachable, match="next page"):
        list(asking.rest_of(asking.post("users/x/calendar/getSchedule", {})))


def test_reading_is_repeated_while_graph_is_busy() -> None:
    answers = iter([refusing(503), refusing(504), httpx.Response(200, json={"id": "x"})])
    assert directory(lambda _: next(answers)).get("applications/x") == {"id": "x"}


@pytest.mark.parametrize("status", [429, 503])
def test_a_change_that_was_not_made_is_asked_for_again(status: int) -> None:
    answers = iter([refusing(status), httpx.Response(204)])
    directory(lambda _: next(answers)).delete("applications/x")
    assert next(answers, None) is None


@pytest.mark.parametrize("status", [500, 501, 504])
def test_a_change_that_may_have_been_made_is_not_repeated_and_not_called_refused(status: int) -> None:
    answers = iter([refusing(status), httpx.Response(201, json={})])
    with pytest.raises(GraphUnreachable):
        directory(lambda _: next(answers)).post("applications", {})
    assert next(answers, None) is not None


def test_a_change_whose_connection_broke_is_not_repeated() -> None:
    asked: list[str] = []

    def breaks(request: httpx.Request) -> httpx.Response:
        asked.append(request.method)
        raise httpx.ReadError("cut", request=request)

    with pytest.raises(GraphUnreachable, match="cut"):
        directory(breaks).patch("applications/x", {})
    assert asked == ["PATCH"]


def test_what_is_not_there_is_none_and_every_other_refusal_is_told() -> None:
    assert directory(lambda _: refusing(404)).find("applications/x", Some) is None
    with pytest.raises(GraphRefused, match="403 Told"):
        directory(lambda _: refusing(403)).find("applications/x", Some)


def test_a_batch_answers_each_question_and_repeats_only_the_busy_ones() -> None:
    asked: list[list[str]] = []

    def batch(request: httpx.Request) -> httpx.Response:
        inner = json.loads(request.content)["requests"]
        asked.append([one["url"] for one in inner])
        first = len(asked) == 1
        return httpx.Response(
            200,
            json={
                "responses": [
                    {"id": one["id"], "status": 429, "headers": {"Retry-After": "0"}}
                    if first and one["url"] == "/b"
                    else {"id": one["id"], "status": 404, "body": {"error": {"code": "Gone", "message": "no"}}}
                    if one["url"] == "/c"
                    else {"id": one["id"], "status": 200, "body": {"at": one["url"]}}
                    for one in reversed(inner)
                ]
            },
        )

    seen = directory(batch)
    answers = seen.batch(["a", "b", "c"])
    assert answers[:2] == [{"at": "/a"}, {"at": "/b"}]
    assert isinstance(answers[2], GraphRefused)
    assert asked == [["/a", "/b", "/c"], ["/b"]]
    assert seen.requests == 2


def answering(inner: list[dict[str, str]], status: int = 200, headers: dict[str, str] | None = None) -> httpx.Response:
    responses = [{"id": one["id"], "status": status, "headers": headers, "body": {"at": one["url"]}} for one in inner]
    return httpx.Response(200, json={"responses": responses})


def asked_in(request: httpx.Request) -> list[dict[str, str]]:
    inner: list[dict[str, str]] = json.loads(request.content)["requests"]
    return inner


PATHS = [f"users/{n}" for n in range(10 * MOST_IN_A_BATCH + 5)]


def test_a_long_list_is_asked_in_batches_of_what_graph_takes_and_told_as_it_is_answered() -> None:
    sizes: list[int] = []
    told: list[int] = []

    def batch(request: httpx.Request) -> httpx.Response:
        sizes.append(len(asked_in(request)))
        return answering(asked_in(request))

    answers = directory(batch).batch(PATHS, told.append)
    assert answers == [{"at": f"/{path}"} for path in PATHS]
    assert sorted(sizes) == [5, *[MOST_IN_A_BATCH] * 10]
    assert len(told) == 11
    assert (told, told[-1]) == (sorted(told), len(PATHS))


def test_no_more_requests_are_under_way_than_microsoft_allows() -> None:
    under_way = most = 0
    counting = Lock()
    together = Barrier(MOST_AT_ONCE)

    def batch(request: httpx.Request) -> httpx.Response:
        nonlocal under_way, most
        with counting:
            under_way += 1
            most = max(most, under_way)
        together.wait(30)  # passes only when as many as are allowed are here at once
        with counting:
            under_way -= 1
        return answering(asked_in(request))

    directory(batch).batch(PATHS[: 8 * MOST_IN_A_BATCH])
    assert most == MOST_AT_ONCE


def test_a_batch_whose_connection_broke_is_asked_again_alone() -> None:
    asked: list[int] = []

    def batch(request: httpx.Request) -> httpx.Response:
        inner = asked_in(request)
        asked.append(len(inner))
        if len(inner) == 5 and asked.count(5) == 1:
            raise httpx.ReadError("cut", request=request)
        return answering(inner)

    assert len(directory(batch).batch(PATHS)) == len(PATHS)
    assert sorted(asked) == [5, 5, *[MOST_IN_A_BATCH] * 10]


@pytest.mark.parametrize("trouble", ["cut", "503"])
def test_a_service_that_stays_away_is_not_asked_for_the_whole_list(trouble: str) -> None:
    asked: list[str] = []

    def batch(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        if trouble == "cut":
            raise httpx.ConnectError("cut", request=request)
        return refusing(503)

    with pytest.raises(GraphUnreachable, match=trouble):
        directory(batch).batch(PATHS * 10)
    assert len(asked) <= 6 * MOST_AT_ONCE


def test_one_question_that_stays_busy_makes_the_answer_unknown() -> None:
    def batch(request: httpx.Request) -> httpx.Response:
        inner = asked_in(request)
        return answering(inner, 503) if len(inner) == 1 else answering(inner)

    with pytest.raises(GraphUnreachable, match="answered 503"):
        directory(batch).batch(PATHS[: MOST_IN_A_BATCH + 1])


def test_a_refused_batch_is_a_refusal_of_the_whole() -> None:
    with pytest.raises(GraphRefused, match="401 InvalidAuthenticationToken"):
        directory(lambda _: refusing(401, "InvalidAuthenticationToken")).batch(PATHS)


@pytest.mark.parametrize("inside", [False, True], ids=["a whole batch", "one question"])
def test_the_longest_wait_that_graph_asks_for_is_waited(monkeypatch: pytest.MonkeyPatch, inside: bool) -> None:
    stamina.set_testing(False)
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    together = Barrier(2)
    waits = iter(("3", "17"))

    def batch(request: httpx.Request) -> httpx.Response:
        seconds = next(waits, None)
        if seconds is None:
            return answering(asked_in(request))
        together.wait(30)
        headers = {"Retry-After": seconds}
        return answering(asked_in(request), 429, headers) if inside else httpx.Response(429, headers=headers)

    assert len(directory(batch).batch(PATHS[: 2 * MOST_IN_A_BATCH])) == 2 * MOST_IN_A_BATCH
    assert waited == [17.0]


@pytest.mark.parametrize(
    ("headers", "times", "ends"),
    [
        ({"Retry-After": "2"}, MOST_ATTEMPTS - 1, True),
        ({"Retry-After": "2"}, MOST_ATTEMPTS, False),
        ({"Retry-After": "100"}, 4, False),
        ({}, ATTEMPTS - 1, True),
        ({}, ATTEMPTS, False),
    ],
    ids=["told", "told for ever", "told for too long together", "untold", "untold for ever"],
)
@pytest.mark.parametrize("inside", [False, True], ids=["alone", "in a batch"])
def test_throttling_is_obeyed_longer_than_silence(
    monkeypatch: pytest.MonkeyPatch, inside: bool, headers: dict[str, str], times: int, ends: bool
) -> None:
    stamina.set_testing(False)
    now = [0.0]
    monkeypatch.setattr(time, "sleep", lambda seconds: now.append(now.pop() + seconds))
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    refusals = iter(range(times))

    def answer(request: httpx.Request) -> httpx.Response:
        refused = next(refusals, None) is not None
        if inside:
            return answering(asked_in(request), 429 if refused else 200, headers if refused else {})
        return httpx.Response(429 if refused else 200, headers=headers if refused else {}, json={})

    def ask() -> None:
        if inside:
            directory(answer).batch(PATHS[:1])
        else:
            directory(answer).get("organization")

    if ends:
        ask()
        assert next(refusals, None) is None
    else:
        with pytest.raises(GraphUnreachable, match="answered 429 every time"):
            ask()


def test_a_wait_of_hours_is_not_waited() -> None:
    asked: list[str] = []

    def busy(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(429, headers={"Retry-After": "7200"})

    with pytest.raises(GraphUnreachable, match="answered 429 and asks to come back in 7200 s"):
        directory(busy).get("organization")
    assert len(asked) == 1


def test_the_token_is_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        directory(lambda request: answering(asked_in(request))).batch(PATHS)
    assert caplog.records
    assert "header.payload.signature" not in caplog.text
