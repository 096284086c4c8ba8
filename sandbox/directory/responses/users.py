"""`/users`, `/me`, `/groups` and what hangs on them in the directory."""

from functools import partial

from sandbox.directory.models import objects, power
from sandbox.directory.models import people as directory
from sandbox.directory.models.objects import DirectoryObject
from sandbox.directory.models.people import GROUPS, USERS, Selection
from sandbox.directory.responses import any_object
from sandbox.graph.errors import GraphError, access_denied, bad_request, method_not_allowed, not_found
from sandbox.graph.guids import is_guid
from sandbox.graph.listing import number, one, page
from sandbox.graph.routing import Call, Reply
from sandbox.odata import EntityType, Fetch, QueryOptions
from sandbox.odata.entity_types import DIRECTORY_OBJECT_LISTED, GROUP, USER


def list_users(call: Call) -> Reply:
    return _list(call, USER, "users", USERS)


def count_users(call: Call) -> Reply:
    return _number(call, USER, USERS)


def read_user(call: Call) -> Reply:
    """`GET /users/{user}`: by object id or user principal name."""
    name = call.value("user")
    found = directory.find_user(call.store, call.tenant, name, call.seconds)
    if found is None:
        raise not_found(name)
    if call.caller.idtyp == "user" and found.id != call.caller.oid and not call.caller.has_scope(*DELEGATED_ALL):
        raise access_denied()
    return one(call, USER, "users", directory.show(found))


def read_me(call: Call) -> Reply:
    """`GET /me`: only for a token on behalf of a person."""
    found = directory.find_user(call.store, call.tenant, my_id(call), call.seconds)
    if found is None:
        raise not_found(call.caller.oid)
    return one(call, USER, "users", directory.show(found))


def refuse_me(call: Call) -> Reply:
    """What hangs on `/me` and is not emulated for people."""
    my_id(call)
    raise method_not_allowed()


def my_id(call: Call) -> str:
    """Object id of the person on whose behalf the call is.

    Raises:
        GraphError: The token is an application's own.
    """
    if call.caller.idtyp != "user":
        raise GraphError(400, "BadRequest", "/me request is only valid with delegated authentication flow.")
    return call.caller.oid


def list_groups(call: Call) -> Reply:
    return _list(call, GROUP, "groups", GROUPS)


def count_groups(call: Call) -> Reply:
    return _number(call, GROUP, GROUPS)


def read_group(call: Call) -> Reply:
    return one(call, GROUP, "groups", directory.show(group(call)))


def list_members(call: Call) -> Reply:
    """`GET /groups/{group}/members`: direct members, each with its type."""
    return _list_any(call, _members(call))


def count_members(call: Call) -> Reply:
    return _number(call, DIRECTORY_OBJECT_LISTED, _members(call))


def list_user_members(call: Call) -> Reply:
    """`GET /groups/{group}/members/microsoft.graph.user`: only the users among them."""
    return _list(call, USER, "users", Selection(("user",), group=group(call).id))


def list_memberships(call: Call) -> Reply:
    """`GET /users/{user}/memberOf`: the groups, roles and units that a user is directly in."""
    name = call.value("user")
    found = directory.find_user(call.store, call.tenant, name, call.seconds)
    if found is None:
        raise not_found(name)
    inside = Selection(("group", power.DIRECTORY_ROLE, power.ADMINISTRATIVE_UNIT), member=found.id)
    return _list_any(call, inside)


DELEGATED_ALL = ("User.Read.All", "User.ReadBasic.All", "Directory.Read.All")
"""Delegated permissions that show other people than the signed-in one."""


def group(call: Call) -> DirectoryObject:
    name = call.value("group")
    if not is_guid(name):
        raise bad_request(f"Invalid object identifier '{name}'.")
    found = objects.get(call.store, call.tenant, name, call.seconds, "group")
    if found is None:
        raise not_found(name)
    return found


def _members(call: Call) -> Selection:
    return Selection(("user", "group", "servicePrincipal"), group=group(call).id)


def _source(call: Call, selection: Selection, options: QueryOptions) -> Fetch:
    return directory.fetch(call.store, call.tenant, selection, options, call.seconds)


def _count(call: Call, selection: Selection, options: QueryOptions) -> int | None:
    return directory.count(call.store, call.tenant, selection, options, call.seconds)


def _list(call: Call, entity: EntityType, fragment: str, selection: Selection) -> Reply:
    return page(call, entity, fragment, partial(_source, call, selection), partial(_count, call, selection))


def _list_any(call: Call, selection: Selection) -> Reply:
    def source(options: QueryOptions) -> Fetch:
        shown = partial(any_object.show, call)
        return directory.fetch(call.store, call.tenant, selection, options, call.seconds, shown)

    return page(call, DIRECTORY_OBJECT_LISTED, "directoryObjects", source, partial(_count, call, selection))


def _number(call: Call, entity: EntityType, selection: Selection) -> Reply:
    return number(call, entity, partial(_source, call, selection), partial(_count, call, selection))
