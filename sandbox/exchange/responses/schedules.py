"""`POST /users/{user}/calendar/getSchedule`: when people and rooms are free."""

from datetime import timedelta
from typing import Any

from sandbox.directory.models import mailboxes
from sandbox.directory.models.exchange_access import Verdict
from sandbox.exchange import errors
from sandbox.exchange.models import events, time_zones
from sandbox.exchange.models.events import Event
from sandbox.exchange.responses.calendars import preferred_zone
from sandbox.exchange.responses.mailbox_of import CALENDARS_READ, CALENDARS_READ_BASIC, mailbox_of, verdict_for
from sandbox.graph.routing import Call, Reply

_DIGITS = {"free": 0, "tentative": 1, "busy": 2, "oof": 3, "workingElsewhere": 4}
_LONGEST = timedelta(days=62)
_MOST_SCHEDULES = 100
_WORKING_HOURS = {
    "daysOfWeek": ["monday", "tuesday", "wednesday", "thursday", "friday"],
    "startTime": "08:00:00.0000000",
    "endTime": "17:00:00.0000000",
    "timeZone": {"name": "UTC"},
}


def get_schedule(call: Call) -> Reply:
    """Answer with one item per address asked for; one that cannot be resolved gets an error of its own."""
    mailbox_of(call, CALENDARS_READ_BASIC)
    body = _parameters(call.json())
    addresses = body.get("schedules")
    if (
        not isinstance(addresses, list)
        or not 1 <= len(addresses) <= _MOST_SCHEDULES
        or not all(isinstance(address, str) for address in addresses)
    ):
        raise _invalid("schedules", f"It is a list of 1 to {_MOST_SCHEDULES} SMTP addresses.")
    interval = body.get("availabilityViewInterval", 30)
    if not isinstance(interval, int) or isinstance(interval, bool) or not 5 <= interval <= 1440:
        raise _invalid("availabilityViewInterval", "It is a number of minutes from 5 to 1440.")
    start, end = _window(body)
    items = [_item(call, address, start, end, interval) for address in addresses]
    context = call.url("/$metadata#Collection(microsoft.graph.scheduleInformation)")
    return Reply(200, {"@odata.context": context, "value": items})


def _parameters(body: dict[str, Any]) -> dict[str, Any]:
    """The action's parameters by their documented names; Graph takes them in any case, and SDKs write `Schedules`."""
    known = {name.lower(): name for name in ("schedules", "startTime", "endTime", "availabilityViewInterval")}
    return {known.get(name.lower(), name): value for name, value in body.items()}


def _invalid(name: str, rule: str) -> Exception:
    return errors.invalid_request("ErrorInvalidParameter", f"The value of parameter '{name}' is invalid. {rule}")


def _window(body: dict[str, Any]) -> tuple[float, float]:
    try:
        start, end = (time_zones.moment(body.get(name)) for name in ("startTime", "endTime"))
    except time_zones.UnknownTimeZone as error:
        raise errors.unsupported_time_zone(error.name) from None
    except ValueError:
        raise _invalid("startTime", "startTime and endTime are each a dateTime with a timeZone.") from None
    if not timedelta() < end - start <= _LONGEST:
        raise _invalid("endTime", f"It is after startTime, by {_LONGEST.days} days at most.")
    return start.timestamp(), end.timestamp()


def _item(call: Call, address: str, start: float, end: float, interval: int) -> dict[str, Any]:
    known = all(not "\ud800" <= letter <= "\udfff" for letter in address)  # half a surrogate pair is in no address
    mailbox = mailboxes.find(call.store, call.tenant, address, call.seconds) if known else None
    if mailbox is None or not mailbox.active:
        return _refused(address, f"Unable to resolve e-mail address {address} to an Active Directory object.", "5009")
    if call.caller.idtyp != "user" and verdict_for(call, mailbox, CALENDARS_READ_BASIC) is not Verdict.ALLOWED:
        return _refused(address, "Access is denied. Check credentials and try again.", "ErrorAccessDenied")
    found = [event for event in events.between(call.store, call.tenant, mailbox, start, end) if _digit(event)]
    detailed = call.caller.idtyp != "user" and verdict_for(call, mailbox, CALENDARS_READ) is Verdict.ALLOWED
    zone = preferred_zone(call)
    return {
        "scheduleId": address,
        "availabilityView": _view(found, start, end, interval * 60),
        "scheduleItems": [_shown(event, zone, detailed=detailed) for event in found],
        "workingHours": _WORKING_HOURS,
    }


def _refused(address: str, message: str, code: str) -> dict[str, Any]:
    return {"scheduleId": address, "error": {"message": message, "responseCode": code}}


def _digit(event: Event) -> int:
    return _DIGITS.get(event.body.get("showAs", "busy"), 2)


def _view(found: list[Event], start: float, end: float, step: int) -> str:
    """One digit per slot: the strongest status of any event in it."""
    slots = []
    at = start
    while at < end:
        slots.append(max((_digit(event) for event in found if event.starts < at + step and event.ends > at), default=0))
        at += step
    return "".join(map(str, slots))


def _shown(event: Event, zone: str, *, detailed: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "status": event.body.get("showAs", "busy"),
        "start": time_zones.written(event.starts, zone),
        "end": time_zones.written(event.ends, zone),
    }
    if detailed:
        location = event.body.get("location") or {}
        shown |= {
            "isPrivate": event.body.get("sensitivity") in ("private", "personal"),
            "subject": event.body.get("subject") or "",
            "location": location.get("displayName", ""),
        }
    return shown
