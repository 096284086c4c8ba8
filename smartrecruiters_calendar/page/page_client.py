"""Talks HTTP with one settings page: reads pages with patience, sends the page's own requests exactly once.

Redirects are followed for reading only and within the page's own host, so credentials reach no other. Knows nothing
of rooms or receipts.
"""

from collections.abc import Callable, Iterable
from http.cookiejar import CookieJar
from typing import Final

import httpx
import stamina

from smartrecruiters_calendar.entra.bodies import text_in
from smartrecruiters_calendar.entra.client import client
from smartrecruiters_calendar.page.address import page_address, same_origin
from smartrecruiters_calendar.page.bot_protection import protected, protection_of
from smartrecruiters_calendar.page.channel import Credentials, Refused, SignInNeeded, send_at_once
from smartrecruiters_calendar.page.json_pointer import text_at
from smartrecruiters_calendar.page.markup import named_values
from smartrecruiters_calendar.page.page_answers import (
    Step,
    failure,
    is_about_certificates,
    json_of,
    no_answer,
    not_there,
    retry_after,
)
from smartrecruiters_calendar.page.placeholders import filled, filled_body
from smartrecruiters_calendar.page.profile import ANTI_FORGERY, Errors, Locator, PageRequest, Profile

_CONNECT_SECONDS: Final = 15.0
_READ_ATTEMPTS: Final = 4
_READ_RETRIES_WITHIN_SECONDS: Final = 90.0
_LONGEST_RETRY_AFTER_SECONDS: Final = 60.0
_MOST_REDIRECTS: Final = 5
_RETRYABLE: Final = frozenset({429, 500, 502, 503, 504})
_NEVER_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class _Retryable(Exception):
    """An answer to a reading request that is worth retrying (429, 5xx)."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__(f"status {response.status_code}")
        self.response = response


class PageClient:
    """HTTP with one page, in one session. Every method may raise `SignInNeeded`, `Unreachable` or `PageChanged`."""

    def __init__(
        self, profile: Profile, address: str, session: CookieJar, transport: httpx.BaseTransport | None = None
    ) -> None:
        """Make the client ready; nothing is sent yet.

        Raises:
            Stopped: the address is not a plain https address.
            TrustUnreadable: the file that names the trusted authorities cannot be used.
        """
        self._profile = profile
        self._address = page_address(address)
        self._http = client(
            {"Accept": "application/json, text/html;q=0.9"},
            transport,
            cookies=httpx.Cookies(session),
            timeout=httpx.Timeout(profile.answer_within_seconds, connect=_CONNECT_SECONDS),
            follow_redirects=False,
        )

    def close(self) -> None:
        self._http.close()

    def url(self, path: str) -> httpx.URL:
        return self._address.copy_with(raw_path=self._address.raw_path.rstrip(b"/") + path.encode())

    def open(self, path: str) -> httpx.Response:
        """GET a page, following redirects within its host; the answer has status 200."""
        url = self.url(path)
        for _ in range(_MOST_REDIRECTS):
            response = self._get(url)
            _stop_when_protected(response)
            self.stop_when_signed_out(response)
            if not response.has_redirect_location:
                break
            url = url.join(response.headers["Location"])
        if response.status_code == httpx.codes.FORBIDDEN:
            raise Refused(
                "forbidden",
                "SmartRecruiters does not let the signed-in account open its calendar integrations. "
                "Sign in with an Administrator account.",
            )
        if response.status_code != httpx.codes.OK:
            raise failure(response, Step(f"the page {path}", Errors()))
        return response

    def _get(self, url: httpx.URL) -> httpx.Response:
        try:
            for attempt in stamina.retry_context(
                on=_read_again, attempts=_READ_ATTEMPTS, timeout=_READ_RETRIES_WITHIN_SECONDS
            ):
                with attempt:
                    return _raise_if_retryable(self._http.get(url))
        except _Retryable as last:
            return last.response
        except httpx.RequestError as error:
            raise no_answer(url, error) from error
        raise AssertionError("retrying ends with an answer or an exception")

    def send(
        self,
        request: PageRequest,
        step: Step,
        credentials: Credentials | None = None,
        before_sending: Callable[[], None] = send_at_once,
    ) -> httpx.Response:
        """Send one of the page's own requests, exactly once, with its placeholders filled."""
        values = {ANTI_FORGERY: self._anti_forgery()} if request.uses(ANTI_FORGERY) else {}
        if credentials:
            values |= {
                "clientId": credentials.client_id,
                "clientSecret": credentials.client_secret.get_secret_value(),
                "tenantId": credentials.tenant_id,
            }
        url = self.url(request.path)
        # What a browser adds to the requests of a page's script; servers check it against forgery.
        headers = {
            "Origin": f"{url.scheme}://{url.netloc.decode('ascii')}",
            "Referer": str(self.url(self._profile.settings_page)),
            **{name: filled(value, values) for name, value in request.headers.items()},
        }
        before_sending()
        try:
            response = self._http.request(
                request.method,
                url,
                headers=headers,
                data=None if request.form is None else {k: filled(v, values) for k, v in request.form.items()},
                json=None if request.json_body is None else filled_body(request.json_body, values),
            )
        except httpx.RequestError as error:
            raise no_answer(url, error, in_doubt=step.saving and not isinstance(error, _NEVER_SENT)) from error
        _stop_when_protected(response)
        self.stop_when_signed_out(response, saving=step.saving)
        return response

    def find(self, place: Locator, page: httpx.Response) -> str | None:
        if place.meta_name is not None:
            return named_values(text_in(page)).metas.get(place.meta_name) or None
        if place.input_name is not None:
            return named_values(text_in(page)).inputs.get(place.input_name) or None
        if place.cookie_name is not None:
            return next((cookie.value for cookie in self._http.cookies.jar if cookie.name == place.cookie_name), None)
        return text_at(json_of(page, str(place)), place.json_pointer)

    def _anti_forgery(self) -> str:
        source = self._profile.anti_forgery
        if source is None:
            raise AssertionError("a checked profile says where its anti-forgery token comes from")
        token = self.find(source.token, self.open(source.page or self._profile.settings_page))
        if token is None or not (token.isascii() and token.isprintable()):
            raise not_there(f"a usable anti-forgery token ({source.token})")
        return token

    def stop_when_signed_out(self, response: httpx.Response, *, saving: bool = False) -> None:
        """Raise `SignInNeeded` when the answer is one that a signed-out visitor gets.

        Args:
            saving: it answers *Save*. Sent on to another host, the credentials may have been saved before.
        """
        signs = self._profile.signed_out
        why, elsewhere = None, False
        if response.status_code in signs.statuses:
            why = f"the page answered {response.status_code}"
        elif response.has_redirect_location:
            target = response.url.join(response.headers["Location"])
            if not same_origin(target, self._address):
                why, elsewhere = f"the page sends its visitors to {target.host}", True
            elif any(target.path.startswith(self.url(path).path) for path in signs.redirects_to):
                why = "the page sends its visitors to its sign-in"
        elif "json" not in response.headers.get("Content-Type", "") and _shows(response, signs.texts):
            why = "the page shows its sign-in"
        if why:
            raise SignInNeeded(
                f"Nobody is signed in to SmartRecruiters any more: {why}.", may_have_been_saved=saving and elsewhere
            )


def _shows(response: httpx.Response, texts: Iterable[str]) -> bool:
    shown = text_in(response)
    return any(text in shown for text in texts)


def _stop_when_protected(response: httpx.Response) -> None:
    if maker := _protection_of(response):
        raise protected(maker)


def _protection_of(response: httpx.Response) -> str | None:
    return protection_of(response.status_code, response.headers, text_in(response) if response.is_error else "")


def _raise_if_retryable(response: httpx.Response) -> httpx.Response:
    if _protection_of(response):  # asking it again would be pressing it
        return response
    if response.status_code in _RETRYABLE:
        raise _Retryable(response)
    return response


def _read_again(error: Exception) -> bool | float:
    if isinstance(error, _Retryable):
        seconds = retry_after(error.response)
        if seconds is None:
            return True
        return seconds if seconds <= _LONGEST_RETRY_AFTER_SECONDS else False
    return isinstance(error, httpx.TransportError) and not is_about_certificates(error)
