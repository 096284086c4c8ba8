"""Routes of mailboxes, calendars and places, with who may call them.

Permissions follow Graph's permission reference. A calendar route decides itself, because Exchange knows more than the
token's roles; so does a place route, because its refusal names them.
"""

from collections.abc import Iterator

from sandbox.exchange import errors
from sandbox.exchange.responses import calendars, mailbox_settings, places, schedules
from sandbox.exchange.responses.mailbox_of import CALENDARS_READ, CALENDARS_READ_BASIC, CALENDARS_WRITE, SETTINGS_READ
from sandbox.graph.routing import BETA, BOTH, Grade, Handler, Permissions, Route, by_handler

READ_PLACES = by_handler(*places.PERMISSIONS)
ON_BEHALF = Permissions().delegated(*places.FIND_SCOPES).refusing(errors.access_denied)


def _exchange(person: str) -> Iterator[Route]:
    """Routes under `/users/{user}` or `/me`."""

    def route(
        method: str,
        path: str,
        handler: Handler,
        needs: tuple[str, ...],
        grade: Grade = Grade.DOCUMENTED,
        note: str = "",
    ) -> Route:
        return Route(method, f"{person}/{path}", handler, by_handler(*needs), grade, note=note)

    yield route("GET", "calendar", calendars.read_calendar, CALENDARS_READ_BASIC)
    yield route("GET", "calendars", calendars.list_calendars, CALENDARS_READ_BASIC, note="one calendar per mailbox")
    yield route("GET", "calendars/{calendar}", calendars.read_calendar, CALENDARS_READ_BASIC)
    for container in ("", "calendar/", "calendars/{calendar}/"):
        yield route("GET", f"{container}events", calendars.list_events, CALENDARS_READ)
        yield route(
            "POST",
            f"{container}events",
            calendars.create_event,
            CALENDARS_WRITE,
            Grade.GUESS,
            "the shape is documented, the texts of refusals are not; no recurrence, no invitations to attendees",
        )
        yield route("GET", f"{container}calendarView", calendars.list_calendar_view, CALENDARS_READ)
        one = f"{container}events/{{event}}"
        yield route("GET", one, calendars.read_event, CALENDARS_READ)
        yield route("PATCH", one, calendars.change_event, CALENDARS_WRITE)
        yield route("DELETE", one, calendars.delete_event, CALENDARS_WRITE)
    for action in ("getSchedule", "microsoft.graph.getSchedule", "graph.getSchedule"):
        yield route("POST", f"calendar/{action}", schedules.get_schedule, CALENDARS_READ_BASIC)
    yield route("GET", "mailboxSettings", mailbox_settings.read_settings, SETTINGS_READ)
    yield route("GET", "mailboxSettings/userPurpose", mailbox_settings.read_purpose, SETTINGS_READ)


def _places() -> Iterator[Route]:
    refusal = "otherwise 403, a status that is a guess; code and text were seen in an issue thread"
    other_type = "404 for a place of another type is a guess"
    for prefix in ("microsoft.graph", "graph"):
        yield Route("GET", f"/places/{prefix}.room", places.list_rooms, READ_PLACES, Grade.DOCUMENTED, BOTH, refusal)
        yield Route("GET", f"/places/{prefix}.room/$count", places.count_rooms, READ_PLACES, Grade.DOCUMENTED, BOTH)
        yield Route("GET", f"/places/{prefix}.roomlist", places.list_room_lists, READ_PLACES, Grade.DOCUMENTED, BOTH)
        rooms = f"/places/{{place}}/{prefix}.roomlist/rooms"
        yield Route("GET", rooms, places.list_rooms_of_list, READ_PLACES, Grade.DOCUMENTED, BOTH)
        for kind, read in (("room", places.read_room), ("roomlist", places.read_room_list)):
            yield Route("GET", f"/places/{{place}}/{prefix}.{kind}", read, READ_PLACES, Grade.CLIENT, BOTH, other_type)
    yield Route("GET", "/places/{place}", places.read_place, READ_PLACES, Grade.DOCUMENTED, BOTH)


def _find_rooms() -> Iterator[Route]:
    note = "documentation and permission file disagree"
    for prefix in ("", "microsoft.graph."):
        for tail in ("findRooms", "findRooms/{list:RoomList}"):
            path = f"{prefix}{tail}"
            yield Route("GET", f"/users/{{user}}/{path}", places.find_rooms, ON_BEHALF, Grade.GUESS, BETA, note)
            yield Route("GET", f"/me/{path}", places.find_my_rooms, ON_BEHALF, Grade.GUESS, BETA, note)
        yield Route(
            "GET", f"/users/{{user}}/{prefix}findRoomLists", places.find_room_lists, ON_BEHALF, Grade.GUESS, BETA, note
        )


ROUTES: tuple[Route, ...] = (*_exchange("/users/{user}"), *_exchange("/me"), *_places(), *_find_rooms())
