"""Which identities the machine has, as managed identities: those that its metadata service gives tokens for."""

from dataclasses import dataclass

from sandbox.core.store import Store
from sandbox.graph import tenants
from sandbox.graph.tenants import Tenant

SCHEMA = """
CREATE TABLE IF NOT EXISTS machine_identities (
  tenant INTEGER NOT NULL,
  app_id TEXT NOT NULL,
  PRIMARY KEY (tenant, app_id)
);
"""


@dataclass(frozen=True)
class MachineIdentity:
    tenant: Tenant
    app_id: str


def attach(store: Store, tenant: Tenant, app_id: str) -> None:
    store.execute("INSERT OR IGNORE INTO machine_identities VALUES (?, ?)", (tenant.number, app_id.lower()))


def of(store: Store) -> list[MachineIdentity]:
    by_number = {tenant.number: tenant for tenant in tenants.every(store)}
    rows = store.all("SELECT * FROM machine_identities ORDER BY tenant, app_id")
    return [MachineIdentity(by_number[row["tenant"]], row["app_id"]) for row in rows]
