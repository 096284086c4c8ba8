"""People and places of a tenant: users, groups, mailboxes, rooms, calendars, as Graph shows them, and `$batch`.

The directory decides about users and groups, Exchange about calendars and places; their refusals differ, and so do the
modules here. `sandbox.entra.urls` takes the routes from `urls` and the tables from `models.schema`; `sandbox.seed`
calls `seed`; `sandbox.cli` adds the commands of `cli`.
"""

from typing import TYPE_CHECKING

from sandbox.entra.people.models.schema import SCHEMA

if TYPE_CHECKING:
    from sandbox.store import Store

__all__ = ["SCHEMA", "seed"]


def seed(store: "Store", tenant_id: str, domain: str, *, users: int, rooms: int, seed: int) -> None:
    """Fill a tenant with people and rooms: see `seeding.fill`, loaded only now to keep commands quick."""
    from sandbox.entra.people.seeding import fill

    fill(store, tenant_id, domain, users=users, rooms=rooms, seed=seed)
