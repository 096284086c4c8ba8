"""What gives a principal power besides its grants: directory roles, memberships, role assignments, policies.

Groups, activated directory roles, administrative units and policies are directory objects; what they hold is in
`group_members`, so that a membership is followed the same way through all of them.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.core.store import Store
from sandbox.directory.models import objects
from sandbox.directory.models.objects import DirectoryObject, NewObject
from sandbox.graph.tenants import Tenant

DIRECTORY_ROLE = "directoryRole"
ADMINISTRATIVE_UNIT = "administrativeUnit"
ROLE_DEFINITION = "unifiedRoleDefinition"
POLICY = "policy"

ROLE_TEMPLATES: Mapping[str, str] = {
    "62e90394-69f5-4237-9190-012177145e10": "Global Administrator",
    "e8611ab8-c189-46e8-94e1-60213ab1f814": "Privileged Role Administrator",
    "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3": "Application Administrator",
    "29232cdf-9323-42fd-ade2-1d097af3e4de": "Exchange Administrator",
    "f2ef992c-3afb-46b9-b7cf-a126ee74c451": "Global Reader",
    "88d8e3e3-8f55-4a1e-953a-9b9898b8876b": "Directory Readers",
}
"""Some built-in roles. learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference"""

SCHEMA = """
CREATE TABLE IF NOT EXISTS role_assignments (
  seq INTEGER PRIMARY KEY,
  tenant INTEGER NOT NULL,
  id TEXT NOT NULL,
  principal TEXT NOT NULL,
  role TEXT NOT NULL,          -- ID of a definition: a template's, or a custom one's
  scope TEXT NOT NULL,         -- '/' or '/administrativeUnits/{id}', '/{object id}'
  UNIQUE (tenant, principal, role, scope)
);
CREATE TABLE IF NOT EXISTS policy_assignments (
  tenant INTEGER NOT NULL,
  object TEXT NOT NULL,        -- object ID of an application or service principal
  policy TEXT NOT NULL,
  PRIMARY KEY (tenant, object, policy)
) WITHOUT ROWID;
"""


@dataclass(frozen=True)
class DirectoryRoleAssignment:
    id: str
    principal: str
    role: str
    scope: str


def activate(store: Store, tenant: Tenant, template_id: str, now: float) -> DirectoryObject:
    """The tenant's directory role of a template, activated where it was not."""
    if found := objects.by_key(store, tenant, DIRECTORY_ROLE, template_id, now):
        return found
    name = ROLE_TEMPLATES[template_id]
    body = {"displayName": name, "roleTemplateId": template_id}
    new = NewObject(DIRECTORY_ROLE, str(uuid.uuid4()), name, body, key=template_id)
    objects.add(store, tenant, [new])
    made = objects.by_key(store, tenant, DIRECTORY_ROLE, template_id, now)
    assert made is not None  # noqa: S101 just made
    return made


def make(store: Store, tenant: Tenant, kind: str, body: Mapping[str, Any], now: float) -> DirectoryObject:
    new = NewObject(kind, str(uuid.uuid4()), str(body.get("displayName") or ""), dict(body))
    objects.add(store, tenant, [new])
    made = objects.get(store, tenant, new.id, now)
    assert made is not None  # noqa: S101 just made
    return made


def add_member(store: Store, tenant: Tenant, container: str, member: str) -> bool:
    """Put something into a group or a role; False where it was in it."""
    return (
        store.execute("INSERT OR IGNORE INTO group_members VALUES (?, ?, ?)", (tenant.number, container, member)) == 1
    )


def drop_member(store: Store, tenant: Tenant, container: str, member: str) -> bool:
    return (
        store.execute(
            "DELETE FROM group_members WHERE tenant = ? AND group_id = ? AND member_id = ?",
            (tenant.number, container, member),
        )
        == 1
    )


def members(store: Store, tenant: Tenant, container: str) -> list[str]:
    rows = store.all(
        "SELECT member_id AS id FROM group_members WHERE tenant = ? AND group_id = ?", (tenant.number, container)
    )
    return [row["id"] for row in rows]


def containers(store: Store, tenant: Tenant, member: str, *, transitive: bool) -> list[str]:
    """IDs of the groups, roles and units that something is in, directly or through groups.

    A unit holds what was added to it and not what is in a group of it; that `transitiveMemberOf` says so is a guess.
    """
    if not transitive:
        rows = store.all(
            "SELECT group_id AS id FROM group_members WHERE tenant = ? AND member_id = ?", (tenant.number, member)
        )
    else:
        rows = store.all(
            "WITH RECURSIVE above (id) AS (SELECT group_id FROM group_members WHERE tenant = ? AND member_id = ? "
            "UNION SELECT group_id FROM group_members JOIN above ON member_id = above.id AND tenant = ?) "
            "SELECT id FROM above WHERE id NOT IN (SELECT id FROM objects WHERE tenant = ? AND kind = ?) "
            "OR id IN (SELECT group_id FROM group_members WHERE tenant = ? AND member_id = ?)",
            (*(tenant.number, member, tenant.number), *(tenant.number, ADMINISTRATIVE_UNIT), *(tenant.number, member)),
        )
    return [row["id"] for row in rows]


def owned(store: Store, tenant: Tenant, owner: str) -> list[str]:
    rows = store.all("SELECT object FROM owners WHERE tenant = ? AND owner = ? ORDER BY seq", (tenant.number, owner))
    return [row["object"] for row in rows]


def created(store: Store, tenant: Tenant, app_id: str) -> list[str]:
    """IDs of the applications that an app registered."""
    rows = store.all(
        "SELECT id FROM objects WHERE tenant = ? AND deleted IS NULL AND json_extract(body, '$.createdByAppId') = ?",
        (tenant.number, app_id),
    )
    return [row["id"] for row in rows]


def assign(store: Store, tenant: Tenant, principal: str, role: str, scope: str) -> DirectoryRoleAssignment | None:
    """Assign a role; None where it is assigned already."""
    made = DirectoryRoleAssignment(uuid.uuid4().hex, principal, role, scope)
    added = store.execute(
        "INSERT OR IGNORE INTO role_assignments (tenant, id, principal, role, scope) VALUES (?, ?, ?, ?, ?)",
        (tenant.number, made.id, principal, role, scope),
    )
    return made if added else None


def assignments(store: Store, tenant: Tenant) -> list[DirectoryRoleAssignment]:
    rows = store.all("SELECT * FROM role_assignments WHERE tenant = ? ORDER BY seq", (tenant.number,))
    return [DirectoryRoleAssignment(row["id"], row["principal"], row["role"], row["scope"]) for row in rows]


def unassign(store: Store, tenant: Tenant, principal: str, role: str, scope: str) -> None:
    store.execute(
        "DELETE FROM role_assignments WHERE tenant = ? AND principal = ? AND role = ? AND scope = ?",
        (tenant.number, principal, role, scope),
    )


def is_role(store: Store, tenant: Tenant, role: str, now: float) -> bool:
    return role in ROLE_TEMPLATES or objects.get(store, tenant, role, now, ROLE_DEFINITION) is not None


def assign_policy(store: Store, tenant: Tenant, object_id: str, policy: str) -> bool:
    values = (tenant.number, object_id, policy)
    return store.execute("INSERT OR IGNORE INTO policy_assignments VALUES (?, ?, ?)", values) == 1


def withdraw_policy(store: Store, tenant: Tenant, object_id: str, policy: str) -> bool:
    values = (tenant.number, object_id, policy)
    return store.execute("DELETE FROM policy_assignments WHERE tenant = ? AND object = ? AND policy = ?", values) == 1


def policies_of(store: Store, tenant: Tenant, object_id: str, now: float) -> Sequence[DirectoryObject]:
    rows = store.all(
        "SELECT policy FROM policy_assignments WHERE tenant = ? AND object = ?", (tenant.number, object_id)
    )
    found = (objects.get(store, tenant, row["policy"], now, POLICY) for row in rows)
    return [one for one in found if one is not None]
