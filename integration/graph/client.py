"""Asks Graph v1.0, read-only: the directory and the calendars of rooms, a few at a time, patient with throttling.

Only GET requests are sent, so asking again is always safe. Nothing here judges the answers; `integration.post_deploy`
does.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import httpx
import stamina

from integration import tls
from integration.graph.cloud import Cloud
from integration.graph.directory import refusal
from integration.graph.errors import GRAPH_RETRY, GraphRefused, GraphUnreachable

MAX_CONCURRENT: Final = 4
"""Requests under way at once: Outlook's documented limit per app and mailbox."""

_ATTEMPTS: Final = 5
_LONGEST_RETRY_AFTER_SECONDS: Final = 120.0
_TIMEOUT: Final = httpx.Timeout(60.0, connect=15.0)


@dataclass(frozen=True)
class CalendarAnswer:
    """What Graph said when a mailbox's calendar was opened."""

    address: str
    refusal: GraphRefused | None = None
    """None: the calendar opened."""


class _AskAgain(Exception):
    def __init__(self, response: httpx.Response) -> None:
        super().__init__(f"status {response.status_code}")
        self.response = response


class GraphReader:
    """Graph as one app sees it; holds no connection between calls."""

    def __init__(self, cloud: Cloud, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        """Make the reader ready; nothing is sent yet.

        Args:
            cloud: where Graph is.
            transport: takes the place of the network, in tests.
        """
        self._base = f"{cloud.graph_endpoint}/v1.0"
        self._transport = transport

    def organization_id(self, token: str) -> str:
        """Directory ID as the directory itself tells it (`GET /organization`).

        Raises:
            GraphRefused: Graph says no, or answers in a way that names no directory.
            GraphUnreachable: no usable answer in time.
        """

        async def ask() -> str:
            async with self._client(token) as http:
                answer = await _get(http, "/organization?$select=id")
            try:
                return str(answer["value"][0]["id"])
            except (KeyError, IndexError, TypeError):
                raise GraphRefused(200, "", "the answer names no directory") from None

        return asyncio.run(ask())

    def calendars(
        self, token: str, addresses: Sequence[str], opened: Callable[[int], None] = lambda _: None
    ) -> list[CalendarAnswer]:
        """Open the calendar of each mailbox, at most `MAX_CONCURRENT` at once.

        Args:
            token: an access token for Graph.
            addresses: mailboxes, by address.
            opened: told after each answer how many came so far.

        Returns:
            One answer per address, in the same order.

        Raises:
            GraphUnreachable: no usable answer in time for at least one of them.
        """
        return asyncio.run(self._calendars(token, addresses, opened))

    async def _calendars(
        self, token: str, addresses: Sequence[str], opened: Callable[[int], None]
    ) -> list[CalendarAnswer]:
        slots = asyncio.Semaphore(MAX_CONCURRENT)
        answered = 0

        async def open_one(http: httpx.AsyncClient, address: str) -> CalendarAnswer:
            nonlocal answered
            async with slots:
                try:
                    await _get(http, f"/users/{quote(address, safe='')}/calendar")
                except GraphRefused as refused:
                    answer = CalendarAnswer(address, refused)
                else:
                    answer = CalendarAnswer(address)
            answered += 1
            opened(answered)
            return answer

        async with self._client(token) as http:
            try:
                async with asyncio.TaskGroup() as group:
                    tasks = [group.create_task(open_one(http, address)) for address in addresses]
            except* GraphUnreachable as failed:
                # One sentence is enough: the others failed for want of the same service or were cancelled.
                raise _first(failed) from None
        return [task.result() for task in tasks]

    def _client(self, token: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=self._base,
            headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
            verify=tls.trust(),
            transport=self._transport,
            timeout=_TIMEOUT,
            limits=httpx.Limits(max_connections=MAX_CONCURRENT),
        )


async def _get(http: httpx.AsyncClient, path: str) -> Any:
    try:
        async for attempt in stamina.retry_context(on=_again, attempts=_ATTEMPTS, timeout=None):
            with attempt:
                response = _settled(await http.get(path))
    except _AskAgain as last:
        raise GraphUnreachable(f"answered {last.response.status_code} {_ATTEMPTS} times") from None
    except httpx.TransportError as error:
        raise GraphUnreachable(f"{error or type(error).__name__}") from error
    if response.status_code != httpx.codes.OK:
        raise refusal(response)
    return response.json()


def _settled(response: httpx.Response) -> httpx.Response:
    if response.status_code in GRAPH_RETRY:
        raise _AskAgain(response)
    return response


def _again(error: Exception) -> bool | float:
    """Whether to ask again, or in how many seconds."""
    if isinstance(error, _AskAgain):
        wait = error.response.headers.get("Retry-After", "")
        if wait.isascii() and wait.isdecimal():
            return float(wait) if float(wait) <= _LONGEST_RETRY_AFTER_SECONDS else False
        return True
    return isinstance(error, httpx.TransportError)


def _first(group: BaseExceptionGroup[GraphUnreachable]) -> GraphUnreachable:
    first = group.exceptions[0]
    return first if isinstance(first, GraphUnreachable) else _first(first)
