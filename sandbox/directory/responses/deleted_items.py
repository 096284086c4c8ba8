"""`/directory/deletedItems`: what was deleted in the last 30 days."""

from typing import Any

from sandbox.directory.models import applications, objects, service_principals
from sandbox.directory.models.objects import DirectoryObject
from sandbox.directory.responses.listed_objects import without_unasked
from sandbox.directory.responses.lookup import owned
from sandbox.graph.errors import invalid_object_id, not_found
from sandbox.graph.guids import is_guid
from sandbox.graph.listing import one, page
from sandbox.graph.routing import Call, Reply
from sandbox.odata import EntityType, fetch_from
from sandbox.odata.entity_types import APPLICATION, DIRECTORY_OBJECT_LISTED, SERVICE_PRINCIPAL

_TYPES = {applications.KIND: APPLICATION, service_principals.KIND: SERVICE_PRINCIPAL}


def list_applications(call: Call) -> Reply:
    return _list(call, applications.KIND, "applications")


def list_service_principals(call: Call) -> Reply:
    return _list(call, service_principals.KIND, "servicePrincipals")


def read(call: Call) -> Reply:
    found = _deleted(call)
    shown = {"@odata.type": f"#microsoft.graph.{found.kind}", **_show(call, found)}
    return one(call, DIRECTORY_OBJECT_LISTED, "directoryObjects", shown)


def purge(call: Call) -> Reply:
    """`DELETE /directory/deletedItems/{object}`: for good."""
    found = owned(call, _deleted(call))
    if found.kind == applications.KIND:
        applications.purge(call.store, call.tenant, found)
    else:
        service_principals.purge(call.store, call.tenant, found)
    return Reply(204)


def restore(call: Call) -> Reply:
    """`POST /directory/deletedItems/{object}/restore`. An application's service principal stays deleted."""
    found = owned(call, _deleted(call))
    key = found.key or ""
    if objects.live_by_key(call.store, call.tenant, found.kind, key) is not None:
        raise service_principals.name_in_use(key)
    if found.kind == service_principals.KIND:
        if objects.live_by_key(call.store, call.tenant, applications.KIND, key) is None:
            raise service_principals.no_application(key)
    else:
        applications.check_restorable(call.store, call.tenant, found)
    objects.restore(call.store, call.tenant, found)
    shown = {"@odata.type": f"#microsoft.graph.{found.kind}", **_show(call, found), "deletedDateTime": None}
    return one(call, DIRECTORY_OBJECT_LISTED, "directoryObjects", shown)


def _deleted(call: Call) -> DirectoryObject:
    identifier = call.value("object")
    if not is_guid(identifier):
        raise invalid_object_id(identifier)
    found = objects.deleted(call.store, call.tenant, identifier, call.seconds)
    if found is None or found.kind not in _TYPES:
        raise not_found(identifier)
    return found


def _list(call: Call, kind: str, fragment: str) -> Reply:
    entity: EntityType = _TYPES[kind]
    shown = [_show(call, item) for item in objects.all_deleted(call.store, call.tenant, kind, call.seconds)]
    return page(call, entity, fragment, lambda options: fetch_from(shown, options.order_by))


def _show(call: Call, item: DirectoryObject) -> dict[str, Any]:
    if item.kind == applications.KIND:
        shown = applications.show(call.store, call.tenant, item, call.seconds)
        return without_unasked(call, shown, applications.SELECTABLE)
    shown = service_principals.show(call.store, call.tenant, item)
    return without_unasked(call, shown, service_principals.SELECTABLE)
