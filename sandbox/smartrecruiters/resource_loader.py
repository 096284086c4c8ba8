"""*Load Resources*: what the product does with the saved credentials, over HTTP, against Entra and Graph.

It decides nothing itself: a token is asked for, the directory is read, rooms are asked for on behalf of the person who
saved, and the calendar of each, and of the equipment, is opened with the app's own token. A resource is loaded when
Graph opened its calendar. How the real product finds rooms is not documented; this way fits its precondition that the
saving person has an account in the directory, and Graph's limit of 100 rooms comes with it.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import httpx

from sandbox.smartrecruiters.errors import PageError
from sandbox.smartrecruiters.fields import CalendarFields

_SCOPE_SUFFIX: Final = "/.default"
_AT_ONCE: Final = 4
"""Calendars opened at the same time: Outlook's documented concurrency for one app."""

_MOST_THROTTLED: Final = 8
"""How often a throttled question is asked in all."""
_LONGEST_RETRY_AFTER_SECONDS: Final = 10

_log = logging.getLogger(__name__)

DelegatedToken = Callable[[str, str], str]
"""(directory ID, user) -> a Graph token on behalf of the user. Raises `LookupError` for an unknown user."""

Equipment = Callable[[str], Sequence[tuple[str, str]]]
"""Directory ID -> name and address of each piece of equipment; see `address_book`."""


@dataclass(frozen=True)
class Resource:
    name: str
    email: str
    kind: str
    """`ROOM` or `EQUIPMENT`."""


@dataclass(frozen=True)
class Unavailable:
    name: str
    email: str
    kind: str
    reason: str
    """Graph's error code."""


@dataclass(frozen=True)
class Loaded:
    resources: tuple[Resource, ...]
    unavailable: tuple[Unavailable, ...]


class Office365:
    """One load: the saved credentials at work. Raises `PageError` with the page's own code and sentence."""

    def __init__(self, client: httpx.AsyncClient, base_url: str, fields: CalendarFields) -> None:
        """Make ready to load.

        Args:
            client: Verifies TLS with the sandbox's certificate authority; follows no redirects.
            base_url: Where Entra and Graph answer, e.g. `https://localhost:8443`.
        """
        self._client = client
        self._base_url = base_url.rstrip("/")
        self._fields = fields

    async def load(self, saver: str, delegated_token: DelegatedToken, equipment: Equipment) -> Loaded:
        """Find the resources on behalf of the saver and open the calendar of each.

        Args:
            delegated_token: How the app comes to act on that person's behalf.

        Raises:
            PageError: `AUTHENTICATION_FAILED`, `INSUFFICIENT_PERMISSIONS`, `SAVER_NOT_IN_DIRECTORY` or
                `MICROSOFT_UNAVAILABLE`.
        """
        try:
            token = await self._token()
            directory_id = await self._read_directory(token)
            await self._find_saver(token, saver)
            found = await self._find_rooms(_on_behalf(delegated_token, directory_id, saver), saver)
            found += [Resource(name, email, "EQUIPMENT") for name, email in equipment(directory_id)]
            return await self._open_calendars(token, found)
        except httpx.TransportError as error:
            _log.warning("Microsoft did not answer: %s", type(error).__name__)
            raise _unavailable("did not answer") from error

    async def _token(self) -> str:
        response = await self._sent(
            "POST",
            f"{self._base_url}/{quote(self._fields.tenant_id, safe='')}/oauth2/v2.0/token",
            data={
                "grant_type": "client_credentials",
                "client_id": self._fields.client_id,
                "client_secret": self._fields.client_secret,
                "scope": f"{self._base_url}{_SCOPE_SUFFIX}",
            },
        )
        answer = _json_object(response)
        token = answer.get("access_token")
        if response.status_code == httpx.codes.OK and isinstance(token, str):
            return token
        _stop_when_busy(response)
        description = str(answer.get("error_description", ""))
        number = description.partition(":")[0] if description.startswith("AADSTS") else f"status {response.status_code}"
        raise PageError(
            502,
            "AUTHENTICATION_FAILED",
            f"Authentication failed. Microsoft did not accept the Client ID, Client Secret or Tenant ID ({number}).",
        )

    async def _read_directory(self, token: str) -> str:
        response = await self._get("/v1.0/organization", token, {"$select": "id"})
        organizations = _json_object(response).get("value")
        if response.status_code != httpx.codes.OK or not organizations:
            raise _insufficient("read your directory", response)
        return str(organizations[0]["id"])

    async def _find_saver(self, token: str, saver: str) -> None:
        response = await self._get(
            f"/v1.0/users/{quote(saver, safe='')}", token, {"$select": "id,userPrincipalName,accountEnabled"}
        )
        if response.status_code == httpx.codes.NOT_FOUND:
            raise _saver_not_in_directory(saver)
        if response.status_code != httpx.codes.OK:
            raise _insufficient("read your directory", response)
        if _json_object(response).get("accountEnabled") is False:
            raise _saver_not_in_directory(saver)

    async def _find_rooms(self, on_behalf: str, saver: str) -> list[Resource]:
        response = await self._get(f"/beta/users/{quote(saver, safe='')}/findRooms", on_behalf)
        if response.status_code != httpx.codes.OK:
            raise _insufficient("find rooms", response)
        rooms = _json_object(response).get("value", [])
        return [Resource(str(room["name"]), str(room["address"]), "ROOM") for room in rooms]

    async def _open_calendars(self, token: str, found: list[Resource]) -> Loaded:
        places = asyncio.Semaphore(_AT_ONCE)

        async def open_one(one: Resource) -> Resource | Unavailable:
            async with places:
                response = await self._get(f"/v1.0/users/{quote(one.email, safe='')}/calendar", token)
            if response.status_code == httpx.codes.OK:
                return one
            return Unavailable(one.name, one.email, one.kind, _graph_code(response))

        opened = await asyncio.gather(*(open_one(one) for one in found))
        resources = tuple(one for one in opened if isinstance(one, Resource))
        unavailable = tuple(one for one in opened if isinstance(one, Unavailable))
        if found and not resources:
            raise PageError(
                502,
                "INSUFFICIENT_PERMISSIONS",
                f"Insufficient permissions. Microsoft opened none of your rooms' calendars ({unavailable[0].reason}).",
            )
        return Loaded(resources, unavailable)

    async def _get(self, path: str, token: str, query: dict[str, str] | None = None) -> httpx.Response:
        response = await self._sent(
            "GET", f"{self._base_url}{path}", params=query, headers={"Authorization": f"Bearer {token}"}
        )
        _stop_when_busy(response)
        return response

    async def _sent(self, method: str, url: str, **request: Any) -> httpx.Response:
        """The answer; asked for again as long as Microsoft says when, as its guidance for throttling wants it."""
        for _ in range(_MOST_THROTTLED):
            response = await self._client.request(method, url, **request)
            wait = response.headers.get("Retry-After", "")
            if response.status_code != httpx.codes.TOO_MANY_REQUESTS or not wait.isdecimal():
                return response
            if int(wait) > _LONGEST_RETRY_AFTER_SECONDS:
                return response
            await asyncio.sleep(int(wait))
        return response


def _on_behalf(delegated_token: DelegatedToken, directory_id: str, saver: str) -> str:
    try:
        return delegated_token(directory_id, saver)
    except LookupError:
        raise _saver_not_in_directory(saver) from None


def _json_object(response: httpx.Response) -> dict[str, Any]:
    try:
        answer = response.json()
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _graph_code(response: httpx.Response) -> str:
    error = _json_object(response).get("error")
    code = error.get("code") if isinstance(error, dict) else None
    return str(code) if code else f"status {response.status_code}"


def _stop_when_busy(response: httpx.Response) -> None:
    if response.status_code == httpx.codes.TOO_MANY_REQUESTS or response.is_server_error:
        raise _unavailable(f"answered {response.status_code}")


def _unavailable(how: str) -> PageError:
    return PageError(502, "MICROSOFT_UNAVAILABLE", f"Microsoft Office 365 {how}. Please try again later.")


def _insufficient(to_do: str, response: httpx.Response) -> PageError:
    return PageError(
        502,
        "INSUFFICIENT_PERMISSIONS",
        f"Insufficient permissions. Microsoft did not let SmartRecruiters {to_do} ({_graph_code(response)}).",
    )


def _saver_not_in_directory(saver: str) -> PageError:
    return PageError(
        502,
        "SAVER_NOT_IN_DIRECTORY",
        f"{saver} has no active account in the Microsoft directory being integrated. "
        "The person who saves the credentials must have one.",
    )
