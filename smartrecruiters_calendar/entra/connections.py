"""Connections to Entra and Graph that one thread uses for one tenant after another.

Opening a connection costs both ends more than most requests. Each request carries its own tenant's token or secret, and
cookies are refused: nothing of one tenant's reaches another. For one thread at a time, as azure-core's transport is.
"""

from collections.abc import Callable, Mapping
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import Final, Self

import httpx

from smartrecruiters_calendar.entra.client import client
from smartrecruiters_calendar.entra.patience import TIMEOUT, patiently, raise_if_busy
from smartrecruiters_calendar.outcome import Stopped

MOST_AT_ONCE: Final = 4
"""Requests under way at once, and so connections: Outlook's limit per app and mailbox, kept whatever the mailboxes.
https://learn.microsoft.com/graph/throttling-limits#outlook-service-limits"""

_NO_COOKIES: Final = DefaultCookiePolicy(allowed_domains=())


def http_client(transport: httpx.BaseTransport | None = None) -> httpx.Client:
    """A client that takes no cookie and knows no token; `transport` replaces the network in tests."""
    return client(
        {"Accept": "application/json"},
        transport,
        cookies=CookieJar(_NO_COOKIES),
        timeout=TIMEOUT,
        limits=httpx.Limits(max_connections=MOST_AT_ONCE),
    )


def get(
    url: str,
    gave_up: Callable[[str], Stopped],
    parameters: Mapping[str, str],
    headers: Mapping[str, str],
    transport: httpx.BaseTransport | None = None,
) -> httpx.Response:
    """One patient GET on a connection of its own; the response may have any status that is not worth retrying.

    Raises:
        Stopped: `gave_up` with what happened last.
    """
    with http_client(transport) as http:
        return patiently(lambda: raise_if_busy(http.get(url, params=parameters or None, headers=headers)), gave_up)


class Connections:
    """Kept open from one sign-in to the next. A context manager."""

    def __init__(self) -> None:
        # requests, which no single question needs
        from smartrecruiters_calendar.entra.entra_transport import entra_transport

        self.graph = http_client()
        self.entra = entra_transport()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self.graph.close()
        self.entra.close()
