"""Grants: app-role assignments of a principal on a resource. Admin consent is nothing else."""

import base64
import secrets as randomness
import uuid
from dataclasses import dataclass

from sandbox.core.store import Row, Store
from sandbox.graph.tenants import Tenant

SCHEMA = """
CREATE TABLE IF NOT EXISTS grants (
  seq INTEGER PRIMARY KEY,
  tenant INTEGER NOT NULL,
  id TEXT NOT NULL,
  principal TEXT NOT NULL,
  principal_kind TEXT NOT NULL,
  resource TEXT NOT NULL,
  role TEXT NOT NULL,
  created REAL NOT NULL,
  visible REAL NOT NULL,     -- sandbox time from which new tokens carry the role
  UNIQUE (principal, resource, role, tenant)
);
CREATE UNIQUE INDEX IF NOT EXISTS grants_by_id ON grants (id, tenant);
CREATE INDEX IF NOT EXISTS grants_of_resource ON grants (resource, tenant);
"""


@dataclass(frozen=True)
class Grant:
    seq: int
    id: str
    principal: str
    """Object id of the service principal, user or group that may do something."""
    principal_kind: str
    resource: str
    """Object id of the service principal that declares the role."""
    role: str
    """App-role id."""
    created: float
    """Sandbox time, seconds since 1970."""


def new_id(principal_id: str) -> str:
    """An id as Graph makes them: the principal's GUID, little-endian, and 16 random bytes, as base64url."""
    return base64.urlsafe_b64encode(uuid.UUID(principal_id).bytes_le + randomness.token_bytes(16)).decode().rstrip("=")


def is_id(text: str) -> bool:
    return len(text) == 43 and text.isascii() and text.replace("-", "").replace("_", "").isalnum()


def add(
    store: Store,
    tenant: Tenant,
    principal: str,
    principal_kind: str,
    resource: str,
    role: str,
    *,
    created: float,
    visible: float = 0,
) -> Grant | None:
    """Grant a role; None when it is granted already."""
    grant_id = new_id(principal)
    added = store.execute(
        "INSERT OR IGNORE INTO grants (tenant, id, principal, principal_kind, resource, role, created, visible) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (tenant.number, grant_id, principal, principal_kind, resource, role, created, visible),
    )
    return find(store, tenant, grant_id) if added else None


def find(store: Store, tenant: Tenant, grant_id: str) -> Grant | None:
    row = store.one("SELECT * FROM grants WHERE id = ? AND tenant = ?", (grant_id, tenant.number))
    return _grant(row) if row else None


def of_resource(store: Store, tenant: Tenant, resource: str) -> list[Grant]:
    rows = store.all("SELECT * FROM grants WHERE resource = ? AND tenant = ? ORDER BY seq", (resource, tenant.number))
    return [_grant(row) for row in rows]


def of_principal(store: Store, tenant: Tenant, principal: str) -> list[Grant]:
    rows = store.all("SELECT * FROM grants WHERE principal = ? AND tenant = ? ORDER BY seq", (principal, tenant.number))
    return [_grant(row) for row in rows]


def effective_roles(store: Store, tenant: Tenant, principal: str, resource: str, now: float) -> list[str]:
    """App-role ids that a token issued at `now` carries."""
    rows = store.all(
        "SELECT role FROM grants WHERE principal = ? AND resource = ? AND tenant = ? AND visible <= ? ORDER BY seq",
        (principal, resource, tenant.number, now),
    )
    return [row["role"] for row in rows]


def drop(store: Store, tenant: Tenant, grant_id: str) -> bool:
    return store.execute("DELETE FROM grants WHERE id = ? AND tenant = ?", (grant_id, tenant.number)) == 1


def forget(store: Store, tenant: Tenant, object_id: str) -> None:
    """Remove every grant that an object which goes away has part in, on either end."""
    store.execute(
        "DELETE FROM grants WHERE tenant = ? AND (principal = ? OR resource = ?)", (tenant.number, object_id, object_id)
    )


def _grant(row: Row) -> Grant:
    return Grant(
        row["seq"], row["id"], row["principal"], row["principal_kind"], row["resource"], row["role"], row["created"]
    )
