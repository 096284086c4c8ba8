"""Calendars and events of a mailbox, as Exchange answers through Graph.

A mailbox has one calendar here. Times are shown in UTC, or in the zone of ``Prefer: outlook.timezone="…"``.
"""

import json
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from sandbox.directory.models import objects
from sandbox.directory.models.mailboxes import Mailbox
from sandbox.exchange import errors
from sandbox.exchange.models import events, time_zones
from sandbox.exchange.models.events import Event
from sandbox.exchange.responses.mailbox_of import CALENDARS_READ, CALENDARS_READ_BASIC, CALENDARS_WRITE, mailbox_of
from sandbox.graph.listing import one, page
from sandbox.graph.routing import Call, Reply
from sandbox.odata import Fetch, QueryOptions, fetch_from
from sandbox.odata.entity_types import CALENDAR, EVENT

SHOW_AS = ("free", "tentative", "busy", "oof", "workingElsewhere", "unknown")
_OUTLOOK_ZONE = re.compile(r'outlook\.timezone\s*=\s*"([^"]*)"', re.IGNORECASE)


def read_calendar(call: Call) -> Reply:
    mailbox = mailbox_of(call, CALENDARS_READ_BASIC)
    _require_own_calendar(call, mailbox)
    fragment = f"users('{_who(call)}')/{'calendars' if 'calendar' in call.keys else 'calendar'}"
    return one(call, CALENDAR, fragment, _calendar(call, mailbox))


def list_calendars(call: Call) -> Reply:
    mailbox = mailbox_of(call, CALENDARS_READ_BASIC)
    found = [_calendar(call, mailbox)]
    return page(call, CALENDAR, f"users('{_who(call)}')/calendars", lambda options: fetch_from(found, options.order_by))


def list_events(call: Call) -> Reply:
    mailbox = mailbox_of(call, CALENDARS_READ)
    _require_own_calendar(call, mailbox)
    return _page_of_events(call, mailbox, events.every(call.store, call.tenant, mailbox), "events")


def list_calendar_view(call: Call) -> Reply:
    """`GET /users/{user}/calendarView?startDateTime=…&endDateTime=…`: the events within a window of time."""
    mailbox = mailbox_of(call, CALENDARS_READ)
    _require_own_calendar(call, mailbox)
    start, end = (_window_end(call, name) for name in ("startDateTime", "endDateTime"))
    if end < start:
        raise errors.invalid_request("ErrorInvalidParameter", "The end of the time window is before its start.")
    found = events.between(call.store, call.tenant, mailbox, start, end)
    return _page_of_events(call, mailbox, found, "calendarView")


def read_event(call: Call) -> Reply:
    mailbox = mailbox_of(call, CALENDARS_READ)
    _require_own_calendar(call, mailbox)
    shown = _shown(call, mailbox, _event(call, mailbox), preferred_zone(call))
    return one(call, EVENT, f"users('{_who(call)}')/events", shown)


def create_event(call: Call) -> Reply:
    mailbox = mailbox_of(call, CALENDARS_WRITE)
    _require_own_calendar(call, mailbox)
    body = call.json()
    starts, ends = _moments(body, {})
    kept = _settable(body) | {
        "createdDateTime": _stamp(call),
        "lastModifiedDateTime": _stamp(call),
        "originalStartTimeZone": body["start"].get("timeZone") or "UTC",
        "originalEndTimeZone": body["end"].get("timeZone") or "UTC",
    }
    event = Event(events.event_id(mailbox, call.request_id), starts, ends, kept)
    events.add(call.store, call.tenant, mailbox, event)
    shown = _shown(call, mailbox, event, preferred_zone(call))
    context = call.url(f"/$metadata#users('{_who(call)}')/events/$entity")
    location = call.url(f"/users('{_who(call)}')/events('{event.id}')")
    return Reply(201, {"@odata.context": context, **shown}, {"Location": location})


def change_event(call: Call) -> Reply:
    """`PATCH …/events/{event}`: what is named changes; the answer is the whole event, not 204 as in the directory."""
    mailbox = mailbox_of(call, CALENDARS_WRITE)
    _require_own_calendar(call, mailbox)
    old = _event(call, mailbox)
    body = call.json()
    starts, ends = _moments(body, {"start": old.starts, "end": old.ends})
    changed = Event(old.id, starts, ends, old.body | _settable(body) | {"lastModifiedDateTime": _stamp(call)})
    events.replace(call.store, call.tenant, mailbox, changed)
    shown = _shown(call, mailbox, changed, preferred_zone(call))
    return Reply(200, {"@odata.context": call.url(f"/$metadata#users('{_who(call)}')/events/$entity"), **shown})


def delete_event(call: Call) -> Reply:
    mailbox = mailbox_of(call, CALENDARS_WRITE)
    _require_own_calendar(call, mailbox)
    if not events.remove(call.store, call.tenant, mailbox, call.value("event")):
        raise errors.item_not_found()
    return Reply(204)


def preferred_zone(call: Call) -> str:
    """Return the time zone that the caller prefers, by the name it used; `UTC` by default.

    Raises:
        GraphError: 400 for a zone that is not known.
    """
    found = _OUTLOOK_ZONE.search(call.header("Prefer"))
    name = found.group(1) if found else "UTC"
    try:
        time_zones.time_zone(name)
    except time_zones.UnknownTimeZone:
        raise errors.unsupported_time_zone(name) from None
    return name


_SHAPES: dict[str, tuple[type, ...]] = {
    "subject": (str, type(None)),
    "body": (dict, type(None)),
    "location": (dict, type(None)),
    "locations": (list,),
    "attendees": (list,),
    "categories": (list,),
    "importance": (str,),
    "sensitivity": (str,),
    "showAs": (str,),
    "isAllDay": (bool,),
    "isReminderOn": (bool,),
    "isOnlineMeeting": (bool,),
    "reminderMinutesBeforeStart": (int,),
    "responseRequested": (bool, type(None)),
    "allowNewTimeProposals": (bool, type(None)),
    "hideAttendees": (bool,),
    "transactionId": (str, type(None)),
}
"""Properties of an event that a caller may set, with their JSON types. Others are ignored."""


def _event(call: Call, mailbox: Mailbox) -> Event:
    found = events.find(call.store, call.tenant, mailbox, call.value("event"))
    if found is None:
        raise errors.item_not_found()
    return found


def _moments(body: dict[str, Any], known: dict[str, float]) -> tuple[float, float]:
    """Start and end that a body names, or the known ones."""
    try:
        starts, ends = (
            known[name] if name in known and name not in body else time_zones.moment(body.get(name)).timestamp()
            for name in ("start", "end")
        )
    except time_zones.UnknownTimeZone as error:
        raise errors.unsupported_time_zone(error.name) from None
    except ValueError:
        raise _invalid("A valid start and end are required.") from None
    if ends < starts:
        raise _invalid("The event's end is before its start.")
    return starts, ends


def _settable(body: dict[str, Any]) -> dict[str, Any]:
    """What a caller may set, checked."""
    for name, kinds in _SHAPES.items():
        if name in body and not isinstance(body[name], kinds):
            raise _invalid(f"Property '{name}' has the wrong type.")
    if body.get("showAs", "busy") not in SHOW_AS:
        raise _invalid("Property 'showAs' has a value that is none of the known ones.")
    kept = {name: value for name, value in body.items() if name in _SHAPES}
    try:
        json.dumps(kept, allow_nan=False)
    except ValueError:  # Python reads NaN, which is no JSON and could not be sent back
        raise _invalid("A number is not one.") from None
    return kept


def _stamp(call: Call) -> str:
    return call.now.strftime("%Y-%m-%dT%H:%M:%S.%f0Z")


def _invalid(message: str) -> Exception:
    return errors.invalid_request(
        "ErrorPropertyValidationFailure", f"At least one property failed validation. {message}"
    )


def _who(call: Call) -> str:
    return quote(call.keys["user"].value if "user" in call.keys else call.caller.oid, safe="")


def _require_own_calendar(call: Call, mailbox: Mailbox) -> None:
    if "calendar" in call.keys and call.value("calendar") != events.calendar_id(mailbox):
        raise errors.item_not_found()


def _owner(call: Call, mailbox: Mailbox) -> dict[str, str]:
    user = objects.get(call.store, call.tenant, mailbox.id, call.seconds, "user")
    name = str(user.body.get("displayName", mailbox.address)) if user else mailbox.address
    return {"name": name, "address": mailbox.address}


def _calendar(call: Call, mailbox: Mailbox) -> dict[str, Any]:
    return {
        "id": events.calendar_id(mailbox),
        "name": "Calendar",
        "color": "auto",
        "hexColor": "",
        "isDefaultCalendar": True,
        "changeKey": events.change_key(mailbox.id),
        "canShare": True,
        "canViewPrivateItems": True,
        "canEdit": True,
        "allowedOnlineMeetingProviders": ["teamsForBusiness"],
        "defaultOnlineMeetingProvider": "teamsForBusiness",
        "isTallyingResponses": True,
        "isRemovable": False,
        "owner": _owner(call, mailbox),
    }


def _page_of_events(call: Call, mailbox: Mailbox, found: Sequence[Event], name: str) -> Reply:
    zone = preferred_zone(call)
    shown = [_shown(call, mailbox, event, zone) for event in found]

    def source(asked: QueryOptions) -> Fetch:
        return fetch_from(shown, asked.order_by)

    return page(call, EVENT, f"users('{_who(call)}')/{name}", source)


def _window_end(call: Call, name: str) -> float:
    given = next((value for key, value in call.query if key.lower() == name.lower()), None)
    if given is None:
        raise errors.invalid_request(
            "ErrorInvalidParameter",
            "This request requires a time window specified by the query string parameters StartDateTime and "
            "EndDateTime.",
        )
    try:
        return time_zones.in_utc(given.replace(" ", "+")).timestamp()  # an unescaped plus sign arrives as a space
    except ValueError:
        raise errors.invalid_request(
            "ErrorInvalidParameter", f"The value '{given}' of parameter '{name}' is invalid."
        ) from None


def _shown(call: Call, mailbox: Mailbox, event: Event, zone: str) -> dict[str, Any]:
    organizer = {"emailAddress": _owner(call, mailbox)}
    key = events.change_key(event.id + json.dumps(event.body, sort_keys=True))
    return {
        "@odata.etag": f'W/"{key}"',
        "id": event.id,
        "changeKey": key,
        "categories": [],
        "originalStartTimeZone": "UTC",
        "originalEndTimeZone": "UTC",
        "iCalUId": events.change_key(event.id),
        "reminderMinutesBeforeStart": 15,
        "isReminderOn": True,
        "hasAttachments": False,
        "subject": None,
        "bodyPreview": "",
        "importance": "normal",
        "sensitivity": "normal",
        "isAllDay": False,
        "isCancelled": False,
        "isOrganizer": True,
        "responseRequested": True,
        "seriesMasterId": None,
        "showAs": "busy",
        "type": "singleInstance",
        "isOnlineMeeting": False,
        "isDraft": False,
        "hideAttendees": False,
        "allowNewTimeProposals": True,
        "onlineMeeting": None,
        "onlineMeetingProvider": "unknown",
        "onlineMeetingUrl": None,
        "transactionId": None,
        "webLink": call.context.base_url + f"/owa/?itemid={quote(event.id, safe='')}&exvsurl=1&path=/calendar/item",
        "recurrence": None,
        "responseStatus": {"response": "organizer", "time": "0001-01-01T00:00:00Z"},
        "body": {"contentType": "html", "content": ""},
        "location": {"displayName": "", "locationType": "default"},
        "locations": [],
        "attendees": [],
        **event.body,
        "start": time_zones.written(event.starts, zone),
        "end": time_zones.written(event.ends, zone),
        "organizer": organizer,
    }
