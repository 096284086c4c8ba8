"""Mailboxes: who has one, found by address or object id, and what each is for."""

from collections.abc import Iterable
from dataclasses import dataclass

from sandbox.core.store import Row, Store
from sandbox.directory.models import objects
from sandbox.directory.models.people import find_user
from sandbox.graph.guids import is_guid
from sandbox.graph.tenants import Tenant
from sandbox.odata import fold


@dataclass(frozen=True)
class Mailbox:
    id: str
    """Object id of its user."""
    address: str
    """Primary SMTP address folded."""
    purpose: str
    """`user`, `room`, `equipment` or `shared`."""
    active: bool
    """False for one that is soft-deleted or hosted on premises."""


def find(store: Store, tenant: Tenant, name: str, now: float) -> Mailbox | None:
    """The mailbox with this address, or of the user with this object id or user principal name."""
    row = None
    if not is_guid(name):
        row = store.one("SELECT * FROM mailboxes WHERE tenant = ? AND address = ?", (tenant.number, fold(name)))
    if row is None:
        user = find_user(store, tenant, name, now)
        if user is not None:
            row = store.one("SELECT * FROM mailboxes WHERE id = ? AND tenant = ?", (user.id, tenant.number))
    elif objects.get(store, tenant, row["id"], now) is None:
        return None
    return _mailbox(row) if row and row["purpose"] != "list" else None


def of_group(store: Store, tenant: Tenant, name: str, now: float) -> str | None:
    if is_guid(name):
        found = objects.get(store, tenant, name, now, "group")
        return found.id if found else None
    row = store.one(
        "SELECT id FROM mailboxes WHERE tenant = ? AND address = ? AND purpose = 'list'", (tenant.number, fold(name))
    )
    return str(row["id"]) if row else None


def add(store: Store, tenant: Tenant, new: Iterable[Mailbox]) -> None:
    store.many(
        "INSERT INTO mailboxes (tenant, address, id, purpose, active) VALUES (?, ?, ?, ?, ?)",
        ((tenant.number, fold(item.address), item.id, item.purpose, item.active) for item in new),
    )


def set_active(store: Store, tenant: Tenant, address: str, *, active: bool) -> bool:
    """Make a mailbox inactive (as after a soft delete or a move on premises) or active again.

    Returns:
        Whether there is a mailbox with that address.
    """
    return bool(
        store.execute(
            "UPDATE mailboxes SET active = ? WHERE tenant = ? AND address = ?", (active, tenant.number, fold(address))
        )
    )


def _mailbox(row: Row) -> Mailbox:
    return Mailbox(row["id"], row["address"], row["purpose"], bool(row["active"]))
