"""Beta `findRooms` and `findRoomLists`: at most 100 rooms, and only on behalf of a person.

Microsoft's permission file also lists an application permission for them; its reference page says *not supported*, and
so does this sandbox.
"""

from typing import Any

from sandbox.directory.models import mailboxes
from sandbox.directory.responses.users import my_id
from sandbox.exchange.errors import access_denied, invalid_user
from sandbox.exchange.models import places
from sandbox.graph.errors import unknown_segment
from sandbox.graph.routing import Call, Reply

SCOPES = ("User.Read", "User.Read.All", "User.ReadBasic.All")
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
