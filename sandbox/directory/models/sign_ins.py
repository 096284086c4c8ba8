"""When each application last signed in with a credential of its own.

Kept to the hour: a report of activity needs no more, and a token request should cost a write no more often.
"""

from sandbox.core.store import Store
from sandbox.graph.tenants import Tenant

SCHEMA = """
CREATE TABLE IF NOT EXISTS sign_ins (
  tenant INTEGER NOT NULL,
  app_id TEXT NOT NULL,
  last REAL NOT NULL,
  PRIMARY KEY (tenant, app_id)
);
"""

_HOUR = 3600


def note(store: Store, tenant: Tenant, app_id: str, now: float) -> None:
    known = last(store, tenant, app_id)
    if known is None or now - known >= _HOUR:
        store.execute("INSERT OR REPLACE INTO sign_ins VALUES (?, ?, ?)", (tenant.number, app_id, now))


def last(store: Store, tenant: Tenant, app_id: str) -> float | None:
    """When it last did; None: never."""
    row = store.one("SELECT last FROM sign_ins WHERE tenant = ? AND app_id = ?", (tenant.number, app_id))
    return row["last"] if row else None


def everyone(store: Store, tenant: Tenant) -> list[tuple[str, float]]:
    rows = store.all("SELECT app_id, last FROM sign_ins WHERE tenant = ? ORDER BY app_id", (tenant.number,))
    return [(row["app_id"], row["last"]) for row in rows]
