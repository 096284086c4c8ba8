"""`/places`: rooms and room lists, for callers with `Place.Read.All` and nobody else."""

from functools import partial

from sandbox.exchange.errors import missing_place_permission, place_not_found
from sandbox.exchange.models import places
from sandbox.graph.listing import number, one, page
from sandbox.graph.routing import Call, Reply
from sandbox.odata import Fetch, QueryOptions
from sandbox.odata.entity_types import ROOM, ROOM_LIST

PERMISSIONS = ("Place.Read.All", "Place.ReadWrite.All")


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
    if found is None or found["@odata.type"] != "#microsoft.graph.roomList" or "@" not in address:
        raise place_not_found(address)
    fragment = f"places('{address}')/microsoft.graph.roomList/rooms"
    return page(call, ROOM, fragment, partial(_source, call, "room", address))


def read_place(call: Call) -> Reply:
    _require_permission(call)
    name = call.value("place")
    found = places.find(call.store, call.tenant, name)
    if found is None:
        raise place_not_found(name)
    entity = ROOM if found["@odata.type"] == "#microsoft.graph.room" else ROOM_LIST
    return one(call, entity, "places", found)


def _source(call: Call, kind: str, in_list: str | None, _: QueryOptions) -> Fetch:
    return places.fetch(call.store, call.tenant, kind, in_list=in_list)


def _require_permission(call: Call) -> None:
    app_only = call.caller.idtyp != "user"
    allowed = call.caller.has_role(*PERMISSIONS) if app_only else call.caller.has_scope(*PERMISSIONS)
    if not allowed:
        held = call.caller.roles if app_only else call.caller.scopes
        raise missing_place_permission(held, app_only=app_only)
