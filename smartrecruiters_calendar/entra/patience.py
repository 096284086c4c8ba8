"""When a request is sent again: the service is busy or the connection broke, and asking twice does no harm.

Waits are bounded and follow `Retry-After`. For use with `stamina.retry_context(on=…)`.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

import httpx

ATTEMPTS: Final = 6
"""Of a request whose connection breaks, or whose answers name no time to come back."""
MOST_ATTEMPTS: Final = 20
"""Of a request whose answers do: throttling is obeyed for as long as it names a time, as Microsoft asks.
https://learn.microsoft.com/graph/throttling"""
LONGEST_PATIENCE_SECONDS: Final = 300.0
"""Within which all attempts begin."""
LONGEST_RETRY_AFTER_SECONDS: Final = 120.0
"""Of one wait."""
TIMEOUT: Final = httpx.Timeout(60.0, connect=15.0)


Repeat: TypeAlias = Callable[[Exception], bool | float]
"""Whether to send again after this, or in how many seconds."""


class Busy(Exception):
    """An answer that only says: not now."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__(f"status {response.status_code}")
        self.response = response


def settled(response: httpx.Response, busy: frozenset[int]) -> httpx.Response:
    """The answer, unless its status is among `busy`.

    Raises:
        Busy: it is.
    """
    if response.status_code in busy:
        raise Busy(response)
    return response


def again(error: Exception) -> bool | float:
    """Whether to send a reading request again, or in how many seconds."""
    return isinstance(error, httpx.TransportError) or again_unmade(error)


def again_unmade(error: Exception) -> bool | float:
    """The same for a change: only where the answer says that it was not made."""
    if not isinstance(error, Busy):
        return False
    wait = retry_after(error.response)
    return True if wait is None else wait if wait <= LONGEST_RETRY_AFTER_SECONDS else False


def patiently(repeat: Repeat) -> Repeat:
    """The same for one request, which is given up after `ATTEMPTS` that were not told when to come back."""
    untold = 0

    def go_on(error: Exception) -> bool | float:
        nonlocal untold
        untold += not (isinstance(error, Busy) and retry_after(error.response) is not None)
        return repeat(error) if untold < ATTEMPTS else False

    return go_on


def retry_after(response: httpx.Response) -> float | None:
    """For how many seconds an answer asks to be left alone; None where it does not say."""
    wait = response.headers.get("Retry-After", "")
    return float(wait) if wait.isascii() and wait.isdecimal() else None


def told(response: httpx.Response) -> str:
    """The last answer of a service that was busy for as long as was waited, in a few words."""
    wait = retry_after(response)
    if wait is not None and wait > LONGEST_RETRY_AFTER_SECONDS:
        return f"answered {response.status_code} and asks to come back in {wait:g} s"
    return f"answered {response.status_code} every time"
