"""Which groups something is in, and objects by their IDs: actions by POST that change nothing."""

from sandbox.directory.models import objects, people, service_principals
from sandbox.directory.models.objects import DirectoryObject
from sandbox.directory.responses import any_object
from sandbox.graph.errors import bad_request, not_found
from sandbox.graph.guids import is_guid
from sandbox.graph.routing import Call, Reply

_MOST_IDS = 1000
"""learn.microsoft.com/graph/api/directoryobject-getbyids"""
_MOST_GROUPS = 20
"""learn.microsoft.com/graph/api/directoryobject-checkmembergroups"""
_KINDS = ("user", "group", "servicePrincipal", "application")


def get_member_groups(call: Call) -> Reply:
    """`POST …/getMemberGroups`: IDs of all groups that it is in, directly or through others."""
    only_security = call.json().get("securityEnabledOnly")
    if not isinstance(only_security, bool):
        raise bad_request("Invalid value specified for parameter 'securityEnabledOnly'.")
    groups = [_live(call, one) for one in people.groups_of(call.store, call.tenant, _member(call).id)]
    return _ids(call, [one.id for one in groups if not only_security or one.body.get("securityEnabled", True)])


def check_member_groups(call: Call) -> Reply:
    """`POST /directoryObjects/{object}/checkMemberGroups`: which of the named groups it is in."""
    asked = _given_ids(call, "groupIds", _MOST_GROUPS)
    inside = set(people.groups_of(call.store, call.tenant, _live(call, call.value("object")).id))
    return _ids(call, [one for one in asked if one in inside])


def get_by_ids(call: Call) -> Reply:
    """`POST /directoryObjects/getByIds`: those of the named objects that there are; the others are left out."""
    asked = _given_ids(call, "ids", _MOST_IDS)
    types = call.json().get("types", ["directoryObject"])
    if not isinstance(types, list) or not all(isinstance(one, str) for one in types):
        raise bad_request("Invalid value specified for parameter 'types'.")
    kinds = _KINDS if "directoryObject" in types else tuple(one for one in types if one in _KINDS)
    found = [objects.get(call.store, call.tenant, one, call.seconds, *kinds) for one in asked] if kinds else []
    shown = [any_object.show(call, one) for one in found if one is not None and one.deleted is None]
    context = call.url("/$metadata#directoryObjects")
    return Reply(200, {"@odata.context": context, "value": shown}, {"Location": call.context.base_url})


def _member(call: Call) -> DirectoryObject:
    if "user" in call.keys:
        name = call.value("user")
        found = people.find_user(call.store, call.tenant, name, call.seconds)
        if found is None:
            raise not_found(name)
        return found
    if "group" in call.keys:
        return _live(call, call.value("group"))
    by, value = call.key("servicePrincipal")
    found = (
        objects.by_key(call.store, call.tenant, service_principals.KIND, value, call.seconds) if by != "id" else None
    )
    return found or _live(call, value)


def _live(call: Call, object_id: str) -> DirectoryObject:
    found = objects.get(call.store, call.tenant, object_id, call.seconds, *_KINDS) if is_guid(object_id) else None
    if found is None or found.deleted is not None:
        raise not_found(object_id)
    return found


def _given_ids(call: Call, name: str, most: int) -> list[str]:
    given = call.json().get(name)
    if not isinstance(given, list) or len(given) > most or not all(is_guid(one) for one in given):
        raise bad_request(f"Invalid value specified for parameter '{name}'.")
    return list(dict.fromkeys(one.lower() for one in given))


def _ids(call: Call, found: list[str]) -> Reply:
    body = {"@odata.context": call.url("/$metadata#Collection(Edm.String)"), "value": found}
    return Reply(200, body, {"Location": call.context.base_url})
