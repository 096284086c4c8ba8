"""The sandbox's Graph in the test's own process, seen through the project's own client."""

import httpx

from smartrecruiters_calendar.entra.app_token import read_token
from smartrecruiters_calendar.entra.cloud import Cloud
from smartrecruiters_calendar.entra.directory import Directory
from tests.sandbox.in_process import BASE_URL, Caller, InProcess


def directory_of(entra: InProcess, caller: Caller) -> Directory:
    """The tenant as this caller sees it."""

    def forward(request: httpx.Request) -> httpx.Response:
        answer = entra.request(request.method, str(request.url), headers=request.headers, content=request.content)
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

    return Directory(Cloud(BASE_URL, BASE_URL), read_token(caller.token), httpx.MockTransport(forward))
