"""Connections to Entra and Graph that one thread uses for one tenant after another.

Opening a connection costs both ends more than most requests. Each request carries its own tenant's token or secret, and
cookies are refused: nothing of one tenant's reaches another. For one thread at a time, as azure-core's transport is.
"""

from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import Final, Self

import httpx

from smartrecruiters_calendar.entra import tls
from smartrecruiters_calendar.entra.patience import TIMEOUT

MOST_AT_ONCE: Final = 4
"""Requests under way at once, and so connections: Outlook's limit per app and mailbox, kept whatever the mailboxes.
https://learn.microsoft.com/graph/throttling-limits#outlook-service-limits"""

_NO_COOKIES: Final = DefaultCookiePolicy(allowed_domains=())


def graph_client(transport: httpx.BaseTransport | None = None) -> httpx.Client:
    """A client that takes no cookie and knows no token.

    Args:
        transport: takes the place of the network, in tests.
    """
    return httpx.Client(
        headers={"Accept": "application/json"},
        cookies=CookieJar(_NO_COOKIES),
        verify=tls.trust(),
        transport=transport,
        timeout=TIMEOUT,
        limits=httpx.Limits(max_connections=MOST_AT_ONCE),
    )


class Connections:
    """Kept open from one sign-in to the next. A context manager."""

    def __init__(self) -> None:
        """Nothing is opened yet."""
        from smartrecruiters_calendar.entra.entra_transport import (
            entra_transport,  # requests, which no single question needs
        )

        self.graph = graph_client()
        self.entra = entra_transport()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close them."""
        self.graph.close()
        self.entra.close()
