"""A settings page in memory for the channel's unit tests: answers requests as told and remembers them."""

import json
from collections.abc import Callable
from http.cookiejar import CookieJar
from typing import Any

import httpx
from pydantic import SecretStr

from smartrecruiters_calendar.page.channel import Credentials
from smartrecruiters_calendar.page.page_requests import PageRequests
from smartrecruiters_calendar.page.profile import Profile

ADDRESS = "https://smartrecruiters.example/instance"
SECRET = "Xy8~not.a-real_secret{clientId}"
CREDENTIALS = Credentials("0f6a1c52-3b0e-4d7c-a1c4-5d2e8b9f1001", SecretStr(SECRET), "contoso.onmicrosoft.com")

PROFILE: dict[str, Any] = {
    "version": 1,
    "describes": "a page in memory",
    "settingsPage": "/calendar",
    "signedOut": {"redirectsTo": ["/sign-in"], "statuses": [401], "texts": ["Please sign in"]},
    "antiForgery": {"token": {"metaName": "csrf"}},
    "savedFields": {"clientId": {"inputName": "id"}, "tenantId": {"inputName": "tenant"}},
    "save": {
        "path": "/calendar/save",
        "headers": {"X-Token": "{antiForgery}"},
        "jsonBody": {"app": {"id": "{clientId}", "secret": "{clientSecret}"}, "tenant": "{tenantId}", "kind": 365},
        "accepted": [200],
        "errors": {"code": "/code", "message": "/message", "fields": {"items": "/errors"}},
    },
    "loadResources": {
        "path": "/calendar/load",
        "accepted": [202],
        "job": {
            "id": "/id",
            "path": "/calendar/load/{job}",
            "status": "/status",
            "running": ["RUNNING"],
            "done": ["DONE"],
            "failed": ["FAILED"],
            "errors": {"code": "/error/code", "message": "/error/message"},
            "withinSeconds": 30,
        },
        "rooms": {
            "items": "/rooms",
            "name": "/name",
            "address": "/mail",
            "kind": "/type",
            "kinds": {"R": "room", "E": "equipment"},
        },
        "errors": {"code": "/code", "message": "/message"},
    },
}

SETTINGS_PAGE = (
    '<html><head><meta name="csrf" content="token-&amp;-1"></head>'
    '<input name="id" value="the-app"><input name="tenant" value="contoso.onmicrosoft.com"></html>'
)

Answer = Callable[[httpx.Request], httpx.Response]


class FakePage:
    """Answers by `METHOD path`; each entry is one answer or a function of the request."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self.answers: dict[str, httpx.Response | Answer] = {
            "GET /instance/calendar": lambda _: httpx.Response(200, html=SETTINGS_PAGE),
            "POST /instance/calendar/save": lambda _: httpx.Response(200, json={}),
            "POST /instance/calendar/load": lambda _: httpx.Response(202, json={"id": "7/8"}),
            "GET /instance/calendar/load/7%2F8": lambda _: httpx.Response(
                200,
                json={
                    "status": "DONE",
                    "rooms": [
                        {"name": "Boardroom", "mail": "Boardroom@contoso.example", "type": "R"},
                        {"name": "Projector", "mail": "projector@contoso.example", "type": "E"},
                        {"name": "Sofa", "mail": "sofa@contoso.example", "type": "?"},
                    ],
                },
            ),
        }

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.get(f"{request.method} {request.url.raw_path.decode()}", httpx.Response(404))
        return answer if isinstance(answer, httpx.Response) else answer(request)

    def sent(self, method: str, end: str) -> list[httpx.Request]:
        return [r for r in self.requests if r.method == method and r.url.path.endswith(end)]

    def channel(self, profile: dict[str, Any] | None = None, pauses: list[float] | None = None) -> PageRequests:
        checked = Profile.model_validate(profile or PROFILE)
        noted = pauses if pauses is not None else []
        return PageRequests(
            checked, ADDRESS, CookieJar(), transport=httpx.MockTransport(self), pause=lambda s: noted.append(s)
        )


def body_of(request: httpx.Request) -> Any:
    return json.loads(request.content)
