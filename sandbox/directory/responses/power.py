"""`memberOf`, `ownedObjects`, directory roles, role assignments, groups' members, and policies of an app."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from sandbox.directory.models import objects, owners, power, service_principals
from sandbox.directory.models import people as directory
from sandbox.directory.models.objects import DirectoryObject
from sandbox.directory.models.property_rules import plain
from sandbox.directory.responses import any_object
from sandbox.directory.responses.lookup import bound, live, service_principal
from sandbox.graph import timestamps
from sandbox.graph.errors import bad_request, invalid_object_id, invalid_value, not_found
from sandbox.graph.guids import is_guid
from sandbox.graph.listing import one, page
from sandbox.graph.routing import Call, Reply
from sandbox.odata import EntityType, Kind, Property, fetch_from
from sandbox.odata.entity_types import DIRECTORY_OBJECT_LISTED, DIRECTORY_ROLE, GROUP

Find = Callable[[Call], DirectoryObject]

_UNIT = EntityType.of("microsoft.graph.administrativeUnit", [*map(Property, ("id", "displayName", "description"))])
_ASSIGNMENT = EntityType.of(
    "microsoft.graph.unifiedRoleAssignment",
    [
        Property("id"),
        *[
            Property(name, Kind.STRING, frozenset({"eq"}))
            for name in ("principalId", "roleDefinitionId", "directoryScopeId")
        ],
    ],
)
_DEFINITION = EntityType.of(
    "microsoft.graph.unifiedRoleDefinition",
    [
        *map(Property, ("id", "displayName", "description", "templateId", "version")),
        Property("isBuiltIn", Kind.BOOLEAN, frozenset({"eq"})),
        Property("isEnabled", Kind.BOOLEAN),
        Property("rolePermissions", Kind.OBJECTS),
    ],
)
_POLICY = EntityType.of(
    "microsoft.graph.policyBase",
    [
        *map(Property, ("id", "displayName", "description")),
        Property("isEnabled", Kind.BOOLEAN),
        Property("restrictions", Kind.COMPLEX),
        Property("definition", Kind.STRINGS),
        Property("isOrganizationDefault", Kind.BOOLEAN),
        Property("appliesTo", Kind.OBJECTS),
    ],
)
_REFERENCE = re.compile(r"https://[^/]+/(?:v1\.0|beta)/(?:[A-Za-z]+/)+([0-9a-fA-F-]{36})/?")


def list_memberships(call: Call, *, transitive: bool) -> Reply:
    found = service_principal(call)
    return _objects(call, power.containers(call.store, call.tenant, found.id, transitive=transitive))


def list_owned(call: Call) -> Reply:
    return _objects(call, power.owned(call.store, call.tenant, service_principal(call).id))


def list_created(call: Call) -> Reply:
    return _objects(call, power.created(call.store, call.tenant, service_principal(call).key or ""))


def list_templates(call: Call) -> Reply:
    shown = [{"id": key, "displayName": name, "description": name} for key, name in power.ROLE_TEMPLATES.items()]
    return page(call, DIRECTORY_ROLE, "directoryRoleTemplates", lambda options: fetch_from(shown, options.order_by))


def list_roles(call: Call) -> Reply:
    found = objects.scan(call.store, call.tenant, power.DIRECTORY_ROLE, call.seconds)
    shown = [_plainly(item) for item in found]
    return page(call, DIRECTORY_ROLE, "directoryRoles", lambda options: fetch_from(shown, options.order_by))


def activate_role(call: Call) -> Reply:
    """`POST /directoryRoles`: a role exists in the tenant once it is activated."""
    template = call.json().get("roleTemplateId")
    if not isinstance(template, str) or template not in power.ROLE_TEMPLATES:
        raise invalid_value("roleTemplateId", "DirectoryRole")
    made = power.activate(call.store, call.tenant, template, call.seconds)
    return Reply(201, one(call, DIRECTORY_ROLE, "directoryRoles", _plainly(made)).body)


def list_members(call: Call, name: str, kind: str) -> Reply:
    container = _container(call, name, kind)
    return _objects(call, power.members(call.store, call.tenant, container.id))


def add_member(call: Call, name: str, kind: str) -> Reply:
    """`POST …/members/$ref` of a group, a directory role or an administrative unit, which takes no application."""
    container = _container(call, name, kind)
    kinds = ("user", "group") if kind == power.ADMINISTRATIVE_UNIT else ("user", "group", service_principals.KIND)
    member = _referred(call, call.json().get("@odata.id"), *kinds)
    if not power.add_member(call.store, call.tenant, container.id, member.id):
        raise bad_request(
            "One or more added object references already exist for the following modified properties: 'members'."
        )
    if kind == power.DIRECTORY_ROLE:
        power.assign(call.store, call.tenant, member.id, container.key or "", "/")
    return Reply(204)


def remove_member(call: Call, name: str, kind: str) -> Reply:
    container, member = _container(call, name, kind), call.value("member")
    if not power.drop_member(call.store, call.tenant, container.id, member.lower()):
        raise not_found(member)
    if kind == power.DIRECTORY_ROLE:
        power.unassign(call.store, call.tenant, member.lower(), container.key or "", "/")
    return Reply(204)


def create_group(call: Call) -> Reply:
    """`POST /groups`: a security group. Its members and owners may be named at once."""
    given = call.json()
    body = {key: value for key, value in given.items() if not key.endswith("@odata.bind")}
    if (
        not isinstance(body.get("displayName"), str)
        or body.get("securityEnabled") is not True
        or body.get("mailEnabled")
    ):
        raise invalid_value("displayName" if "displayName" not in body else "securityEnabled", "Group")
    body["createdDateTime"] = timestamps.text(call.seconds)
    made = power.make(call.store, call.tenant, "group", body, call.seconds)
    for member in bound(given, "members") or ():
        power.add_member(
            call.store, call.tenant, made.id, _referred(call, member, "user", "group", service_principals.KIND).id
        )
    for owner in bound(given, "owners") or ():
        owners.add(call.store, call.tenant, made.id, _referred(call, owner, "user", service_principals.KIND).id)
    return Reply(201, one(call, GROUP, "groups", directory.show(made)).body)


def add_group_owner(call: Call) -> Reply:
    group = _container(call, "group", "group")
    owner = _referred(call, call.json().get("@odata.id"), "user", service_principals.KIND)
    if not owners.add(call.store, call.tenant, group.id, owner.id):
        raise bad_request(
            "One or more added object references already exist for the following modified properties: 'owners'."
        )
    return Reply(204)


def create_unit(call: Call) -> Reply:
    body = plain(call.json())
    if not isinstance(body.get("displayName"), str):
        raise invalid_value("displayName", "AdministrativeUnit")
    made = power.make(call.store, call.tenant, power.ADMINISTRATIVE_UNIT, body, call.seconds)
    return Reply(201, one(call, _UNIT, "directory/administrativeUnits", _plainly(made)).body)


def list_units(call: Call) -> Reply:
    found = objects.scan(call.store, call.tenant, power.ADMINISTRATIVE_UNIT, call.seconds)
    shown = [_plainly(item) for item in found]
    return page(call, _UNIT, "directory/administrativeUnits", lambda options: fetch_from(shown, options.order_by))


def read_unit(call: Call) -> Reply:
    found = _container(call, "unit", power.ADMINISTRATIVE_UNIT)
    return one(call, _UNIT, "directory/administrativeUnits", _plainly(found))


def list_assignments(call: Call) -> Reply:
    shown = [_show_assignment(item) for item in power.assignments(call.store, call.tenant)]
    fragment = "roleManagement/directory/roleAssignments"
    return page(call, _ASSIGNMENT, fragment, lambda options: fetch_from(shown, options.order_by))


def assign_role(call: Call) -> Reply:
    """`POST /roleManagement/directory/roleAssignments`: of the whole tenant or in an administrative unit."""
    given = plain(call.json())
    role, scope = given.get("roleDefinitionId"), given.get("directoryScopeId")
    if not is_guid(role) or not power.is_role(call.store, call.tenant, role, call.seconds):
        raise invalid_value("roleDefinitionId", "UnifiedRoleAssignment")
    if not isinstance(scope, str) or not scope.startswith("/") or not _is_scope(call, scope):
        raise invalid_value("directoryScopeId", "UnifiedRoleAssignment")
    if not is_guid(given.get("principalId")):
        raise invalid_value("principalId", "UnifiedRoleAssignment")
    principal = live(call, given["principalId"], "user", "group", service_principals.KIND)
    made = power.assign(call.store, call.tenant, principal.id, role, scope)
    if made is None:
        raise bad_request("A conflicting object with one or more of the specified property values is present.")
    if scope == "/" and role in power.ROLE_TEMPLATES:
        held = power.activate(call.store, call.tenant, role, call.seconds)
        power.add_member(call.store, call.tenant, held.id, principal.id)
    return Reply(201, one(call, _ASSIGNMENT, "roleManagement/directory/roleAssignments", _show_assignment(made)).body)


def create_definition(call: Call) -> Reply:
    body = plain(call.json())
    if not isinstance(body.get("displayName"), str) or not isinstance(body.get("rolePermissions"), list):
        raise invalid_value("rolePermissions", "UnifiedRoleDefinition")
    made = power.make(call.store, call.tenant, power.ROLE_DEFINITION, {**body, "isBuiltIn": False}, call.seconds)
    return Reply(201, one(call, _DEFINITION, "roleManagement/directory/roleDefinitions", _plainly(made)).body)


def read_definition(call: Call) -> Reply:
    name = call.value("definition")
    fragment = "roleManagement/directory/roleDefinitions"
    if name in power.ROLE_TEMPLATES:
        shown = {"id": name, "templateId": name, "displayName": power.ROLE_TEMPLATES[name], "isBuiltIn": True}
        return one(call, _DEFINITION, fragment, shown)
    found = objects.get(call.store, call.tenant, name, call.seconds, power.ROLE_DEFINITION) if is_guid(name) else None
    if found is None:
        raise not_found(name)
    return one(call, _DEFINITION, fragment, _plainly(found))


def create_policy(call: Call, kind: str) -> Reply:
    body = plain(call.json())
    if not isinstance(body.get("displayName"), str):
        raise invalid_value("displayName", "Policy")
    made = power.make(call.store, call.tenant, power.POLICY, {**body, "kind": kind}, call.seconds)
    return Reply(201, one(call, _POLICY, f"policies/{kind}", _show_policy(made)).body)


def list_policies(call: Call, kind: str) -> Reply:
    found = objects.scan(call.store, call.tenant, power.POLICY, call.seconds)
    shown = [_show_policy(item) for item in found if item.body["kind"] == kind]
    return page(call, _POLICY, f"policies/{kind}", lambda options: fetch_from(shown, options.order_by))


def list_policies_of(call: Call, find: Find, kind: str) -> Reply:
    found = power.policies_of(call.store, call.tenant, find(call).id, call.seconds)
    shown = [_show_policy(item) for item in found if item.body["kind"] == kind]
    return page(call, _POLICY, kind, lambda options: fetch_from(shown, options.order_by))


def assign_policy(call: Call, find: Find, kind: str) -> Reply:
    target = find(call)
    policy = _referred(call, call.json().get("@odata.id"), power.POLICY)
    if policy.body["kind"] != kind or not power.assign_policy(call.store, call.tenant, target.id, policy.id):
        raise bad_request("One or more added object references already exist for the following modified properties.")
    return Reply(204)


def withdraw_policy(call: Call, find: Find, kind: str) -> Reply:
    if not power.withdraw_policy(call.store, call.tenant, find(call).id, call.value("policy").lower()):
        raise not_found(call.value("policy"))
    return Reply(204)


def _is_scope(call: Call, scope: str) -> bool:
    _, units, unit = scope.rpartition("/administrativeUnits/")
    if not units:
        return True
    return is_guid(unit) and bool(objects.get(call.store, call.tenant, unit, call.seconds, power.ADMINISTRATIVE_UNIT))


def _container(call: Call, name: str, kind: str) -> DirectoryObject:
    by, value = call.key(name)
    if not is_guid(value):
        raise invalid_object_id(value)
    if by == "roleTemplateId":
        found = objects.by_key(call.store, call.tenant, kind, value, call.seconds)
    else:
        found = objects.get(call.store, call.tenant, value, call.seconds, kind)
    if found is None:
        raise not_found(value)
    return found


def _referred(call: Call, written: Any, *kinds: str) -> DirectoryObject:
    match = _REFERENCE.fullmatch(written) if isinstance(written, str) else None
    if match is None or not is_guid(match[1]):
        raise bad_request(f"Invalid URI or value specified for the reference: '{written}'.")
    return live(call, match[1].lower(), *kinds)


def _objects(call: Call, ids: Iterable[str]) -> Reply:
    found = (objects.get(call.store, call.tenant, one, call.seconds) for one in ids)
    shown = [any_object.show(call, item) for item in found if item is not None and item.deleted is None]
    return page(call, DIRECTORY_OBJECT_LISTED, "directoryObjects", lambda options: fetch_from(shown, options.order_by))


def _plainly(item: DirectoryObject) -> dict[str, Any]:
    return {"id": item.id, **item.body}


def _show_policy(item: DirectoryObject) -> dict[str, Any]:
    """Without the kind, which Graph tells by the address alone."""
    return {name: value for name, value in _plainly(item).items() if name != "kind"}


def _show_assignment(item: power.DirectoryRoleAssignment) -> dict[str, Any]:
    return {"id": item.id, "principalId": item.principal, "roleDefinitionId": item.role, "directoryScopeId": item.scope}
