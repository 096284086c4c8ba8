"""azure-identity's way to Entra: the client of everything else, with its trust, its proxies and its bounds, kept open.

azure-core's own transports read the file of trusted authorities, some hundred certificates, again for each connection,
choose proxies by another meaning of the variables, and take an answer that never ends.
"""

import contextlib
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Final

import httpx
from azure.core.exceptions import ServiceRequestError, ServiceResponseError
from azure.core.pipeline.transport import HttpResponse, HttpTransport
from azure.core.utils import case_insensitive_dict

from smartrecruiters_calendar.entra.bodies import Unusable, json_in, text_in
from smartrecruiters_calendar.entra.client import client_of_microsoft
from smartrecruiters_calendar.entra.errors import EntraUnreachable
from smartrecruiters_calendar.entra.patience import TIMEOUT, patiently, raise_if_busy, retry_write

_NEVER_SENT: Final = (httpx.ConnectError, httpx.ProxyError, httpx.UnsupportedProtocol, httpx.InvalidURL, ValueError)
_CONFIGURATION: Final = "/.well-known/openid-configuration"


class _Answer(HttpResponse):
    """One of httpx, as azure-core reads them."""

    def __init__(self, request: Any, answer: httpx.Response) -> None:
        super().__init__(request, answer)
        self._answer = answer
        self.status_code = answer.status_code
        self.headers = case_insensitive_dict(answer.headers)
        self.reason = answer.reason_phrase
        self.content_type = answer.headers.get("Content-Type")

    def body(self) -> bytes:
        return self._answer.content

    def text(self, encoding: str | None = None) -> str:
        return text_in(self._answer).removeprefix("\ufeff")


class EntraTransport(HttpTransport[Any, HttpResponse]):
    """Takes no cookie. Close it in the end.

    Retries busy responses itself. azure-identity would report the last one as a rejection, although nothing was
    rejected, and would wait for as long as a response asks. Broken connections are left to azure-identity, which
    looks for a managed identity by one short attempt.
    """

    def __init__(self) -> None:
        """Raises as `client.client`."""
        self._http = client_of_microsoft()

    def __exit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        self.close()

    def open(self) -> None:
        """It is, from the beginning."""

    def close(self) -> None:
        self._http.close()

    def send(self, request: Any, *, connection_timeout: float | None = None, **_: Any) -> HttpResponse:
        """Send a request of azure-core.

        Args:
            connection_timeout: in seconds, where azure-identity wants another one than the usual.

        Raises:
            EntraUnreachable: Entra stays busy, or its answer is too large, too slow, or packed as nobody asked, or
                sends the sign-in to another host.
            ServiceRequestError: the request was not sent.
            ServiceResponseError: no answer came.
        """
        form = isinstance(request.data, dict)
        body = {"data": _fields(request.data)} if form else {"content": request.data}
        timeout = httpx.Timeout(TIMEOUT.read, connect=connection_timeout) if connection_timeout else TIMEOUT

        def once() -> httpx.Response:
            try:
                answer = self._http.request(
                    request.method, request.url, headers=request.headers, timeout=timeout, **body
                )
            except (*_NEVER_SENT, httpx.ConnectTimeout) as error:
                raise ServiceRequestError(error, error=error) from error
            except httpx.TransportError as error:
                raise ServiceResponseError(error, error=error) from error
            return _stays_here(raise_if_busy(answer))

        return _Answer(request, patiently(once, EntraUnreachable, retry_write))


def _fields(form: Mapping[str, str | bytes | None]) -> dict[str, str]:
    """A form as azure-core means it: msal signs assertions as bytes, and what is None is left out."""
    return {
        name: value.decode() if isinstance(value, bytes) else value for name, value in form.items() if value is not None
    }


def _stays_here(answer: httpx.Response) -> httpx.Response:
    """The same answer, unless msal would take from it that the credential goes to another host."""
    if answer.url.path.endswith(_CONFIGURATION):
        with contextlib.suppress(Unusable, AttributeError, TypeError, httpx.InvalidURL):  # msal refuses such a one
            sign_in = httpx.URL(json_in(answer).get("token_endpoint", ""))
            if sign_in.host and (sign_in.host, sign_in.port) != (answer.url.host, answer.url.port):
                raise EntraUnreachable(f"it sends the sign-in to {sign_in.host}, which gets no secret")
    return answer
