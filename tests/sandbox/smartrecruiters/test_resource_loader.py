"""*Load Resources* lets Microsoft decide: every refusal of Entra or Graph becomes a failure, never a room."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from sandbox.smartrecruiters.errors import PageError
from sandbox.smartrecruiters.fields import CalendarFields
from sandbox.smartrecruiters.resource_loader import Loaded, Office365, Resource, Unavailable

BASE_URL = "https://localhost:9"
SAVER = "recruiting.admin@contoso.example"
FIELDS = CalendarFields("0f6a1c52-3b0e-4d7c-a1c4-5d2e8b9f1001", "the-secret", "contoso.onmicrosoft.com")

TOKEN = "POST /contoso.onmicrosoft.com/oauth2/v2.0/token"
ORGANIZATION = "GET /v1.0/organization"
SAVING_USER = f"GET /v1.0/users/{SAVER}"
FIND_ROOMS = f"GET /beta/users/{SAVER}/findRooms"
BOARDROOM = "GET /v1.0/users/boardroom@contoso.example/calendar"
PROJECTOR = "GET /v1.0/users/projector@contoso.example/calendar"
ATRIUM = "GET /v1.0/users/atrium@contoso.example/calendar"


def graph_error(status: int, code: str) -> httpx.Response:
    return httpx.Response(status, json={"error": {"code": code, "message": "…"}})


class Microsoft:
    """Entra and Graph that grant everything, but for what a test changes."""

    def __init__(self, **changes: Any) -> None:
        self.requests: list[httpx.Request] = []
        rooms = [{"name": "Boardroom", "address": "boardroom@contoso.example"}]
        rooms.append({"name": "Atrium", "address": "atrium@contoso.example"})
        self.answers: dict[str, httpx.Response | Callable[[], httpx.Response]] = {
            TOKEN: httpx.Response(200, json={"access_token": "app-token"}),
            ORGANIZATION: httpx.Response(200, json={"value": [{"id": "directory-id"}]}),
            SAVING_USER: httpx.Response(200, json={"id": "1", "accountEnabled": True}),
            FIND_ROOMS: httpx.Response(200, json={"value": rooms}),
            BOARDROOM: httpx.Response(200, json={"id": "c"}),
            PROJECTOR: httpx.Response(200, json={"id": "c"}),
            ATRIUM: httpx.Response(200, json={"id": "c"}),
            **changes,
        }

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers[f"{request.method} {request.url.path}"]
        return answer if isinstance(answer, httpx.Response) else answer()


def delegated(directory_id: str, user: str) -> str:
    if (directory_id, user) != ("directory-id", SAVER):
        raise LookupError(user)
    return "delegated-token"


def equipment(directory_id: str) -> list[tuple[str, str]]:
    return [("Projector", "projector@contoso.example")] if directory_id == "directory-id" else []


def load(microsoft: Microsoft, saver: str = SAVER) -> Loaded:
    async def run() -> Loaded:
        async with httpx.AsyncClient(transport=httpx.MockTransport(microsoft)) as client:
            return await Office365(client, BASE_URL, FIELDS).load(saver, delegated, equipment)

    return asyncio.run(run())


def failure(microsoft: Microsoft, saver: str = SAVER) -> PageError:
    with pytest.raises(PageError) as error:
        load(microsoft, saver)
    return error.value


def test_rooms_load_when_microsoft_grants_everything() -> None:
    loaded = load(Microsoft())
    assert [(one.name, one.kind) for one in loaded.resources] == [
        ("Boardroom", "ROOM"),
        ("Atrium", "ROOM"),
        ("Projector", "EQUIPMENT"),
    ]
    assert loaded.unavailable == ()


def test_the_saved_credentials_ask_for_the_token() -> None:
    microsoft = Microsoft()
    load(microsoft)
    form = dict(httpx.QueryParams(microsoft.requests[0].content.decode()))
    assert form == {
        "grant_type": "client_credentials",
        "client_id": FIELDS.client_id,
        "client_secret": "the-secret",
        "scope": f"{BASE_URL}/.default",
    }


def test_rooms_are_found_on_behalf_of_the_saver_and_opened_by_the_app() -> None:
    microsoft = Microsoft()
    load(microsoft)
    tokens = {f"{r.method} {r.url.path}": r.headers.get("Authorization") for r in microsoft.requests}
    assert tokens[FIND_ROOMS] == "Bearer delegated-token"
    assert {tokens[path] for path in (ORGANIZATION, SAVING_USER, BOARDROOM, ATRIUM)} == {"Bearer app-token"}


def test_a_room_whose_calendar_stays_closed_is_not_loaded() -> None:
    closed = graph_error(403, "ErrorAccessDenied")
    loaded = load(Microsoft(**{ATRIUM: closed, PROJECTOR: closed}))
    assert loaded.resources == (Resource("Boardroom", "boardroom@contoso.example", "ROOM"),)
    assert loaded.unavailable == (
        Unavailable("Atrium", "atrium@contoso.example", "ROOM", "ErrorAccessDenied"),
        Unavailable("Projector", "projector@contoso.example", "EQUIPMENT", "ErrorAccessDenied"),
    )


def test_closed_calendars_alone_are_a_failure() -> None:
    closed = graph_error(403, "ErrorAccessDenied")
    error = failure(Microsoft(**{ATRIUM: closed, BOARDROOM: closed, PROJECTOR: closed}))
    assert error.code == "INSUFFICIENT_PERMISSIONS"
    assert "ErrorAccessDenied" in error.message


def test_a_company_without_rooms_loads_none() -> None:
    loaded = load(Microsoft(**{FIND_ROOMS: httpx.Response(200, json={"value": []})}))
    assert [one.kind for one in loaded.resources] == ["EQUIPMENT"]


@pytest.mark.parametrize(
    ("status", "number"), [(401, "AADSTS7000215"), (401, "AADSTS7000222"), (400, "AADSTS700016"), (400, "AADSTS90002")]
)
def test_credentials_that_entra_refuses_fail(status: int, number: str) -> None:
    refusal = httpx.Response(status, json={"error_description": f"{number}: no.\r\nTrace ID: 1"})
    microsoft = Microsoft(**{TOKEN: refusal})
    error = failure(microsoft)
    assert error.code == "AUTHENTICATION_FAILED"
    assert number in error.message
    assert len(microsoft.requests) == 1


def test_a_token_that_is_none_fails() -> None:
    assert failure(Microsoft(**{TOKEN: httpx.Response(200, text="hello")})).code == "AUTHENTICATION_FAILED"


@pytest.mark.parametrize("refused", [ORGANIZATION, SAVING_USER, FIND_ROOMS])
def test_a_permission_that_is_missing_fails(refused: str) -> None:
    microsoft = Microsoft(**{refused: graph_error(403, "Authorization_RequestDenied")})
    assert failure(microsoft).code == "INSUFFICIENT_PERMISSIONS"
    assert not [r for r in microsoft.requests if r.url.path.endswith("/calendar")]


def test_a_saver_without_an_account_fails() -> None:
    missing = graph_error(404, "Request_ResourceNotFound")
    assert failure(Microsoft(**{SAVING_USER: missing})).code == "SAVER_NOT_IN_DIRECTORY"
    disabled = httpx.Response(200, json={"id": "1", "accountEnabled": False})
    assert failure(Microsoft(**{SAVING_USER: disabled})).code == "SAVER_NOT_IN_DIRECTORY"


def test_a_saver_who_cannot_be_acted_for_fails() -> None:
    other = "someone@contoso.example"
    microsoft = Microsoft(**{f"GET /v1.0/users/{other}": httpx.Response(200, json={"accountEnabled": True})})
    assert failure(microsoft, other).code == "SAVER_NOT_IN_DIRECTORY"


@pytest.mark.parametrize("path", [TOKEN, ORGANIZATION, SAVING_USER, FIND_ROOMS, BOARDROOM])
@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_microsoft_fails_without_blaming_the_credentials(path: str, status: int) -> None:
    assert failure(Microsoft(**{path: httpx.Response(status)})).code == "MICROSOFT_UNAVAILABLE"


def test_a_throttled_question_is_asked_again_when_microsoft_says() -> None:
    answers = iter([httpx.Response(429, headers={"Retry-After": "0"})] * 2)
    organization = Microsoft().answers[ORGANIZATION]

    def throttled_twice() -> httpx.Response:
        return next(answers, None) or (organization() if callable(organization) else organization)

    microsoft = Microsoft(**{ORGANIZATION: throttled_twice})
    assert load(microsoft).resources
    assert len([r for r in microsoft.requests if r.url.path == "/v1.0/organization"]) == 3


def test_a_cut_connection_fails_without_blaming_the_credentials() -> None:
    def cut() -> httpx.Response:
        raise httpx.ConnectError("cut")

    assert failure(Microsoft(**{ORGANIZATION: cut})).code == "MICROSOFT_UNAVAILABLE"


def test_no_failure_tells_the_secret() -> None:
    echo = httpx.Response(401, json={"error_description": "the-secret is wrong", "error": "the-secret"})
    error = failure(Microsoft(**{TOKEN: echo}))
    assert "the-secret" not in str(error.body()) + repr(error) + repr(FIELDS)
