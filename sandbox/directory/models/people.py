"""Users and groups: found by id or user principal name, listed in keyset order with SQL doing what it can.

Bodies in the store hold what differs from the defaults here.
"""

import struct
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.core.store import Store
from sandbox.directory.models import objects
from sandbox.directory.models.objects import DirectoryObject
from sandbox.graph.guids import is_guid
from sandbox.graph.tenants import Tenant
from sandbox.odata import Condition, Fetch, Ordering, PageKey, QueryOptions, Row, condition

USER_DEFAULTS: Mapping[str, Any] = {
    "deletedDateTime": None,
    "accountEnabled": True,
    "assignedLicenses": [],
    "businessPhones": [],
    "city": None,
    "companyName": None,
    "country": None,
    "createdDateTime": None,
    "department": None,
    "displayName": None,
    "employeeId": None,
    "givenName": None,
    "jobTitle": None,
    "mail": None,
    "mailNickname": None,
    "mobilePhone": None,
    "officeLocation": None,
    "onPremisesSyncEnabled": None,
    "otherMails": [],
    "preferredLanguage": None,
    "surname": None,
    "usageLocation": None,
    "userPrincipalName": None,
    "userType": "Member",
}

GROUP_DEFAULTS: Mapping[str, Any] = {
    "deletedDateTime": None,
    "classification": None,
    "createdDateTime": None,
    "creationOptions": [],
    "description": None,
    "displayName": None,
    "expirationDateTime": None,
    "groupTypes": [],
    "isAssignableToRole": None,
    "mail": None,
    "mailEnabled": False,
    "mailNickname": None,
    "membershipRule": None,
    "membershipRuleProcessingState": None,
    "onPremisesDomainName": None,
    "onPremisesLastSyncDateTime": None,
    "onPremisesNetBiosName": None,
    "onPremisesSamAccountName": None,
    "onPremisesSecurityIdentifier": None,
    "onPremisesSyncEnabled": None,
    "preferredDataLocation": None,
    "preferredLanguage": None,
    "proxyAddresses": [],
    "renewedDateTime": None,
    "resourceBehaviorOptions": [],
    "resourceProvisioningOptions": [],
    "securityEnabled": True,
    "securityIdentifier": None,
    "theme": None,
    "visibility": None,
    "onPremisesProvisioningErrors": [],
    "serviceProvisioningErrors": [],
}

_DEFAULTS = {"user": USER_DEFAULTS, "group": GROUP_DEFAULTS}

_ORDERS = {
    "displayName": "name",
    "userPrincipalName": "coalesce(key, '')",
    "createdDateTime": "coalesce(json_extract(body, '$.createdDateTime'), '')",
    "deletedDateTime": "''",  # what is deleted is not listed
}


@dataclass(frozen=True)
class Selection:
    kinds: tuple[str, ...]
    group: str | None = None
    """Only members of this group."""
    member: str | None = None
    """Only groups, directory roles and administrative units that this object is a member of."""


USERS = Selection(("user",))
GROUPS = Selection(("group",))


def show(item: DirectoryObject) -> dict[str, Any]:
    """Return a user or group with every property, as `$select` may ask for."""
    shown = {"id": item.id, **_DEFAULTS.get(item.kind, {}), **item.body}
    if item.kind == "user" and item.body.get("mail"):
        shown["proxyAddresses"] = [f"SMTP:{item.body['mail']}"]
    elif item.kind == "user":
        shown["proxyAddresses"] = []
    elif item.kind == "group":
        shown["securityIdentifier"] = _security_identifier(item.id)
    return shown


def _security_identifier(object_id: str) -> str:
    """An object ID written as a security identifier: four numbers of four bytes each."""
    numbers = struct.unpack("<4I", uuid.UUID(object_id).bytes_le)
    return "-".join(map(str, ("S-1-12-1", *numbers)))


def find_user(store: Store, tenant: Tenant, name: str, now: float) -> DirectoryObject | None:
    if is_guid(name):
        return objects.get(store, tenant, name, now, "user")
    return objects.by_key(store, tenant, "user", name, now)


def fetch(
    store: Store,
    tenant: Tenant,
    selection: Selection,
    options: QueryOptions,
    now: float,
    shown: Callable[[DirectoryObject], Mapping[str, Any]] = show,
) -> Fetch:
    """Return a source of the selected objects that reads see at `now`, for `odata.read_page`."""
    where, parameters, _ = _where(tenant, selection, options, now)
    order, descending = _order(options.order_by)
    direction, beyond = ("DESC", "<") if descending else ("ASC", ">")
    columns = f"seq, {order} AS sort_key" if order else "seq"
    number = "+seq" if where.startswith("+") else "seq"  # a plus keeps SQLite from walking in order to find a few rows
    after_sql = f"({order}, seq) {beyond} (:after_key, :after)" if order else f"{number} > :after"
    ordered = f"ORDER BY {order} {direction}, seq {direction}" if order else f"ORDER BY {number}"
    sql = f"SELECT {columns}, kind, id, key, name, deleted, body FROM objects WHERE {where}"  # noqa: S608 constants only

    def read(after: PageKey | None, limit: int) -> Sequence[Row]:
        given = dict(parameters, limit=limit)
        text = sql
        if after is not None:
            given["after"] = int(after[-1])
            given["after_key"] = after[0]
            text += f" AND {after_sql}"
        rows = store.all(f"{text} {ordered} LIMIT :limit", given)
        return [
            ((str(row["sort_key"]), str(row["seq"])) if order else (str(row["seq"]),), shown(objects.from_row(row)))
            for row in rows
        ]

    return read


def count(store: Store, tenant: Tenant, selection: Selection, options: QueryOptions, now: float) -> int | None:
    """Return the number of selected objects that pass, or None when SQL alone is not enough."""
    where, parameters, exact = _where(tenant, selection, options, now)
    if not exact:
        return None
    row = store.one(f"SELECT count(*) AS total FROM objects WHERE {where}", parameters)  # noqa: S608 constants only
    return int(row["total"]) if row else 0


def members(store: Store, tenant: Tenant, group_id: str) -> frozenset[str]:
    """Object ids of everything that is in a group, directly or through groups inside it."""
    rows = store.all(
        "WITH RECURSIVE inside (id) AS (SELECT ? UNION SELECT member_id FROM group_members JOIN inside "
        "ON group_id = inside.id AND tenant = ?) SELECT id FROM inside",
        (group_id, tenant.number),
    )
    return frozenset(row["id"] for row in rows) - {group_id}


def groups_of(store: Store, tenant: Tenant, object_id: str) -> tuple[str, ...]:
    """Object ids of every group that an object is in, directly or through groups inside it."""
    rows = store.all(
        "WITH RECURSIVE around (id) AS (SELECT ? UNION SELECT group_id FROM group_members JOIN around "
        "ON member_id = around.id AND tenant = ?) SELECT id FROM around WHERE id <> ? "
        "AND id IN (SELECT id FROM objects WHERE tenant = ? AND kind = 'group' AND deleted IS NULL) ORDER BY id",
        (object_id, tenant.number, object_id, tenant.number),
    )
    return tuple(row["id"] for row in rows)


def _where(tenant: Tenant, selection: Selection, options: QueryOptions, now: float) -> tuple[str, dict[str, Any], bool]:
    """Return a WHERE clause, its parameters, and whether it says all that the options ask for."""
    kinds = ", ".join(f"'{kind}'" for kind in selection.kinds)
    hint: Condition | None = None
    if options.filter is not None:
        hint = condition(options.filter, _columns(selection.kinds))
    plus = "+" if hint or selection.group or selection.member else ""  # then those clauses name the index, not these
    clauses = [
        f"{plus}objects.tenant = :tenant AND {plus}kind IN ({kinds})",
        "visible <= :now AND (gone IS NULL OR gone > :now)",
    ]
    parameters: dict[str, Any] = {"tenant": tenant.number, "now": now}
    if selection.group is not None:
        clauses.append(
            "objects.id IN (SELECT member_id FROM group_members WHERE tenant = :tenant AND group_id = :group)"
        )
        parameters["group"] = selection.group
    if selection.member is not None:
        clauses.append(
            "objects.id IN (SELECT group_id FROM group_members WHERE tenant = :tenant AND member_id = :member)"
        )
        parameters["member"] = selection.member
    if hint is not None:
        clauses.append(_named(hint, parameters))
    exact = options.search is None and (options.filter is None or (hint is not None and hint.exact))
    return " AND ".join(clauses), parameters, exact


def _columns(kinds: tuple[str, ...]) -> dict[str, str]:
    """Return how a test of a property is written so that SQLite uses an index for it."""
    these = "objects.tenant = :tenant AND kind IN ({})".format(", ".join(f"'{kind}'" for kind in kinds))
    columns = {
        "id": "objects.id {}",
        "displayname": f"({these} AND name {{}})",
        "mail": "objects.id IN (SELECT id FROM mailboxes WHERE tenant = :tenant AND address {})",
    }
    return columns | {"userprincipalname": f"({these} AND key {{}})"} if kinds == ("user",) else columns


def _named(hint: Condition, parameters: dict[str, Any]) -> str:
    """Give the ``?`` of a condition names, because the rest of the statement uses names."""
    pieces = hint.sql.split("?")
    named = pieces[0]
    for number, (value, piece) in enumerate(zip(hint.parameters, pieces[1:], strict=True)):
        parameters[f"hint{number}"] = value
        named += f":hint{number}{piece}"
    return named


def _order(order_by: Ordering | None) -> tuple[str | None, bool]:
    if order_by is None:
        return None, False
    return _ORDERS[order_by.name], order_by.descending
