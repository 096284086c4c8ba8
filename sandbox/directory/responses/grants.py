"""`…/appRoleAssignedTo` and `…/appRoleAssignments`: the same grants, seen from the resource and from the principal."""

from collections.abc import Callable
from typing import Any

from sandbox.core.store import Store
from sandbox.directory.models import grants, objects, service_principals
from sandbox.directory.models.grants import Grant
from sandbox.directory.models.objects import DirectoryObject
from sandbox.directory.models.property_rules import plain
from sandbox.directory.responses.lookup import live, service_principal
from sandbox.graph import timestamps
from sandbox.graph.errors import bad_request, invalid_value, not_found
from sandbox.graph.guids import is_guid
from sandbox.graph.listing import one, page
from sandbox.graph.routing import Call, Reply
from sandbox.graph.tenants import Tenant
from sandbox.odata import fetch_from
from sandbox.odata.entity_types import APP_ROLE_ASSIGNMENT

NO_ROLE = "00000000-0000-0000-0000-000000000000"
"""Stands for access without a role, on resources that declare none."""

_PRINCIPAL_TYPES = {"servicePrincipal": "ServicePrincipal", "user": "User", "group": "Group"}
_MEMBER_TYPES = {"servicePrincipal": "Application", "user": "User", "group": "User"}
_WRITABLE = frozenset({"principalId", "resourceId", "appRoleId"})


SIDES: dict[str, tuple[Callable[[Store, Tenant, str], list[Grant]], str]] = {
    "appRoleAssignedTo": (grants.of_resource, "resourceId"),
    "appRoleAssignments": (grants.of_principal, "principalId"),
}
"""The two collections: what each holds of a service principal, and the property that names this one."""


def withdraw(call: Call) -> Reply:
    """`DELETE …/{assignment}`, from either side."""
    found = service_principal(call)
    identifier = call.value("assignment")
    if not grants.is_id(identifier):
        raise bad_request("Invalid resource identifier for EntitlementGrant.")
    known = grants.find(call.store, call.tenant, identifier)
    if known is None or found.id not in (known.resource, known.principal):
        raise bad_request("EntitlementGrant being updated or deleted is not found.")
    grants.drop(call.store, call.tenant, identifier)
    return Reply(204)


def create(call: Call, side: str) -> Reply:
    here = service_principal(call)
    _, own_end = SIDES[side]
    wish = plain(call.json())
    for name in wish:
        if name not in _WRITABLE:
            raise bad_request(f"Invalid property '{name}'.")
    for name in sorted(_WRITABLE):
        if not is_guid(wish.get(name)):
            raise invalid_value(name, "AppRoleAssignment")
    if wish[own_end].casefold() != here.id:
        raise bad_request("Not a valid reference update.")
    principal = live(call, wish["principalId"], *_PRINCIPAL_TYPES)
    resource = live(call, wish["resourceId"], service_principals.KIND)
    role_id = wish["appRoleId"].lower()
    _check_role(call, principal, resource, role_id)
    granted = grants.add(
        call.store,
        call.tenant,
        principal.id,
        principal.kind,
        resource.id,
        role_id,
        created=call.seconds,
        visible=call.seconds + call.faults.grant_lag_s,
    )
    if granted is None:
        message = "Permission being assigned already exists on the object"
        raise bad_request(message, details=[{"code": "InvalidUpdate", "message": message, "target": None}])
    fragment = f"servicePrincipals('{here.id}')/{side}"
    reply = one(call, APP_ROLE_ASSIGNMENT, fragment, _show(call, granted))
    location = call.url(f"/{fragment}/{granted.id}")
    return Reply(201, reply.body, {"Location": location})


def _check_role(call: Call, principal: DirectoryObject, resource: DirectoryObject, role_id: str) -> None:
    declared = service_principals.show(call.store, call.tenant, resource)["appRoles"]
    if role_id == NO_ROLE and not declared:
        return
    role = service_principals.role(call.store, call.tenant, resource, role_id)
    fits = role is not None and role.get("isEnabled", True)
    if not fits or role is None or _MEMBER_TYPES[principal.kind] not in role["allowedMemberTypes"]:
        raise bad_request("Permission being assigned was not found on application")


def list_all(call: Call, side: str) -> Reply:
    here = service_principal(call)
    found, _ = SIDES[side]
    shown = [{**_show(call, item), "_order": f"{item.seq:020}"} for item in found(call.store, call.tenant, here.id)]
    fragment = f"servicePrincipals('{here.id}')/{side}"
    reply = page(call, APP_ROLE_ASSIGNMENT, fragment, lambda options: fetch_from(shown, options.order_by, key="_order"))
    assert isinstance(reply.body, dict)  # noqa: S101 as `page` makes it
    for item in reply.body["value"]:
        item.pop("_order", None)
    return reply


def read(call: Call, side: str) -> Reply:
    here = service_principal(call)
    identifier = call.value("assignment")
    found = grants.find(call.store, call.tenant, identifier)
    if found is None or here.id not in (found.resource, found.principal):
        raise not_found(identifier)
    return one(call, APP_ROLE_ASSIGNMENT, f"servicePrincipals('{here.id}')/{side}", _show(call, found))


def _show(call: Call, item: Grant) -> dict[str, Any]:
    return {
        "id": item.id,
        "deletedDateTime": None,
        "appRoleId": item.role,
        "createdDateTime": timestamps.text(item.created),
        "principalDisplayName": _name(call, item.principal),
        "principalId": item.principal,
        "principalType": _PRINCIPAL_TYPES[item.principal_kind],
        "resourceDisplayName": _name(call, item.resource),
        "resourceId": item.resource,
    }


def _name(call: Call, object_id: str) -> str | None:
    row = call.store.one("SELECT * FROM objects WHERE id = ? AND tenant = ?", (object_id, call.tenant.number))
    if row is None:
        return None
    found = objects.from_row(row)
    if found.kind == service_principals.KIND:
        return service_principals.display_name(call.store, call.tenant, found)
    name: str | None = found.body.get("displayName")
    return name
