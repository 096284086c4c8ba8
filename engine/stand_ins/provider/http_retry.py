"""Sends requests and repeats them as the official plugin does: throttling, passing faults, and agreed exceptions.

Waits double from one second on, or follow `Retry-After`; how often and how long depends on who is asked. Source:
hashicorp/go-azure-sdk sdk/client, sdk/auth and sdk/internal/metadata.
"""

import math
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.stand_ins.provider.errors import PluginError
from engine.stand_ins.provider.polling import Waiting

if TYPE_CHECKING:
    import httpx

RetryRule = Callable[["httpx.Response"], bool]
"""Whether an answer that is an error elsewhere only means *not yet* for this request."""

_ALWAYS_RETRIED = frozenset({408, 424, 429})
_IDEMPOTENT = frozenset({"GET", "PATCH", "DELETE"})
_REQUEST_TIMEOUT = 60.0
_IDLE_CONNECTION = 2.0
"""Seconds. Shorter than any server's own limit, so that a request never meets a connection that is being closed."""


@dataclass(frozen=True)
class Patience:
    retries: int
    longest_wait: float
    """Seconds."""
    repeats_posts: bool = False
    """Also when a connection broke, so that the service may have acted already."""


ONCE = Patience(retries=0, longest_wait=0)
"""For the metadata service."""

SIGNING_IN = Patience(retries=8, longest_wait=30, repeats_posts=True)
"""For the token service: two minutes at most."""


def until(deadline: float) -> Patience:
    """For Graph: as often as fits before the operation has to be done.

    Args:
        deadline: `time.monotonic()`.
    """
    seconds = deadline - time.monotonic()
    if seconds <= 63:
        return Patience(max(0, math.floor(math.log2(max(seconds, 0) + 1)) - 1), longest_wait=61)
    return Patience(int(seconds - 63) // 61 + 6, longest_wait=61)


def open_client(transport: "httpx.BaseTransport | None" = None) -> "httpx.Client":
    """A client that verifies TLS against the system's roots, or those in `SSL_CERT_FILE`.

    Proxies from the environment are ignored: everything asked is on this machine.
    """
    # Imported late: httpx takes as long to load as the rest of the plugin, and the engine can already connect.
    import httpx

    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return httpx.Client(
        verify=context,
        transport=transport,
        trust_env=False,
        timeout=_REQUEST_TIMEOUT,
        limits=httpx.Limits(keepalive_expiry=_IDLE_CONNECTION),
    )


def send(
    client: "httpx.Client",
    method: str,
    url: str,
    *,
    waiting: Waiting,
    patience: Patience,
    deadline: float = math.inf,
    also_retry: RetryRule | None = None,
    **options: Any,
) -> "httpx.Response":
    """Send a request until it gets an answer worth looking at.

    Args:
        deadline: `time.monotonic()` by which the operation has to be done.
        options: headers and body, as `httpx.Client.request` takes them.

    Raises:
        PluginError: no connection.
    """
    import httpx

    for attempt in range(patience.retries + 1):
        last = attempt == patience.retries
        pause = min(2.0**attempt, patience.longest_wait)
        try:
            answer = client.request(method, url, **options)
        except httpx.TransportError as error:
            repeatable = patience.repeats_posts or method in _IDEMPOTENT
            if last or not repeatable or _is_certificate_problem(error):
                raise PluginError(f"{method} {url}: {error}") from None
        else:
            if last or not (_is_passing(answer.status_code) or (also_retry is not None and also_retry(answer))):
                return answer
            asked_for = _retry_after(answer)
            pause = pause if asked_for is None else asked_for
        waiting.rest(pause, deadline)
    raise PluginError(f"{method} {url}: no time left")


def _is_passing(status: int) -> bool:
    return status in _ALWAYS_RETRIED or (status >= 500 and status != 501)


def _is_certificate_problem(error: Exception) -> bool:
    return "CERTIFICATE_VERIFY_FAILED" in str(error)


def _retry_after(answer: "httpx.Response") -> float | None:
    header = answer.headers.get("retry-after", "")
    return float(header) if header.isdecimal() else None
