"""People and places of a tenant: users, groups, mailboxes, rooms, calendars, as Graph shows them, and `$batch`.

The directory decides about users and groups, Exchange about calendars and places; their refusals differ, and so do the
modules here. `sandbox.api.urls` takes the routes from `urls` and the tables from `models.schema`; `sandbox.seed`
calls `seed`; `sandbox.cli.app` adds the commands of `cli`.
"""

from typing import TYPE_CHECKING

from sandbox.exchange.models.schema import SCHEMA

if TYPE_CHECKING:
    from sandbox.core.store import Store

__all__ = ["SCHEMA", "seed"]


def seed(store: "Store", tenant_id: str, domain: str, *, users: int, rooms: int, seed: int) -> None:
    """Fill a tenant with people and rooms: see `seeding.fill`, loaded only now to keep commands quick."""
    from sandbox.seed.people import fill

    fill(store, tenant_id, domain, users=users, rooms=rooms, seed=seed)
