"""Channel *page requests*: sends the requests that the settings page itself sends, as a profile file describes them.

It signs in with a saved session, never with a password. *Save* and *Load Resources* are sent once each and never
repeated automatically; the page or a named failure says how they ended.
"""

import logging
import time
from collections.abc import Callable, Sequence
from http.cookiejar import CookieJar
from types import TracebackType
from typing import Final, Self
from urllib.parse import quote

import httpx
from pydantic import JsonValue

from smartrecruiters_calendar.page.channel import Credentials, LoadedRoom, Saved, SavedFields, Unreachable, send_at_once
from smartrecruiters_calendar.page.json_pointer import text_at
from smartrecruiters_calendar.page.page_answers import (
    Step,
    confirms,
    failure,
    json_of,
    not_there,
    refused,
    retry_after,
    rooms_in,
    slug,
)
from smartrecruiters_calendar.page.page_client import PageClient
from smartrecruiters_calendar.page.profile import Job, PageRequest, Profile

_log = logging.getLogger(__name__)


class PageRequests:
    """The channel. A context manager; one object serves one delivery at a time."""

    name: Final = "page-requests"

    def __init__(
        self,
        profile: Profile,
        address: str,
        session: CookieJar,
        *,
        transport: httpx.BaseTransport | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """Make the channel ready; nothing is sent yet.

        Args:
            address: Where SmartRecruiters is, e.g. `https://www.smartrecruiters.com`; a path in it is kept.
            pause: Waits between two questions about the load job, in seconds.

        Raises:
            Stopped: the address is not a plain https address.
            TrustUnreadable: the file that names the trusted authorities cannot be used.
        """
        self._profile = profile
        self._page = PageClient(profile, address, session, transport)
        self._pause = pause

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._page.close()

    def saved_fields(self) -> SavedFields | None:
        """What the page shows as saved now; None when the profile does not say where it shows it."""
        places = self._profile.saved_fields
        if places is None:
            return None
        page = self._page.open(places.page or self._profile.settings_page)
        return SavedFields(self._page.find(places.client_id, page), self._page.find(places.tenant_id, page))

    def save(self, credentials: Credentials, before_sending: Callable[[], None] = send_at_once) -> Saved:
        """Send *Save*, once. Returns when the page accepted; raises a `ChannelFailure` otherwise."""
        request = self._profile.save
        step = Step("Save", request.errors, saving=True, secret=credentials.client_secret)
        self._ask(request, step, credentials, before_sending)
        _log.info("SmartRecruiters accepted the credentials")
        return Saved(channel=self.name, page=str(self._page.url(self._profile.settings_page)))

    def load_resources(self) -> Sequence[LoadedRoom]:
        """Send *Load Resources*, once, wait (bounded) for the list, and return it as SmartRecruiters gives it."""
        request = self._profile.load_resources
        response = self._ask(request, Step("Load Resources", request.errors))
        job = request.job
        if job is None:
            return rooms_in(json_of(response, "Load Resources"), request.rooms)
        job_id = None if job.id is None else text_at(json_of(response, "Load Resources"), job.id)
        if job.id is not None and job_id is None:
            raise not_there(f"the load job's id at {job.id}")
        path = job.path.replace("{job}", quote(job_id or "", safe=""))
        return rooms_in(self._awaited(job, path), request.rooms)

    def _ask(
        self,
        request: PageRequest,
        step: Step,
        credentials: Credentials | None = None,
        before_sending: Callable[[], None] = send_at_once,
    ) -> httpx.Response:
        response = self._page.send(request, step, credentials, before_sending)
        if response.status_code not in request.accepted:
            raise failure(response, step)
        if request.confirmed_by is not None:
            answer = json_of(response, step.what, may_have_been_saved=step.saving)
            if not confirms(answer, request.confirmed_by):
                raise refused(answer, step, f"{slug(step.what)}-not-confirmed")
        return response

    def _awaited(self, job: Job, path: str) -> JsonValue:
        """The answer that holds the list: asks for the job's state until it is over or the bound is reached."""
        until = time.monotonic() + job.within_seconds
        while True:
            response = self._page.open(path)
            answer = json_of(response, "the load job")
            if job.status is None:
                return answer
            status = text_at(answer, job.status)
            if status in job.done:
                return answer
            if status in job.failed:
                raise refused(answer, Step("Load Resources", job.errors), "load-failed")
            if status not in job.running:
                raise not_there(f"the load job's state at {job.status} ({', '.join((*job.running, *job.done))})")
            remaining = until - time.monotonic()
            if remaining <= 0:
                raise Unreachable(
                    f"SmartRecruiters was still loading after {job.within_seconds:g} s. "
                    "Look at its settings page, or load again later."
                )
            _log.debug("waiting for SmartRecruiters to load resources")
            self._pause(min(retry_after(response) or job.every_seconds, remaining))
