"""Questions to a tenant's directory: each answer for its own room, person or page."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from smartrecruiters_calendar.entra.app_token import AppToken
from smartrecruiters_calendar.entra.cloud import Cloud
from smartrecruiters_calendar.entra.directory import Directory
from smartrecruiters_calendar.entra.errors import GraphRefused
from smartrecruiters_calendar.entra.questions import Account, DirectoryRoom, account, calendars, organization_id, rooms

CLOUD = Cloud("https://login.example", "https://graph.example")
TOKEN = AppToken(SecretStr("header.payload.signature"), "directory", "app", frozenset())


def directory(answer: Callable[[httpx.Request], httpx.Response]) -> Directory:
    return Directory(CLOUD, TOKEN, httpx.MockTransport(answer))


def batches(answer: Callable[[str], tuple[int, Any]]) -> Directory:
    """A Graph that answers each inner request by its address."""

    def inner(request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/v1.0/$batch"
        answers = []
        for one in json.loads(request.content)["requests"]:
            status, body = answer(one["url"])
            answers.append({"id": one["id"], "status": status, "body": body})
        return httpx.Response(200, json={"responses": answers})

    return directory(inner)


def error(code: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": "Told by a test."}}


def test_the_directory_tells_its_id() -> None:
    def organization(request: httpx.Request) -> httpx.Response:
        assert request.url == "https://graph.example/v1.0/organization?$select=id"
        assert request.headers["Authorization"] == "Bearer header.payload.signature"
        return httpx.Response(200, json={"value": [{"id": "the-directory"}]})

    assert organization_id(directory(organization)) == "the-directory"


def test_an_answer_that_names_no_directory_is_no_directory() -> None:
    with pytest.raises(GraphRefused, match="names no directory"):
        organization_id(directory(lambda _: httpx.Response(200, json={"value": []})))


def test_each_room_gets_its_own_answer_in_the_order_asked() -> None:
    refusals = {
        "/users/b%40x.example/calendar?$select=id": (404, error("ErrorInvalidUser")),
        "/users/c%40x.example/calendar?$select=id": (403, error("ErrorAccessDenied")),
    }
    addresses = ["a@x.example", "b@x.example", "c@x.example", "d@x.example"]
    answers = calendars(batches(lambda url: refusals.get(url, (200, {"id": "1"}))), addresses)
    assert [answer.address for answer in answers] == addresses
    assert [answer.refusal and answer.refusal.code for answer in answers] == [
        None,
        "ErrorInvalidUser",
        "ErrorAccessDenied",
        None,
    ]


def test_an_address_cannot_reach_another_path() -> None:
    asked: list[str] = []

    def calendar(url: str) -> tuple[int, Any]:
        asked.append(url)
        return 200, {}

    calendars(batches(calendar), ["../me/a?b#c@x.example"])
    assert asked == ["/users/..%2Fme%2Fa%3Fb%23c%40x.example/calendar?$select=id"]


def test_an_error_page_in_another_form_is_a_refusal_without_code() -> None:
    (answer,) = calendars(batches(lambda _: (403, "no object")), ["a@x.example"])
    assert answer.refusal is not None
    assert (answer.refusal.status, answer.refusal.code) == (403, "")


def test_a_person_is_found_by_sign_in_name_or_else_by_mail_address() -> None:
    def users(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1.0/users/ada@x.example":
            return httpx.Response(200, json={"id": "1", "accountEnabled": True})
        if request.url.path == "/v1.0/users":
            asked.append(request.url.params["$filter"])
            found = [{"id": "2", "accountEnabled": False}] if "o''brien@x.example" in asked[-1] else []
            return httpx.Response(200, json={"value": found})
        return httpx.Response(404, json=error("Request_ResourceNotFound"))

    asked: list[str] = []
    graph = directory(users)
    assert account(graph, "ada@x.example") == Account("1", True)
    assert account(graph, "o'brien@x.example") == Account("2", False)
    assert account(graph, "nobody@x.example") is None
    assert asked == ["mail eq 'o''brien@x.example'", "mail eq 'nobody@x.example'"]


def test_rooms_are_read_to_the_last_page_and_one_without_address_is_left_out() -> None:
    def places(request: httpx.Request) -> httpx.Response:
        if "$skiptoken" in request.url.params:
            return httpx.Response(200, json={"value": [{"displayName": "No mailbox", "emailAddress": None}]})
        assert request.url.path == "/v1.0/places/microsoft.graph.room"
        link = "https://graph.example/v1.0/places/microsoft.graph.room?$skiptoken=x"
        value = [{"displayName": "Boardroom", "emailAddress": "boardroom@x.example"}]
        return httpx.Response(200, json={"value": value, "@odata.nextLink": link})

    assert rooms(directory(places)) == [DirectoryRoom("boardroom@x.example", "Boardroom")]
