"""When a request is sent again: the service is busy or the connection broke, and asking twice does no harm.

Waits are bounded and follow `Retry-After`. For use with `stamina.retry_context(on=…)`.
"""

from typing import Final

import httpx

ATTEMPTS: Final = 6
LONGEST_RETRY_AFTER_SECONDS: Final = 120.0
TIMEOUT: Final = httpx.Timeout(60.0, connect=15.0)


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
