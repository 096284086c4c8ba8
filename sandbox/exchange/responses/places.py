"""`/places`: rooms and room lists, for callers with `Place.Read.All`; and beta `findRooms` and `findRoomLists`.

Those two list at most 100 rooms, and only on behalf of a person: Microsoft's permission file also lists an application
permission for them, its reference page says *not supported*, and so does this sandbox.
"""

from functools import partial
from typing import Any

from sandbox.directory.models import mailboxes
from sandbox.directory.responses.users import my_id
from sandbox.exchange.errors import access_denied, invalid_user, missing_place_permission, place_not_found
from sandbox.exchange.models import places
from sandbox.graph.errors import unknown_segment
from sandbox.graph.listing import number, one, page
from sandbox.graph.routing import Call, Reply
from sandbox.odata import Fetch, QueryOptions
from sandbox.odata.entity_types import ROOM, ROOM_LIST

PERMISSIONS = ("Place.Read.All", "Place.ReadWrite.All")
_ROOM_TYPE, _LIST_TYPE = "#microsoft.graph.room", "#microsoft.graph.roomList"


def list_rooms(call: Call) -> Reply:
    """`GET /places/microsoft.graph.room`: every room that is not hidden from the address list."""
    _require_permission(call)
    return page(call, ROOM, "places/microsoft.graph.room", partial(_source, call, "room", None))


def count_rooms(call: Call) -> Reply:
    _require_permission(call)
    return number(call, ROOM, partial(_source, call, "room", None))


def list_room_lists(call: Call) -> Reply:
    _require_permission(call)
    return page(call, ROOM_LIST, "places/microsoft.graph.roomList", partial(_source, call, "roomList", None))


def list_rooms_of_list(call: Call) -> Reply:
    """`GET /places/{address of a room list}/microsoft.graph.roomlist/rooms`: named by its address, not its id."""
    _require_permission(call)
    address = call.value("place")
    found = places.find(call.store, call.tenant, address)
    if found is None or found["@odata.type"] != _LIST_TYPE or "@" not in address:
        raise place_not_found(address)
    fragment = f"places('{address}')/microsoft.graph.roomList/rooms"
    return page(call, ROOM, fragment, partial(_source, call, "room", address))


def read_place(call: Call) -> Reply:
    return _place(call, _ROOM_TYPE, _LIST_TYPE)


def read_room(call: Call) -> Reply:
    """`GET /places/{place}/microsoft.graph.room`: the place, as long as it is a room."""
    return _place(call, _ROOM_TYPE)


def read_room_list(call: Call) -> Reply:
    return _place(call, _LIST_TYPE)


def _place(call: Call, *types: str) -> Reply:
    _require_permission(call)
    name = call.value("place")
    found = places.find(call.store, call.tenant, name)
    if found is None or found["@odata.type"] not in types:
        raise place_not_found(name)
    return one(call, ROOM if found["@odata.type"] == _ROOM_TYPE else ROOM_LIST, "places", found)


def _source(call: Call, kind: str, in_list: str | None, _: QueryOptions) -> Fetch:
    return places.fetch(call.store, call.tenant, kind, in_list=in_list)


def _require_permission(call: Call) -> None:
    app_only = call.caller.idtyp != "user"
    allowed = call.caller.has_role(*PERMISSIONS) if app_only else call.caller.has_scope(*PERMISSIONS)
    if not allowed:
        held = call.caller.roles if app_only else call.caller.scopes
        raise missing_place_permission(held, app_only=app_only)


FIND_SCOPES = ("User.Read", "User.Read.All", "User.ReadBasic.All")
MAX_ROOMS = 100


def find_rooms(call: Call) -> Reply:
    """`GET /beta/users/{user}/findRooms`, with `(RoomList='address')` only the rooms of that list."""
    _require_own(call)
    return _found(call, "room", _wanted_list(call))


def find_room_lists(call: Call) -> Reply:
    _require_own(call)
    return _found(call, "roomList", None)


def find_my_rooms(call: Call) -> Reply:
    my_id(call)
    return _found(call, "room", _wanted_list(call))


def _wanted_list(call: Call) -> str | None:
    if "list" not in call.keys:
        return None
    if call.key("list").by == "id":  # findRooms/x is not a spelling of findRooms(RoomList='x')
        raise unknown_segment(call.value("list"))
    return call.value("list")


def _found(call: Call, kind: str, in_list: str | None) -> Reply:
    rows = places.fetch(call.store, call.tenant, kind, in_list=in_list)(None, MAX_ROOMS)
    value: list[dict[str, Any]] = [{"name": item["displayName"], "address": item["emailAddress"]} for _, item in rows]
    return Reply(
        200, {"@odata.context": call.url("/$metadata#Collection(microsoft.graph.emailAddress)"), "value": value}
    )


def _require_own(call: Call) -> None:
    name = call.value("user")
    mailbox = mailboxes.find(call.store, call.tenant, name, call.seconds)
    if mailbox is None:
        raise invalid_user(name)
    if mailbox.id != my_id(call):
        raise access_denied()
