"""Who owns an application or a service principal."""

from sandbox.core.store import Store
from sandbox.graph.tenants import Tenant

SCHEMA = """
CREATE TABLE IF NOT EXISTS owners (
  seq INTEGER PRIMARY KEY,
  tenant INTEGER NOT NULL,
  object TEXT NOT NULL,
  owner TEXT NOT NULL,
  UNIQUE (object, owner, tenant)
);
"""


def of(store: Store, tenant: Tenant, object_id: str) -> list[str]:
    """Object ids of the owners, in the order in which they were added."""
    rows = store.all(
        "SELECT owner FROM owners WHERE tenant = ? AND object = ? ORDER BY seq", (tenant.number, object_id)
    )
    return [row["owner"] for row in rows]


def is_owner(store: Store, tenant: Tenant, object_id: str, owner_id: str) -> bool:
    return owner_id in of(store, tenant, object_id)


def add(store: Store, tenant: Tenant, object_id: str, owner_id: str) -> bool:
    """Add an owner; False when it was one already."""
    return (
        store.execute(
            "INSERT OR IGNORE INTO owners (tenant, object, owner) VALUES (?, ?, ?)",
            (tenant.number, object_id, owner_id),
        )
        == 1
    )


def drop(store: Store, tenant: Tenant, object_id: str, owner_id: str) -> bool:
    """Take an owner off; False when it was none."""
    return (
        store.execute(
            "DELETE FROM owners WHERE tenant = ? AND object = ? AND owner = ?", (tenant.number, object_id, owner_id)
        )
        == 1
    )


def forget(store: Store, tenant: Tenant, object_id: str) -> None:
    """Remove every ownership an object that is deleted for good has part in."""
    store.execute(
        "DELETE FROM owners WHERE tenant = ? AND (object = ? OR owner = ?)", (tenant.number, object_id, object_id)
    )
