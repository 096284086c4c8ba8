"""Delegated grants: what an application may do on behalf of signed-in people, for everybody or for one of them."""

import base64
import uuid
from dataclasses import dataclass

from sandbox.core.store import Row, Store
from sandbox.graph.tenants import Tenant

EVERYBODY = "AllPrincipals"
ONE_PERSON = "Principal"

SCHEMA = """
CREATE TABLE IF NOT EXISTS delegated_grants (
  seq INTEGER PRIMARY KEY,
  tenant INTEGER NOT NULL,
  id TEXT NOT NULL,
  client TEXT NOT NULL,
  principal TEXT NOT NULL,     -- empty: everybody
  resource TEXT NOT NULL,
  scope TEXT NOT NULL,
  UNIQUE (client, principal, resource, tenant)
);
CREATE UNIQUE INDEX IF NOT EXISTS delegated_grants_by_id ON delegated_grants (id, tenant);
"""


@dataclass(frozen=True)
class DelegatedGrant:
    id: str
    client: str
    """Object id of the service principal that may act."""
    principal: str | None
    """Object id of the person it acts for; None: everybody."""
    resource: str
    """Object id of the service principal that defines the permissions."""
    scope: str
    """Names of the permissions, with spaces between them."""


def new_id(client: str, resource: str, principal: str | None) -> str:
    """An id as Graph makes them: the GUIDs it refers to, little-endian, as base64url."""
    ends = [client, resource, *([principal] if principal else [])]
    return base64.urlsafe_b64encode(b"".join(uuid.UUID(end).bytes_le for end in ends)).decode().rstrip("=")


def add(store: Store, tenant: Tenant, new: DelegatedGrant) -> bool:
    """Add a grant; False when the client has one for the same people and resource."""
    added = store.execute(
        "INSERT OR IGNORE INTO delegated_grants (tenant, id, client, principal, resource, scope) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (tenant.number, new.id, new.client, new.principal or "", new.resource, new.scope),
    )
    return added == 1


def everyone(store: Store, tenant: Tenant) -> list[DelegatedGrant]:
    return [
        _grant(row)
        for row in store.all("SELECT * FROM delegated_grants WHERE tenant = ? ORDER BY seq", (tenant.number,))
    ]


def of_client(store: Store, tenant: Tenant, client: str) -> list[DelegatedGrant]:
    return [grant for grant in everyone(store, tenant) if grant.client == client]


def find(store: Store, tenant: Tenant, grant_id: str) -> DelegatedGrant | None:
    row = store.one("SELECT * FROM delegated_grants WHERE id = ? AND tenant = ?", (grant_id, tenant.number))
    return _grant(row) if row else None


def drop(store: Store, tenant: Tenant, grant_id: str) -> None:
    store.execute("DELETE FROM delegated_grants WHERE id = ? AND tenant = ?", (grant_id, tenant.number))


def forget(store: Store, tenant: Tenant, object_id: str) -> None:
    store.execute(
        "DELETE FROM delegated_grants WHERE tenant = ? AND ? IN (client, principal, resource)",
        (tenant.number, object_id),
    )


def _grant(row: Row) -> DelegatedGrant:
    return DelegatedGrant(row["id"], row["client"], row["principal"] or None, row["resource"], row["scope"])
