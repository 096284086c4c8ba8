"""azure-identity's way to Entra, kept open and verified by the same trust as everything else
(`smartrecruiters_calendar.entra.tls`).

Its own transport reads the file of trusted authorities anew for each connection, some hundred certificates, which takes
longer than the request. And where Entra asks for patience, its own would wait for as long as it is told, be it hours.
"""

from http.cookiejar import DefaultCookiePolicy
from typing import Any, Final

import requests
from azure.core.pipeline.transport import HttpTransport, RequestsTransport
from requests.adapters import HTTPAdapter

from smartrecruiters_calendar.entra import tls
from smartrecruiters_calendar.entra.cloud import Cloud
from smartrecruiters_calendar.entra.errors import GRAPH_RETRY, EntraUnreachable
from smartrecruiters_calendar.entra.patience import ATTEMPTS, LONGEST_RETRY_AFTER_SECONDS

_TIMES_BUSY: Final = 10
"""How often in a row Entra may answer *not now* and say when to come back. azure-identity's own three are soon over in
a busy tenant, and whoever then asks anew does so before the time that the last answer named."""
_LONGEST_PAUSE_SECONDS: Final = 5
"""Where Entra does not say when to come back."""


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
    _untold = 0
    """Those of them that did not say when to come back."""

    def send(self, request: Any, **options: Any) -> Any:
        response = super().send(request, **options)
        if response.status_code not in GRAPH_RETRY:
            self._in_a_row = self._untold = 0
            return response
        self._in_a_row += 1
        self._untold += "Retry-After" not in response.headers
        if self._in_a_row > _TIMES_BUSY or self._untold >= ATTEMPTS:
            raise self._given_up(f"answered {response.status_code} every time")
        return response

    def sleep(self, duration: float) -> None:
        if duration > LONGEST_RETRY_AFTER_SECONDS:
            raise self._given_up(f"asks to come back in {duration:g} s")
        super().sleep(duration)

    def _given_up(self, told: str) -> EntraUnreachable:
        self._in_a_row = self._untold = 0
        return EntraUnreachable(told)


def entra_transport() -> RequestsTransport:
    """A transport that takes no cookie, for one thread at a time; close it."""
    session = requests.Session()
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
    session.mount("https://", _SharedTrust())
    return _Patient(session=session)


def entra_options(cloud: Cloud, transport: HttpTransport[Any, Any]) -> dict[str, Any]:
    """What every credential of azure-identity is made with.

    Args:
        cloud: where Entra is.
        transport: from `entra_transport`.
    """
    # Outside the public cloud msal would ask Microsoft about the login endpoint, dropping its port.
    return {
        "authority": cloud.login_endpoint,
        "disable_instance_discovery": not cloud.public,
        "transport": transport,
        "retry_status": _TIMES_BUSY,
        "retry_backoff_max": _LONGEST_PAUSE_SECONDS,
    }
