"""Watches a browser while a person saves and loads: the exchanges, held in memory and nowhere else.

The browser has a session of its own that ends with it. Nothing is typed or pressed here, and nothing is changed on the
way.
"""

import logging
import time
from datetime import UTC, datetime
from typing import Final

import httpx

from smartrecruiters_calendar.page.browser_process import Error, Page, Request
from smartrecruiters_calendar.page.recording.exchange import Exchange, by_beginning, exchange, is_read

_LOOK_MILLISECONDS: Final = 250

_log = logging.getLogger(__name__)


class Watcher:
    """Notes every exchange of a page's browser context from now on."""

    def __init__(self, page: Page) -> None:
        self._context = page.context
        self._seen: list[Exchange] = []
        self._context.on("requestfinished", self._note)

    def until_closed(self, seconds: float) -> list[Exchange]:
        """What was seen until the person closed the window, or the time was over, in the order in which it began."""
        until = time.monotonic() + seconds
        try:
            while (pages := self._context.pages) and time.monotonic() < until:
                pages[-1].wait_for_timeout(_LOOK_MILLISECONDS)
        except Error:
            _log.debug("the browser was closed")
        return by_beginning(self._seen)

    def _note(self, request: Request) -> None:
        try:
            if noted := _exchange(request):
                self._seen.append(noted)
        except Error:  # the window was closed while this was read
            _log.debug("an exchange was lost")


def _exchange(request: Request) -> Exchange | None:
    url, response = httpx.URL(request.url), request.response()
    if response is None or url.scheme not in ("http", "https"):
        return None
    answer_type = response.headers.get("content-type", "")
    headers = request.all_headers()
    moment = request.timing["startTime"]
    return exchange(
        method=request.method,
        url=url,
        began=datetime.fromtimestamp(moment / 1000, UTC) if moment > 0 else None,
        status=response.status,
        request_headers=list(headers.items()),
        sent_type=headers.get("content-type", ""),
        sent_text=_body(request),
        answer_headers=[(one["name"], one["value"]) for one in response.headers_array()],
        answer_type=answer_type,
        answer_text=response.text() if is_read(answer_type) and response.status < httpx.codes.MULTIPLE_CHOICES else "",
    )


def _body(request: Request) -> str:
    return (request.post_data_buffer or b"").decode(errors="replace")
