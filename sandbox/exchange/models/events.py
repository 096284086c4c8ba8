"""Events of a mailbox's one calendar.

No recurrence and no invitations: an event is in the calendar in which it was created and in no other.
"""

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.core.store import Row, Store
from sandbox.directory.models.mailboxes import Mailbox
from sandbox.graph.tenants import Tenant


@dataclass(frozen=True)
class Event:
    id: str
    starts: float
    """Seconds since 1970."""
    ends: float
    body: dict[str, Any]
    """Its properties, neither `id` nor `start` nor `end` among them."""


def calendar_id(mailbox: Mailbox) -> str:
    """Return the id of a mailbox's default calendar: opaque, the same for ever."""
    return _opaque("AAMkAG", f"calendar {mailbox.id}")


def event_id(mailbox: Mailbox, unique: str) -> str:
    return _opaque("AAMkAD", f"event {mailbox.id} {unique}")


def change_key(text: str) -> str:
    """Return a change key: it changes with the text."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()[:17]).decode()


def add(store: Store, tenant: Tenant, mailbox: Mailbox, event: Event) -> None:
    store.execute(
        "INSERT INTO events (tenant, mailbox, id, starts, ends, body) VALUES (?, ?, ?, ?, ?, ?)",
        (tenant.number, mailbox.id, event.id, event.starts, event.ends, json.dumps(event.body, separators=(",", ":"))),
    )


def find(store: Store, tenant: Tenant, mailbox: Mailbox, wanted: str) -> Event | None:
    row = store.one(
        "SELECT * FROM events WHERE id = ? AND tenant = ? AND mailbox = ?", (wanted, tenant.number, mailbox.id)
    )
    return _event(row) if row else None


def replace(store: Store, tenant: Tenant, mailbox: Mailbox, changed: Event) -> None:
    store.execute(
        "UPDATE events SET starts = ?, ends = ?, body = ? WHERE id = ? AND tenant = ? AND mailbox = ?",
        (
            changed.starts,
            changed.ends,
            json.dumps(changed.body, separators=(",", ":")),
            changed.id,
            tenant.number,
            mailbox.id,
        ),
    )


def remove(store: Store, tenant: Tenant, mailbox: Mailbox, wanted: str) -> bool:
    return bool(
        store.execute(
            "DELETE FROM events WHERE id = ? AND tenant = ? AND mailbox = ?", (wanted, tenant.number, mailbox.id)
        )
    )


def every(store: Store, tenant: Tenant, mailbox: Mailbox) -> Sequence[Event]:
    rows = store.all(
        "SELECT * FROM events WHERE mailbox = ? AND tenant = ? ORDER BY starts, seq", (mailbox.id, tenant.number)
    )
    return [_event(row) for row in rows]


def between(store: Store, tenant: Tenant, mailbox: Mailbox, start: float, end: float) -> Sequence[Event]:
    rows = store.all(
        "SELECT * FROM events WHERE mailbox = ? AND tenant = ? AND starts < ? AND ends > ? ORDER BY starts, seq",
        (mailbox.id, tenant.number, end, start),
    )
    return [_event(row) for row in rows]


def _event(row: Row) -> Event:
    return Event(row["id"], row["starts"], row["ends"], json.loads(row["body"]))


def _opaque(prefix: str, text: str) -> str:
    digest = hashlib.sha512(text.encode()).digest() * 2
    return prefix + base64.urlsafe_b64encode(digest[:102]).decode() + "AAA="
