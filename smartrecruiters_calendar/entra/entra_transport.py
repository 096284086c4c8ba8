"""azure-identity's way to Entra, kept open, with the trust and the proxies of everything else
(`smartrecruiters_calendar.entra.tls`, `smartrecruiters_calendar.entra.proxies`).

Its own transport reads the file of trusted authorities, some hundred certificates, again for each connection, which
takes longer than the request.
"""

from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from azure.core.pipeline.transport import RequestsTransport
from requests.adapters import HTTPAdapter

from smartrecruiters_calendar.entra import tls
from smartrecruiters_calendar.entra.errors import EntraUnreachable
from smartrecruiters_calendar.entra.patience import RETRYABLE, RetryableResponse, patiently, retry_after, retry_write
from smartrecruiters_calendar.entra.proxies import check, proxy_for


class _SharedTrust(HTTPAdapter):
    """Its pools verify by the shared context; the variables and bundles that requests would add to it are left out, and
    so are the proxies that it would choose by another meaning of the variables."""

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **options: Any) -> None:
        super().init_poolmanager(connections, maxsize, block, ssl_context=tls.trust(), **options)

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        if proxy.startswith("https:"):
            options["proxy_ssl_context"] = tls.trust()
        return super().proxy_manager_for(proxy, ssl_context=tls.trust(), **options)

    def cert_verify(self, conn: Any, url: str, verify: object, cert: object) -> None:
        conn.cert_reqs = "CERT_REQUIRED"

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Any = None,
    ) -> requests.Response:
        proxy = proxy_for(request.url or "")
        chosen = {"http": proxy.whole_address, "https": proxy.whole_address} if proxy else {}
        return super().send(request, stream, timeout, True, cert, chosen)


class _Patient(RequestsTransport):  # type: ignore[misc]  # azure-core loads its transports lazily, without a type
    """Retries busy responses itself. azure-identity would report the last one as a rejection, although nothing was
    rejected, and would wait for as long as a response asks. Broken connections are left to azure-identity, which
    looks for a managed identity by one short attempt.
    """

    def send(self, request: Any, **options: Any) -> Any:
        def once() -> Any:
            response = super(_Patient, self).send(request, **options)
            if response.status_code in RETRYABLE:
                headers = response.headers
                raise RetryableResponse(
                    response.status_code, retry_after(headers.get("Retry-After"), headers.get("Date"))
                )
            return response

        return patiently(once, EntraUnreachable, retry_write)


def entra_transport() -> RequestsTransport:
    """A transport that takes no cookie, for one thread at a time; close it. Raises as `client.client`."""
    check()
    session = requests.Session()
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
    session.trust_env = False
    for scheme in ("https://", "http://"):
        session.mount(scheme, _SharedTrust())
    return _Patient(session=session)
