"""`$batch`: each request inside stands for itself."""

import asyncio
import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.api.batch import mailbox_named_by, read_batch, run_batch
from sandbox.graph import faults
from sandbox.graph.errors import GraphError
from sandbox.graph.faults import Faults
from sandbox.graph.routing import Reply
from tests.sandbox.exchange.front import CALENDARS, DIRECTORY, Front


def inner(identifier: str, url: str, method: str = "GET", **more: Any) -> dict[str, Any]:
    return {"id": identifier, "method": method, "url": url, **more}


def batch(front: Front, *requests: dict[str, Any], roles: tuple[str, ...] = (DIRECTORY, CALENDARS)) -> dict[str, Any]:
    answer = front.ask("POST", "/$batch", *roles, body={"requests": list(requests)})
    assert answer.status == 200, answer.body
    return {item["id"]: item for item in answer.body["responses"]}


def test_each_request_is_authorised_and_answered_on_its_own(front: Front) -> None:
    answers = batch(
        front,
        inner("user", "/users/boardroom@contoso.example?$select=mail"),
        inner("calendar", "users/boardroom@contoso.example/calendar"),
        inner("places", "/places/microsoft.graph.room"),
        inner("missing", "/users/nobody@contoso.example"),
        inner("nowhere", "/unicorns"),
    )
    assert {name: item["status"] for name, item in answers.items()} == {
        "user": 200, "calendar": 200, "places": 403, "missing": 404, "nowhere": 400,
    }  # fmt: skip
    assert answers["user"]["body"]["mail"] == "boardroom@contoso.example"
    assert answers["user"]["headers"]["Content-Type"].startswith("application/json;odata")
    assert answers["places"]["body"]["error"]["code"] == "UnknownError"
    assert set(answers["missing"]["body"]["error"]["innerError"]) == {"date", "request-id", "client-request-id"}


def test_headers_and_bodies_go_with_their_request(front: Front) -> None:
    times = {
        name: {"dateTime": f"2026-12-02T{hour}:00:00", "timeZone": "UTC"}
        for name, hour in (("start", "09"), ("end", "10"))
    }
    answers = batch(
        front,
        inner("count", "/users/$count", headers={"ConsistencyLevel": "eventual"}),
        inner("no count", "/users/$count"),
        inner(
            "event",
            "/users/boardroom@contoso.example/events",
            "POST",
            headers={"Content-Type": "application/json"},
            body={"subject": "x", **times},
        ),
    )
    assert base64.b64decode(answers["count"]["body"]) == b"72"
    assert answers["no count"]["status"] == 400
    assert answers["event"]["status"] == 201


def test_what_depends_on_a_failure_fails_with_it(front: Front) -> None:
    room = "/users/boardroom@contoso.example"
    answers = batch(
        front,
        inner("3", room, dependsOn=["2"]),
        inner("2", room, dependsOn=["1"]),
        inner("1", "/users/nobody@contoso.example"),
        inner("B", room, dependsOn=["a"]),
        inner("A", room),
    )
    assert {name: item["status"] for name, item in answers.items()} == {
        "1": 404, "2": 424, "3": 424, "A": 200, "B": 200,
    }  # fmt: skip


@pytest.mark.parametrize(
    "requests",
    [
        [],
        [{}],
        ["x"],
        [inner(str(number), "/users") for number in range(21)],
        [inner("1", "/users"), inner("1", "/groups")],
        [inner("a", "/users"), inner("A", "/groups")],
        [inner("", "/users")],
        [inner("1", "/users", "BREW")],
        [inner("1", "https://localhost:8443/v1.0/users")],
        [inner("1", "//localhost/users")],
        [inner("1", "http://[")],
        [inner("1", "/$batch")],
        [inner("1", "/users", dependsOn=["1"])],
        [inner("1", "/users", dependsOn=["2"])],
        [inner("1", "/users", dependsOn=["2"]), inner("2", "/users", dependsOn=["1"])],
        [inner("1", "/users", dependsOn="2")],
        [inner("1", "/users", headers={"Authorization": "Bearer x"})],
        [inner("1", "/users", headers=["x"])],
        [inner("1", "/users", headers={"x": 1})],
        [inner("1", "/users", "POST", body={})],
        [inner("1", "/users", "POST", body="ä", headers={"Content-Type": "image/png"})],
    ],
)
def test_a_batch_that_is_malformed_is_refused_whole(front: Front, requests: list[Any]) -> None:
    answer = front.ask("POST", "/$batch", DIRECTORY, body={"requests": requests})
    assert answer.error == (400, "BadRequest")


def test_a_batch_needs_a_token_itself(front: Front) -> None:
    assert front.ask("POST", "/$batch", body={"requests": [inner("1", "/users")]}).status == 200
    assert front.ask("GET", "/$batch", DIRECTORY).status == 405


def test_faults_hit_each_request_inside(front: Front) -> None:
    faults.put(front.store, front.tenant, Faults(throttled=1, retry_after_s=7, only="GET /users/{user}/calendar"))
    answers = batch(front, inner("1", "/users/boardroom@contoso.example/calendar"), inner("2", "/users"))
    assert answers["1"]["status"] == 429
    assert answers["1"]["headers"]["Retry-After"] == "7"
    assert answers["2"]["status"] == 200


class Slow:
    """Counts how many requests are under way at once, in all and per mailbox."""

    def __init__(self, waiting: int) -> None:
        self.most = 0
        self.most_per_mailbox: dict[str | None, int] = {}
        self._now: list[str | None] = []
        self._all_there = asyncio.Event()
        self._waiting = waiting

    async def dispatch(self, method: str, url: str, headers: Any, body: bytes) -> Reply:
        mailbox = mailbox_named_by(url)
        self._now.append(mailbox)
        self.most = max(self.most, len(self._now))
        self.most_per_mailbox[mailbox] = max(self.most_per_mailbox.get(mailbox, 0), self._now.count(mailbox))
        if len(self._now) >= self._waiting:
            self._all_there.set()
        await self._all_there.wait()
        self._now.remove(mailbox)
        return Reply(200, {})


class BatchCall:
    """The two things that a batch asks of its call."""

    def __init__(self, body: dict[str, Any], slow: Slow) -> None:
        self._body = body
        self.dispatch = slow.dispatch

    def json(self) -> dict[str, Any]:
        return self._body


def test_requests_run_at_the_same_time_but_no_more_than_four_on_one_mailbox() -> None:
    urls = [f"/users/{name}@contoso.example/calendar" for name in ("a", "b") for _ in range(7)]
    urls += ["/users/a@contoso.example"] * 6

    async def run() -> Slow:
        slow = Slow(waiting=4 + 4 + 6)
        body = {"requests": [inner(str(number), url) for number, url in enumerate(urls)]}
        reply = await run_batch(BatchCall(body, slow))  # type: ignore[arg-type]
        assert isinstance(reply.body, dict)
        assert len(reply.body["responses"]) == 20
        return slow

    slow = asyncio.run(run())
    assert slow.most == 14
    assert slow.most_per_mailbox == {"a@contoso.example": 4, "b@contoso.example": 4, None: 6}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
NAMES = ("id", "method", "url", "headers", "body", "dependsOn")
LIKELY = st.sampled_from(["1", "GET", "/users", ["1"]])
ITEM = st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, JSON | LIKELY))


@given(JSON | st.lists(ITEM, max_size=4))
def test_no_batch_raises_anything_but_a_refusal(requests: Any) -> None:
    try:
        read = read_batch({"requests": requests})
    except GraphError:
        return
    assert 1 <= len(read) <= 20
