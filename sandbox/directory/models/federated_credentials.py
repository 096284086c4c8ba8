"""Federated identity credentials: whose signed assertions an application accepts instead of a secret."""

import json
import uuid
from dataclasses import dataclass

from sandbox.core.store import Row, Store
from sandbox.graph.tenants import Tenant

MOST = 20
"""Per application (Graph, "Create federatedIdentityCredential")."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS federated_credentials (
  seq INTEGER PRIMARY KEY,
  tenant INTEGER NOT NULL,
  application TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  audiences TEXT NOT NULL,
  description TEXT,
  expression TEXT NOT NULL,     -- of a flexible one, which has no subject
  UNIQUE (application, name, tenant),
  UNIQUE (application, issuer, subject, expression, tenant)
);
"""


@dataclass(frozen=True)
class FederatedCredential:
    """An assertion with this issuer, subject and one of these audiences authenticates the application."""

    id: str
    name: str
    issuer: str
    subject: str
    audiences: tuple[str, ...]
    description: str | None
    expression: str = ""
    """What the claims must match instead of a subject: a *flexible* credential."""


def of(store: Store, tenant: Tenant, application_id: str) -> list[FederatedCredential]:
    rows = store.all(
        "SELECT * FROM federated_credentials WHERE application = ? AND tenant = ? ORDER BY seq",
        (application_id, tenant.number),
    )
    return [_credential(row) for row in rows]


def find(store: Store, tenant: Tenant, application_id: str, id_or_name: str) -> FederatedCredential | None:
    return next((item for item in of(store, tenant, application_id) if id_or_name in (item.id, item.name)), None)


def add(store: Store, tenant: Tenant, application_id: str, new: FederatedCredential) -> None:
    """Add a credential. Names and pairs of issuer and subject must be unique within the application."""
    store.execute(
        "INSERT INTO federated_credentials (tenant, application, id, name, issuer, subject, audiences, description, "
        "expression) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            tenant.number,
            application_id,
            new.id,
            new.name,
            new.issuer,
            new.subject,
            json.dumps(new.audiences),
            new.description,
            new.expression,
        ),
    )


def replace(store: Store, tenant: Tenant, application_id: str, changed: FederatedCredential) -> None:
    store.execute(
        "UPDATE federated_credentials SET issuer = ?, subject = ?, audiences = ?, description = ? "
        "WHERE application = ? AND id = ? AND tenant = ?",
        (
            changed.issuer,
            changed.subject,
            json.dumps(changed.audiences),
            changed.description,
            application_id,
            changed.id,
            tenant.number,
        ),
    )


def drop(store: Store, tenant: Tenant, application_id: str, credential_id: str) -> None:
    store.execute(
        "DELETE FROM federated_credentials WHERE application = ? AND id = ? AND tenant = ?",
        (application_id, credential_id, tenant.number),
    )


def forget(store: Store, tenant: Tenant, application_id: str) -> None:
    store.execute(
        "DELETE FROM federated_credentials WHERE application = ? AND tenant = ?", (application_id, tenant.number)
    )


def new_id() -> str:
    return str(uuid.uuid4())


def _credential(row: Row) -> FederatedCredential:
    return FederatedCredential(
        row["id"],
        row["name"],
        row["issuer"],
        row["subject"],
        tuple(json.loads(row["audiences"])),
        row["description"],
        row["expression"],
    )
