"""Tenants: the directories that live side by side in one sandbox."""

import json
from dataclasses import dataclass
from typing import Any

from sandbox.core.store import Row, Store

SCHEMA = """
CREATE TABLE IF NOT EXISTS tenants (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  display_name TEXT NOT NULL,
  created REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS domains (
  name TEXT PRIMARY KEY,
  tenant INTEGER NOT NULL REFERENCES tenants (number),
  is_initial INTEGER NOT NULL,
  is_default INTEGER NOT NULL,
  services TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS domains_of_tenant ON domains (tenant);
"""


@dataclass(frozen=True)
class Tenant:
    number: int
    """Key inside the store; never shown."""
    id: str
    """Directory ID."""
    display_name: str
    created: float
    """Sandbox time, seconds since 1970."""


@dataclass(frozen=True)
class Domain:
    name: str
    is_initial: bool
    is_default: bool
    services: tuple[str, ...]


def add(store: Store, tenant_id: str, display_name: str, domains: list[Domain], created: float) -> Tenant:
    store.execute(
        "INSERT INTO tenants (id, display_name, created) VALUES (?, ?, ?)", (tenant_id.lower(), display_name, created)
    )
    tenant = find(store, tenant_id)
    assert tenant is not None  # noqa: S101 inserted above
    store.many(
        "INSERT INTO domains VALUES (?, ?, ?, ?, ?)",
        [(d.name.lower(), tenant.number, d.is_initial, d.is_default, json.dumps(d.services)) for d in domains],
    )
    return tenant


def find(store: Store, name: str) -> Tenant | None:
    lowered = name.lower()
    row = store.one("SELECT * FROM tenants WHERE id = ?", (lowered,)) or store.one(
        "SELECT tenants.* FROM domains JOIN tenants ON number = tenant WHERE name = ?", (lowered,)
    )
    return _tenant(row) if row else None


def every(store: Store) -> list[Tenant]:
    return [_tenant(row) for row in store.all("SELECT * FROM tenants ORDER BY number")]


def domains_of(store: Store, tenant: Tenant) -> list[Domain]:
    """A tenant's domains, the initial one first."""
    rows = store.all("SELECT * FROM domains WHERE tenant = ? ORDER BY is_initial DESC, name", (tenant.number,))
    return [
        Domain(row["name"], bool(row["is_initial"]), bool(row["is_default"]), tuple(_services(row))) for row in rows
    ]


def _services(row: Row) -> list[Any]:
    services: list[Any] = json.loads(row["services"])
    return services


def _tenant(row: Row) -> Tenant:
    return Tenant(row["number"], row["id"], row["display_name"], row["created"])
