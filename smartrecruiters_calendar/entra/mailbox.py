"""One mailbox as the integration app uses it: when it and others are free, and events in it.

https://learn.microsoft.com/graph/api/calendar-getschedule, https://learn.microsoft.com/graph/api/user-post-events
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import quote, urlencode

import httpx

from smartrecruiters_calendar.entra.directory import Directory
from smartrecruiters_calendar.entra.errors import GraphRefused
from smartrecruiters_calendar.entra.graph_objects import CalendarEvent, Schedule

MOST_AT_ONCE: Final = 20
"""Addresses asked for in one request."""


@dataclass(frozen=True)
class Booking:
    """An event that is recognised by its subject."""

    subject: str
    text: str
    start: datetime
    end: datetime

    def document(self) -> dict[str, Any]:
        """Private, tentative, without attendees and without a reminder."""
        return {
            "subject": self.subject,
            "body": {"contentType": "text", "content": self.text},
            "start": _time(self.start),
            "end": _time(self.end),
            "showAs": "tentative",
            "sensitivity": "private",
            "isReminderOn": False,
        }


@dataclass(frozen=True)
class Availability:
    address: str
    error: str | None = None
    """Why it is unknown; None: it is known."""


class Mailbox:
    """A context manager: closes the directory that it was given. Every question raises as `Directory.get`."""

    def __init__(self, directory: Directory, address: str) -> None:
        self._directory = directory
        self._path = f"users/{quote(address, safe='')}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._directory.close()

    def availability(self, addresses: Sequence[str], start: datetime, end: datetime) -> list[Availability]:
        """Whether it is known when each mailbox is free, in the order asked."""
        schedules: dict[str, Schedule] = {}
        for first in range(0, len(addresses), MOST_AT_ONCE):
            asked = {
                "schedules": list(addresses[first : first + MOST_AT_ONCE]),
                "startTime": _time(start),
                "endTime": _time(end),
            }
            answer = self._directory.post(f"{self._path}/calendar/getSchedule", asked)
            for schedule in Schedule.each(self._directory.rest_of(answer)):
                schedules[schedule.schedule_id.casefold()] = schedule
        return [Availability(one, _unknown(schedules.get(one.casefold()))) for one in addresses]

    def book(self, booking: Booking) -> str:
        """Add the event; its ID. What became of it where no usable answer came is for the caller to look up."""
        return CalendarEvent.read(self._directory.post(f"{self._path}/events", booking.document())).id

    def booked(self, booking: Booking) -> Iterator[str]:
        """IDs of the events with that subject at that time."""
        within = {"startDateTime": booking.start.isoformat(), "endDateTime": booking.end.isoformat()}
        shown = self._directory.pages(f"{self._path}/calendarView?{urlencode(within)}&$select=id,subject&$top=100")
        return (event.id for event in CalendarEvent.each(shown) if event.subject == booking.subject)

    def remove(self, event_id: str) -> None:
        """Remove an event; one that is gone already is removed."""
        try:
            self._directory.delete(f"{self._path}/events/{quote(event_id, safe='')}")
        except GraphRefused as refused:
            if refused.status != httpx.codes.NOT_FOUND:
                raise


def _unknown(schedule: Schedule | None) -> str | None:
    if schedule is None:
        return "the answer leaves it out"
    if schedule.error:
        return f"{schedule.error.response_code}: {schedule.error.message}"
    return None if schedule.availability_view else "the answer shows no availability"


def _time(moment: datetime) -> dict[str, str]:
    return {"dateTime": moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S"), "timeZone": "UTC"}
