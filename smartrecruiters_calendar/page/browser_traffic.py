"""What an open page asks of its server: whether it is still waiting, how its document was answered, how *Save* was.

Only methods and statuses are kept. The request that carries the secret is recognised by it, and the secret is not kept
either, nor is a body.
"""

import time
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, quote_plus

from pydantic import SecretStr

from smartrecruiters_calendar.page.bot_protection import challenger, protection_of
from smartrecruiters_calendar.page.browser_process import Error, Page, Request, Response

_COUNTED: Final = frozenset({"document", "xhr", "fetch"})
_RETRYABLE: Final = frozenset({409, 429, 500, 502, 503, 504})
"""Statuses that a later attempt may not get; 409: the server is busy with something else."""
_REFUSALS: Final = 400
_LEFT: Final = "net::ERR_ABORTED"
"""What the browser says of a request that the page itself gave up, as when it is left."""
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass
class SecretRequest:
    """A request that carried the secret, and how it was answered so far."""

    status: int | None = None
    failed: bool = False


class Traffic:
    def __init__(self, page: Page) -> None:
        self._page = page
        self._under_way: set[Request] = set()
        self._changed_at = time.monotonic()
        self._secret: tuple[str, ...] = ()
        self._with_secret: dict[Request, SecretRequest] = {}
        self.document_status: int | None = None
        """Status of the page itself; None while it is being asked for."""
        self.document_lost: str | None = None
        """Why the page itself did not come, in the browser's words."""
        self.protection: str | None = None
        """Whose bot protection answered since the page itself was asked for."""
        self.wrote = False
        """Whether anything that could change something was sent since `watch_for`."""
        self.trouble: str | None = None
        """What went wrong last, since `forget_trouble`: a request was lost, or its server was busy or failing."""
        self.refused = False
        """Whether a request was refused since `forget_trouble`."""
        page.on("request", self._begun)
        page.on("response", self._answered)
        page.on("requestfinished", self._ended)
        page.on("requestfailed", self._failed)

    def watch_for(self, secret: SecretStr) -> None:
        text = secret.get_secret_value()
        self._secret = tuple({text, quote(text, safe=""), quote_plus(text)})
        self._with_secret.clear()
        self.wrote = False

    def forget_trouble(self) -> None:
        self.trouble, self.refused = None, False

    def forget_secret(self) -> None:
        self._secret = ()

    @property
    def secret_request(self) -> SecretRequest | None:
        """The last request that carried the secret; None: none did, as far as can be seen."""
        return next(reversed(self._with_secret.values()), None)

    def challenger(self) -> str | None:
        """Whose challenge the page shows in a frame, though its server answered as usual."""
        return next((maker for frame in self._page.frames if (maker := challenger(frame.url))), None)

    def quiet_seconds(self) -> float:
        """For how long nothing was asked or answered; 0 while an answer is awaited."""
        return 0.0 if self._under_way else time.monotonic() - self._changed_at

    def _begun(self, request: Request) -> None:
        if request.resource_type not in _COUNTED:
            return
        self._under_way.add(request)
        self._changed_at = time.monotonic()
        if self._is_page_itself(request):
            self.document_status = self.document_lost = self.protection = None
        if request.method not in _READING:
            self.wrote = True
            if self._secret and any(form in (request.post_data or "") for form in self._secret):
                self._with_secret[request] = SecretRequest()

    def _answered(self, response: Response) -> None:
        request = response.request
        if request in self._under_way and (maker := protection_of(response.status, response.headers)):
            self.protection = maker
        if self._is_page_itself(request):
            self.document_status = response.status
        if request in self._with_secret:
            self._with_secret[request].status = response.status
        if request in self._under_way and response.status in _RETRYABLE:
            self.trouble = f"it answered {response.status}"
        elif request in self._under_way and response.status >= _REFUSALS:
            self.refused = True

    def _ended(self, request: Request) -> None:
        self._under_way.discard(request)
        self._changed_at = time.monotonic()

    def _failed(self, request: Request) -> None:
        counted = request in self._under_way
        self._ended(request)
        if counted and request.failure != _LEFT:
            self.trouble = request.failure or "the connection was lost"
        if self._is_page_itself(request):
            self.document_lost = request.failure or "no reason given"
        if request in self._with_secret:
            self._with_secret[request].failed = True

    def _is_page_itself(self, request: Request) -> bool:
        try:
            return request.is_navigation_request() and request.frame == self._page.main_frame
        except Error:  # the frame of a navigation that has only begun is not known yet
            return False
