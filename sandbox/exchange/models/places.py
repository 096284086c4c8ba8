"""Places: rooms and room lists, as the places service of Graph keeps them.

A room list is also a distribution group of the directory, and its rooms are that group's members.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.core.store import Row as StoreRow
from sandbox.core.store import Store
from sandbox.graph.tenants import Tenant
from sandbox.odata import Fetch, PageKey, Row, fold

_IN_LIST = """
address IN (
  SELECT room.address FROM mailboxes AS list
  JOIN group_members ON group_members.tenant = list.tenant AND group_id = list.id
  JOIN mailboxes AS room ON room.id = member_id AND room.tenant = list.tenant
  WHERE list.tenant = :tenant AND list.address = :list
)
"""


@dataclass(frozen=True)
class Place:
    kind: str
    """`room` or `roomList`."""
    id: str
    address: str
    body: dict[str, Any]
    """Its properties, `id` and `emailAddress` not among them."""
    hidden: bool = False
    """Whether it is hidden from the address list, so that Graph does not list it."""


def add(store: Store, tenant: Tenant, new: Iterable[Place]) -> None:
    store.many(
        "INSERT INTO places (tenant, kind, id, address, hidden, body) VALUES (?, ?, ?, ?, ?, ?)",
        (
            (
                tenant.number,
                item.kind,
                item.id,
                fold(item.address),
                item.hidden,
                json.dumps({**item.body, "emailAddress": item.address}, separators=(",", ":")),
            )
            for item in new
        ),
    )


def find(store: Store, tenant: Tenant, name: str) -> dict[str, Any] | None:
    row = store.one(
        "SELECT * FROM places WHERE (id = :name OR address = :name) AND tenant = :tenant",
        {"name": fold(name), "tenant": tenant.number},
    )
    return show(row, typed=True) if row else None


def set_hidden(store: Store, tenant: Tenant, address: str, *, hidden: bool) -> bool:
    """Hide a place from the address list, so that Graph does not list it, or show it again.

    Returns:
        Whether there is a place with that address.
    """
    return bool(
        store.execute(
            "UPDATE places SET hidden = ? WHERE address = ? AND tenant = ?", (hidden, fold(address), tenant.number)
        )
    )


def fetch(store: Store, tenant: Tenant, kind: str, *, in_list: str | None = None) -> Fetch:
    """Return a source of the listed places of a kind, for `odata.read_page`."""
    sql = "SELECT * FROM places WHERE tenant = :tenant AND kind = :kind AND NOT hidden AND seq > :after"
    if in_list is not None:
        sql += f" AND {_IN_LIST}"

    def read(after: PageKey | None, limit: int) -> Sequence[Row]:
        rows = store.all(
            f"{sql} ORDER BY seq LIMIT :limit",
            {
                "tenant": tenant.number,
                "kind": kind,
                "after": int(after[-1]) if after else 0,
                "limit": limit,
                "list": fold(in_list or ""),
            },
        )
        return [((str(row["seq"]),), show(row)) for row in rows]

    return read


def show(row: StoreRow, *, typed: bool = False) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(row["body"])
    shown = {"id": row["id"], **(_ROOM if row["kind"] == "room" else _COMMON), **body}
    return {"@odata.type": f"#microsoft.graph.{row['kind']}", **shown} if typed else shown


_COMMON: dict[str, Any] = {
    "emailAddress": None,
    "displayName": "",
    "address": None,
    "geoCoordinates": None,
    "phone": "",
    "placeId": None,
    "parentId": None,
    "label": None,
    "tags": [],
    "isWheelChairAccessible": None,
}

_ROOM: dict[str, Any] = {
    **_COMMON,
    "nickname": "",
    "building": None,
    "floorNumber": None,
    "floorLabel": None,
    "capacity": None,
    "bookingType": "standard",
    "teamsEnabledState": "unknown",
    "audioDeviceName": None,
    "videoDeviceName": None,
    "displayDeviceName": None,
}
