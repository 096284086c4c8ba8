"""azure-identity's way to Entra, kept open and verified by the same trust as everything else (`integration.tls`).

Its own transport reads the file of trusted authorities anew for each connection, some hundred certificates, which takes
longer than the request. And where Entra asks for patience, its own would wait for as long as it is told, be it hours.
"""

from http.cookiejar import DefaultCookiePolicy
from typing import Any, Final

import requests
from azure.core.pipeline.transport import RequestsTransport
from requests.adapters import HTTPAdapter

from integration import tls
from integration.graph.errors import GRAPH_RETRY, EntraUnreachable
from integration.graph.patience import LONGEST_RETRY_AFTER_SECONDS

TIMES_BUSY: Final = 10
"""How often in a row Entra may answer *not now*. azure-identity's own three are soon over in a busy tenant, and whoever
then asks anew does so before the time that the last answer named."""


class _SharedTrust(HTTPAdapter):
    """Its pools verify by the shared context; the variables and bundles that requests would add to it are left out."""

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **options: Any) -> None:
        super().init_poolmanager(connections, maxsize, block, ssl_context=tls.trust(), **options)

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
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
        return super().send(request, stream, timeout, True, cert, proxies)


class _Patient(RequestsTransport):  # type: ignore[misc]  # azure-core loads its transports lazily, without a type
    """Gives up where the answers that say *not now* do not end, or one asks for longer than anybody waits.

    azure-identity would tell such an answer like a refusal, and nothing was refused.
    """

    _in_a_row = 0

    def send(self, request: Any, **options: Any) -> Any:
        response = super().send(request, **options)
        self._in_a_row = self._in_a_row + 1 if response.status_code in GRAPH_RETRY else 0
        if self._in_a_row > TIMES_BUSY:
            self._in_a_row = 0
            raise EntraUnreachable(f"answered {response.status_code} every time")
        return response

    def sleep(self, duration: float) -> None:
        if duration > LONGEST_RETRY_AFTER_SECONDS:
            self._in_a_row = 0
            raise EntraUnreachable(f"Entra asks to come back in {duration:g} s")
        super().sleep(duration)


def entra_transport() -> RequestsTransport:
    """A transport that takes no cookie, for one thread at a time; close it."""
    session = requests.Session()
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
    session.mount("https://", _SharedTrust())
    return _Patient(session=session)
