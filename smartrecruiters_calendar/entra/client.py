"""The one httpx client of this project: it takes the proxies and the trust of `proxies` and `tls`, and nothing else of
the environment; it reads no more than it can hold, for no longer than `arrival` says, and its log shows no token.
"""

import ssl
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Final

import httpx

from smartrecruiters_calendar.entra import bodies, proxies, tls
from smartrecruiters_calendar.entra.arrival import InTime
from smartrecruiters_calendar.entra.patience import TIMEOUT

MOST_AT_ONCE: Final = 4
"""Requests to Microsoft under way at once, and so connections: Outlook's limit per app and mailbox, kept whatever the
mailboxes. https://learn.microsoft.com/graph/throttling-limits#outlook-service-limits"""

_LIMITS: Final = httpx.Limits(max_connections=10)
_NO_COOKIES: Final = DefaultCookiePolicy(allowed_domains=())


def client(
    headers: dict[str, str],
    transport: httpx.BaseTransport | None = None,
    *,
    limits: httpx.Limits = _LIMITS,
    **options: Any,
) -> httpx.Client:
    """A client that verifies every certificate.

    Args:
        transport: replaces the network in tests.
        limits: for each way out, a proxy or none.
        options: as of `httpx.Client`.

    Raises:
        ProxyRefused: a variable names a proxy that cannot be used.
        TrustUnreadable: the file of trusted authorities cannot be used.
    """
    bodies.keep_values_out_of_logs()
    proxies.check()
    return httpx.Client(
        headers={"Accept-Encoding": ", ".join(bodies.UNPACKED), **headers},
        transport=transport or _Routed(tls.trust(), limits),
        event_hooks={"response": [bodies.bound]},
        trust_env=False,
        **options,
    )


def client_of_microsoft(transport: httpx.BaseTransport | None = None) -> httpx.Client:
    """A client for Entra and Graph that takes no cookie and knows no token. Raises as `client`."""
    return client(
        {"Accept": "application/json"},
        transport,
        cookies=CookieJar(_NO_COOKIES),
        timeout=TIMEOUT,
        limits=httpx.Limits(max_connections=MOST_AT_ONCE),
    )


class _Routed(httpx.BaseTransport):
    """Sends each request by its own way: httpx knows exceptions by host, not by network."""

    def __init__(self, trust: ssl.SSLContext, limits: httpx.Limits) -> None:
        self._trust, self._limits = trust, limits
        self._ways: dict[proxies.Proxy | None, InTime] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        proxy = proxies.proxy_for(str(request.url))
        # Threads that share a client may both make the first one; one of them stays.
        way = self._ways.get(proxy) or self._ways.setdefault(proxy, self._way(proxy))
        return way.handle_request(request)

    def close(self) -> None:
        for way in self._ways.values():
            way.close()

    def _way(self, proxy: proxies.Proxy | None) -> InTime:
        through = None
        if proxy:
            signed_in = (proxy.user, proxy.password) if proxy.user else None
            trust = self._trust if proxy.scheme == "https" else None
            through = httpx.Proxy(proxy.address, auth=signed_in, ssl_context=trust)
        return InTime(verify=self._trust, limits=self._limits, proxy=through, trust_env=False)
