"""Directory objects: applications, service principals, users and groups in one table.

It knows identity, visibility and deletion, which all kinds share, and nothing of any kind's own properties. A new
object may stay hidden from reads for a while (replication lag), and a deleted one may linger.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sandbox.core.store import Row, Store
from sandbox.graph.tenants import Tenant

RETENTION_SECONDS = 30 * 24 * 3600
"""How long a deleted object can be restored."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
  seq INTEGER PRIMARY KEY,     -- order of creation, which is the order of pages
  tenant INTEGER NOT NULL REFERENCES tenants (number),
  kind TEXT NOT NULL,          -- application, servicePrincipal, user, group
  id TEXT NOT NULL,
  key TEXT,                    -- alternate key, folded: appId, user principal name
  name TEXT NOT NULL,          -- display name, folded
  visible REAL NOT NULL,       -- sandbox time from which reads see it
  deleted REAL,                -- sandbox time of its deletion
  gone REAL,                   -- sandbox time from which reads no longer see it
  body TEXT NOT NULL           -- JSON: the properties that differ from the kind's defaults
);
CREATE UNIQUE INDEX IF NOT EXISTS objects_by_id ON objects (id, tenant);
CREATE INDEX IF NOT EXISTS objects_by_key ON objects (tenant, kind, key) WHERE key IS NOT NULL;
CREATE INDEX IF NOT EXISTS objects_by_name ON objects (tenant, kind, name);
CREATE INDEX IF NOT EXISTS objects_deleted ON objects (tenant, kind) WHERE deleted IS NOT NULL;
"""

COLUMNS = {"id": "id", "displayname": "name"}
"""Columns that `scan` can be narrowed by, by lower-case property name; each kind adds what its `key` holds."""

_SEEN = "visible <= ? AND (gone IS NULL OR gone > ?)"

Order = Literal["seq", "name", "key"]


@dataclass(frozen=True)
class DirectoryObject:
    seq: int
    kind: str
    id: str
    key: str | None
    """Folded alternate key."""
    name: str
    """Folded display name."""
    deleted: float | None
    """Sandbox time of deletion, seconds since 1970."""
    body: dict[str, Any]
    """Properties that differ from the kind's defaults; neither `id` nor what columns hold need be among them."""


@dataclass(frozen=True)
class NewObject:
    kind: str
    id: str
    name: str
    """Display name."""
    body: dict[str, Any]
    key: str | None = None
    """Alternate key: appId, user principal name."""
    visible: float = 0
    """Sandbox time from which reads see it."""


def add(store: Store, tenant: Tenant, new: Iterable[NewObject]) -> None:
    store.many(
        "INSERT INTO objects (tenant, kind, id, key, name, visible, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            (
                tenant.number,
                item.kind,
                item.id,
                item.key.casefold() if item.key else None,
                item.name.casefold(),
                item.visible,
                json.dumps(item.body, separators=(",", ":")),
            )
            for item in new
        ),
    )


def get(store: Store, tenant: Tenant, object_id: str, now: float, *kinds: str) -> DirectoryObject | None:
    row = store.one(
        f"SELECT * FROM objects WHERE id = ? AND tenant = ? AND {_SEEN}",  # noqa: S608 constants only
        (object_id.lower(), tenant.number, now, now),
    )
    return from_row(row) if row and (not kinds or row["kind"] in kinds) else None


def by_key(store: Store, tenant: Tenant, kind: str, key: str, now: float) -> DirectoryObject | None:
    row = store.one(
        f"SELECT * FROM objects WHERE tenant = ? AND kind = ? AND key = ? AND {_SEEN}",  # noqa: S608 constants only
        (tenant.number, kind, key.casefold(), now, now),
    )
    return from_row(row) if row else None


def live_by_key(store: Store, tenant: Tenant, kind: str, key: str) -> DirectoryObject | None:
    """The object with this alternate key that is not deleted, whether or not reads see it yet."""
    row = store.one(
        "SELECT * FROM objects WHERE tenant = ? AND kind = ? AND key = ? AND deleted IS NULL",
        (tenant.number, kind, key.casefold()),
    )
    return from_row(row) if row else None


def scan(
    store: Store,
    tenant: Tenant,
    kind: str,
    now: float,
    *,
    order: Order = "seq",
    descending: bool = False,
    after: tuple[str, ...] | None = None,
    limit: int = -1,
    where: tuple[str, Sequence[Any]] | None = None,
) -> Iterator[DirectoryObject]:
    """Objects of a kind that reads see at `now`, each read from the store as it is asked for.

    Args:
        order: The column to sort by; `seq` is the order of creation.
        limit: At most so many; -1 for no limit.
        where: A further SQL condition over the columns, with its parameters.
    """
    sql = f"SELECT * FROM objects WHERE tenant = ? AND kind = ? AND {_SEEN}"  # noqa: S608 constants only
    parameters: list[Any] = [tenant.number, kind, now, now]
    if where is not None:
        sql += f" AND {where[0]}"
        parameters += where[1]
    beyond, direction = ("<", "DESC") if descending else (">", "ASC")
    if after is not None:
        sql += f" AND (seq {beyond} ?)" if order == "seq" else f" AND (coalesce({order}, ''), seq) {beyond} (?, ?)"
        parameters += [*after[:-1], int(after[-1])]
    by = f"seq {direction}" if order == "seq" else f"coalesce({order}, '') {direction}, seq {direction}"
    return map(from_row, store.each(f"{sql} ORDER BY {by} LIMIT ?", [*parameters, limit]))


def page_key(item: DirectoryObject, order: Order = "seq") -> tuple[str, ...]:
    """Where a page ends that ends with `item`: what `scan` takes as `after`."""
    if order == "seq":
        return (str(item.seq),)
    return (item.name if order == "name" else item.key or "", str(item.seq))


def replace(store: Store, tenant: Tenant, item: DirectoryObject, body: dict[str, Any], name: str) -> None:
    store.execute(
        "UPDATE objects SET body = ?, name = ? WHERE id = ? AND tenant = ?",
        (json.dumps(body, separators=(",", ":")), name.casefold(), item.id, tenant.number),
    )


def soft_delete(store: Store, tenant: Tenant, item: DirectoryObject, now: float, lag: float = 0) -> None:
    """Delete an object so that it can be restored; reads still see it for `lag` seconds."""
    store.execute(
        "UPDATE objects SET deleted = ?, gone = ? WHERE id = ? AND tenant = ?", (now, now + lag, item.id, tenant.number)
    )


def deleted(store: Store, tenant: Tenant, object_id: str, now: float) -> DirectoryObject | None:
    """The deleted object with this id that can still be restored."""
    row = store.one(
        "SELECT * FROM objects WHERE id = ? AND tenant = ? AND deleted > ?",
        (object_id.lower(), tenant.number, now - RETENTION_SECONDS),
    )
    return from_row(row) if row else None


def all_deleted(store: Store, tenant: Tenant, kind: str, now: float) -> list[DirectoryObject]:
    """Deleted objects of a kind that can still be restored, oldest first."""
    rows = store.all(
        "SELECT * FROM objects WHERE tenant = ? AND kind = ? AND deleted > ? ORDER BY seq",
        (tenant.number, kind, now - RETENTION_SECONDS),
    )
    return [from_row(row) for row in rows]


def restore(store: Store, tenant: Tenant, item: DirectoryObject) -> None:
    store.execute(
        "UPDATE objects SET deleted = NULL, gone = NULL WHERE id = ? AND tenant = ?", (item.id, tenant.number)
    )


def remove(store: Store, tenant: Tenant, item: DirectoryObject) -> None:
    store.execute("DELETE FROM objects WHERE id = ? AND tenant = ?", (item.id, tenant.number))


def from_row(row: Row) -> DirectoryObject:
    return DirectoryObject(
        row["seq"], row["kind"], row["id"], row["key"], row["name"], row["deleted"], json.loads(row["body"])
    )
