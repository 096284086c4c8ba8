"""azure-identity's way to Entra, kept open, with the trust and the proxies of everything else
(`smartrecruiters_calendar.entra.tls`, `smartrecruiters_calendar.entra.proxies`).

Its own transport reads the file of trusted authorities, some hundred certificates, again for each connection, which
takes longer than the request.
"""

import io
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Final

import requests
from azure.core.pipeline.transport import RequestsTransport
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse
from urllib3.exceptions import HTTPError

from smartrecruiters_calendar.entra import bodies, tls
from smartrecruiters_calendar.entra.errors import EntraUnreachable
from smartrecruiters_calendar.entra.patience import RETRYABLE, RetryableResponse, patiently, retry_after, retry_write
from smartrecruiters_calendar.entra.proxies import check, proxy_for

_PART: Final = 64 * 1024


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
        request.headers["Accept-Encoding"] = "identity"
        response = super().send(request, True, timeout, True, cert, chosen)
        response.raw = _whole(response)
        return response


def _whole(response: requests.Response) -> HTTPResponse:
    """The same answer with its body read, within the bounds of `bodies`.

    Raises:
        EntraUnreachable: it is too large, too slow, or packed in a way nobody asked for.
        ConnectionError: the connection broke.
    """
    raw, request = response.raw, response.request
    if raw.headers.get("Content-Encoding", "").lower() not in ("", "identity"):
        raw.close()
        raise EntraUnreachable("its answer is packed, which was not asked for")
    try:
        body = b"".join(bodies.within_bounds(iter(lambda: raw.read1(_PART, decode_content=False), b"")))
    except bodies.Unusable as unusable:
        raw.close()
        raise EntraUnreachable(f"its answer cannot be used: {unusable}") from None
    except HTTPError as broken:
        raise requests.exceptions.ConnectionError(broken, request=request) from None
    raw.release_conn()
    return HTTPResponse(
        io.BytesIO(body), raw.headers, raw.status, reason=raw.reason, preload_content=False, decode_content=False
    )


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
