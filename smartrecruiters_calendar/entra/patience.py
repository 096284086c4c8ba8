"""When a request to Microsoft is sent again, and for how long: one rule for Graph, Entra, Key Vault and Azure.

Waits follow `Retry-After` and are bounded; each of five seconds or more is reported as a warning. The caller decides
what the end of patience means.
"""

import contextlib
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final, TypeAlias, TypeVar

import httpx
import stamina
from stamina.instrumentation import RetryDetails, set_on_retry_hooks

from smartrecruiters_calendar.outcome import Stopped

ATTEMPTS: Final = 6
"""Of a request whose connection breaks, or whose responses name no time to come back."""
MOST_ATTEMPTS: Final = 20
"""Of a request whose responses do: throttling is obeyed for as long as it names a time, as Microsoft asks.
https://learn.microsoft.com/graph/throttling"""
LONGEST_PATIENCE_SECONDS: Final = 300.0
"""Within which all attempts begin."""
LONGEST_RETRY_AFTER_SECONDS: Final = 120.0
TIMEOUT: Final = httpx.Timeout(60.0, connect=15.0)

RETRYABLE: Final = frozenset({429, 500, 502, 503, 504})
"""Statuses after which a read is sent again; every other one is final."""
NOT_APPLIED: Final = frozenset({429, 503})
"""Statuses that say that a change was not made."""

_REPORTED_SECONDS: Final = 5
_T = TypeVar("_T")
_log = logging.getLogger(__name__)

Retry: TypeAlias = Callable[[Exception], bool | float]
"""Whether to send again after this, or in how many seconds."""


class RetryableResponse(Exception):
    def __init__(self, status: int, retry_after: float | None) -> None:
        super().__init__(f"answered {status}")
        self.status = status
        self.retry_after = retry_after
        """For how many seconds it asks to be left alone; None where it does not say."""


NO_ANSWER: Final = (RetryableResponse, httpx.TransportError)


def raise_if_busy(response: httpx.Response, busy: frozenset[int] = RETRYABLE) -> httpx.Response:
    """Return a response whose status is not among `busy`; raise `RetryableResponse` for any other."""
    if response.status_code in busy:
        raise RetryableResponse(
            response.status_code, retry_after(response.headers.get("Retry-After"), response.headers.get("Date"))
        )
    return response


def retry_after(value: str | None, sent: str | None = None) -> float | None:
    """Seconds of a `Retry-After` header, which is a number or a date (RFC 9110, 10.2.3); None where it is neither.

    Args:
        value: of the header.
        sent: header `Date` of the same response, since the service's clock need not agree with this machine's.
    """
    value = (value or "").strip()
    if value.isascii() and value.isdecimal():
        return float(value)
    moment = _moment(value)
    if moment is None:
        return None
    return max(0.0, (moment - (_moment(sent or "") or datetime.fromtimestamp(time.time(), UTC))).total_seconds())


def _moment(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def retry_write(error: Exception) -> bool | float:
    """Retry a change: only where the response says that it was not made."""
    if not isinstance(error, RetryableResponse):
        return False
    wait = error.retry_after
    return True if wait is None else wait if wait <= LONGEST_RETRY_AFTER_SECONDS else False


def retry_read(error: Exception) -> bool | float:
    """Retry a read: also where the connection broke."""
    return isinstance(error, httpx.TransportError) or retry_write(error)


def bounded(retry: Retry) -> Retry:
    """The same for one request, until `ATTEMPTS` of its failures have not said when to come back."""
    unscheduled = 0

    def go_on(error: Exception) -> bool | float:
        nonlocal unscheduled
        unscheduled += not (isinstance(error, RetryableResponse) and error.retry_after is not None)
        return retry(error) if unscheduled < ATTEMPTS else False

    return go_on


def patiently(send: Callable[[], _T], gave_up: Callable[[str], Stopped], retry: Retry = retry_read) -> _T:
    """Send a request until it is answered, or patience ends.

    Args:
        send: sends it once; raises `NO_ANSWER` where that may be worth retrying.
        gave_up: makes the exception for the end of patience, from what happened last.
    """
    try:
        for attempt in stamina.retry_context(
            on=bounded(retry), attempts=MOST_ATTEMPTS, timeout=LONGEST_PATIENCE_SECONDS
        ):
            with attempt:
                return send()
    except NO_ANSWER as last:
        raise gave_up(describe_busy(last)) from None
    except httpx.DecodingError as unusable:
        raise gave_up(str(unusable)) from None
    raise AssertionError("retrying ends with a result or an exception")


def describe_busy(last: Exception) -> str:
    """The last failure of a service that did not answer in time, in a few words."""
    if not isinstance(last, RetryableResponse):
        return str(last) or type(last).__name__
    wait = last.retry_after
    if wait is not None and wait > LONGEST_RETRY_AFTER_SECONDS:
        return f"answered {last.status} and asks to come back in {wait:g} s"
    return f"answered {last.status} every time"


def wait_until(ask: Callable[[], _T], done: Callable[[_T], bool], seconds: float) -> _T:
    """Ask until an answer is as awaited, since Entra never says when a change is known everywhere.

    Args:
        seconds: 0 asks once.

    Returns:
        The first such answer, or the last answer where there was none.
    """
    answers = [ask()]
    if not seconds:  # which stamina warns of
        return answers[0]

    def ask_again() -> None:
        if not done(answers[-1]):
            answers.append(ask())
        if not done(answers[-1]):
            raise _NotYet

    with contextlib.suppress(_NotYet):
        for attempt in stamina.retry_context(on=_NotYet, attempts=None, timeout=seconds, wait_max=10):
            with attempt:
                ask_again()
    return answers[-1]


class _NotYet(Exception):
    pass


def _report(details: RetryDetails) -> None:
    if isinstance(details.caused_by, NO_ANSWER) and details.wait_for >= _REPORTED_SECONDS:
        _log.warning("No answer yet (%s): trying again in %.0f s", details.caused_by, details.wait_for)


set_on_retry_hooks([_report])
