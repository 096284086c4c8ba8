"""What Exchange lets an application do with a mailbox: the token's roles, RBAC for Applications, access policies.

Effective rights are the union of the roles in the token, which an application access policy may narrow, and the role
assignments made in Exchange, which no access policy touches and no token shows. Sources: learn.microsoft.com,
"Role Based Access Control for Applications in Exchange Online" and "Limit mailbox access".

An assignment belongs to the service principal's object id and goes when that is deleted (a trigger of the schema), so a
new service principal has none.
"""

from dataclasses import dataclass
from enum import Enum

from sandbox.core.store import Store
from sandbox.directory.models.mailboxes import Mailbox, find, of_group
from sandbox.directory.models.people import members
from sandbox.graph.tenants import Tenant
from sandbox.odata import fold

EVERYTHING = "everything"
"""Scope of an assignment that is not limited to some mailboxes."""


ROLES = (
    "Calendars.ReadBasic.All",
    "Calendars.Read",
    "Calendars.ReadWrite",
    "MailboxSettings.Read",
    "MailboxSettings.ReadWrite",
)
"""Permissions that can be assigned in Exchange and that something here asks for."""

_PURPOSES = {"rooms": "room", "equipment": "equipment"}


class UnknownScope(Exception):
    """A scope that names nothing; the message says so."""


class Verdict(Enum):
    ALLOWED = "allowed"
    DENIED = "no role and no assignment gives the right"
    BLOCKED_BY_POLICY = "the role is there, an access policy narrows it"


@dataclass(frozen=True)
class RoleAssignment:
    principal: str
    """Object id of the service principal."""
    role: str
    """By Graph's name, for instance `Calendars.ReadWrite`."""
    scope: str
    """`everything`, `purpose:room`, `member-of:<group object id>` or `address:<SMTP address>`."""


@dataclass(frozen=True)
class AccessPolicy:
    app: str
    """Client ID."""
    access: str
    """`restrict`: only members of the group; `deny`: everybody but them."""
    group: str
    """Object id of a group."""


def decide(
    store: Store,
    tenant: Tenant,
    mailbox: Mailbox,
    *,
    app: str,
    principal: str,
    roles: frozenset[str],
    one_of: tuple[str, ...],
) -> Verdict:
    """Tell whether an application may use one of the permissions `one_of` on a mailbox.

    Args:
        app: Client ID of the caller.
    """
    if any(_in_scope(store, tenant, mailbox, scope) for scope in _scopes(store, tenant, principal, one_of)):
        return Verdict.ALLOWED
    if roles.isdisjoint(one_of):
        return Verdict.DENIED
    return Verdict.ALLOWED if _policies_allow(store, tenant, mailbox, app) else Verdict.BLOCKED_BY_POLICY


def scope_named(store: Store, tenant: Tenant, text: str, now: float) -> str:
    """Return the scope that a person means by ``everything``, ``rooms``, ``equipment``, or an address.

    Args:
        text: Of an address, that of a group means its members, that of a mailbox the mailbox itself.

    Raises:
        UnknownScope: There is neither group nor mailbox with that address.
    """
    if text == EVERYTHING:
        return EVERYTHING
    if text in _PURPOSES:
        return f"purpose:{_PURPOSES[text]}"
    group = of_group(store, tenant, text, now)
    if group is not None:
        return f"member-of:{group}"
    mailbox = find(store, tenant, text, now)
    if mailbox is None:
        raise UnknownScope(f"{text} is the address of neither a group nor a mailbox")
    return f"address:{mailbox.address}"


def assign(store: Store, tenant: Tenant, assignment: RoleAssignment) -> None:
    """Assign a role in Exchange. Doing it again changes nothing."""
    store.execute(
        "INSERT OR IGNORE INTO exchange_role_assignments (tenant, principal, role, scope) VALUES (?, ?, ?, ?)",
        (tenant.number, assignment.principal.lower(), assignment.role, assignment.scope),
    )


def assignments(store: Store, tenant: Tenant) -> list[RoleAssignment]:
    rows = store.all("SELECT * FROM exchange_role_assignments WHERE tenant = ?", (tenant.number,))
    return [RoleAssignment(row["principal"], row["role"], row["scope"]) for row in rows]


def withdraw(store: Store, tenant: Tenant, principal: str) -> int:
    return store.execute(
        "DELETE FROM exchange_role_assignments WHERE tenant = ? AND principal = ?", (tenant.number, principal.lower())
    )


def set_policy(store: Store, tenant: Tenant, policy: AccessPolicy) -> None:
    store.execute(
        "INSERT OR REPLACE INTO access_policies (tenant, app, access, group_id) VALUES (?, ?, ?, ?)",
        (tenant.number, policy.app.lower(), policy.access, policy.group),
    )


def policies(store: Store, tenant: Tenant, app: str | None = None) -> list[AccessPolicy]:
    rows = store.all("SELECT * FROM access_policies WHERE tenant = ?", (tenant.number,))
    found = [AccessPolicy(row["app"], row["access"], row["group_id"]) for row in rows]
    return [policy for policy in found if app is None or policy.app == app.lower()]


def remove_policies(store: Store, tenant: Tenant, app: str) -> int:
    return store.execute("DELETE FROM access_policies WHERE tenant = ? AND app = ?", (tenant.number, app.lower()))


def _scopes(store: Store, tenant: Tenant, principal: str, one_of: tuple[str, ...]) -> list[str]:
    rows = store.all(
        "SELECT role, scope FROM exchange_role_assignments WHERE tenant = ? AND principal = ?",
        (tenant.number, principal.lower()),
    )
    return [row["scope"] for row in rows if row["role"] in one_of]


def _in_scope(store: Store, tenant: Tenant, mailbox: Mailbox, scope: str) -> bool:
    kind, _, value = scope.partition(":")
    match kind:
        case "everything":
            return True
        case "purpose":
            return mailbox.purpose == value
        case "address":
            return mailbox.address == fold(value)
        case "member-of":  # Exchange looks at direct members only
            return _is_direct_member(store, tenant, value, mailbox.id)
        case _:
            return False


def _is_direct_member(store: Store, tenant: Tenant, group: str, member: str) -> bool:
    found = store.one(
        "SELECT 1 FROM group_members WHERE tenant = ? AND group_id = ? AND member_id = ?",
        (tenant.number, group.lower(), member),
    )
    return found is not None


def _policies_allow(store: Store, tenant: Tenant, mailbox: Mailbox, app: str) -> bool:
    """Deny wins; with any *restrict* policy the mailbox has to be in one of their groups."""
    restricting = False
    within = False
    for policy in policies(store, tenant, app):
        inside = mailbox.id in members(store, tenant, policy.group)
        if policy.access == "deny" and inside:
            return False
        if policy.access == "restrict":
            restricting = True
            within = within or inside
    return within or not restricting
