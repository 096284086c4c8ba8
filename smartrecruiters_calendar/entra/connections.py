"""Connections to Entra and Graph that one thread uses for one tenant after another.

Opening a connection costs both ends more than most requests. Each request carries its own tenant's token or secret, and
cookies are refused: nothing of one tenant's reaches another. For one thread at a time.
"""

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self

import httpx

from smartrecruiters_calendar.entra.client import client_of_microsoft
from smartrecruiters_calendar.entra.patience import patiently, raise_if_busy
from smartrecruiters_calendar.outcome import Stopped


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
    with client_of_microsoft(transport) as http:
        return patiently(lambda: raise_if_busy(http.get(url, params=parameters or None, headers=headers)), gave_up)


class Connections:
    """Kept open from one sign-in to the next. A context manager."""

    def __init__(self) -> None:
        # azure-core, which no single question needs
        from smartrecruiters_calendar.entra.entra_transport import EntraTransport

        self.graph = client_of_microsoft()
        self.entra = EntraTransport()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self.graph.close()
        self.entra.close()
