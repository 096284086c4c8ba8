"""Subscriptions' vaults, who may do what on them, and the secrets in them with all their versions."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Final

from sandbox.core.store import Row, Store

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS vaults (
  name TEXT PRIMARY KEY,       -- folded; unique in all of Azure
  directory TEXT NOT NULL,     -- directory ID that the subscription belongs to
  subscription TEXT NOT NULL,
  resource_group TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS vault_roles (
  vault TEXT NOT NULL REFERENCES vaults (name),
  principal TEXT NOT NULL,     -- object id
  role TEXT NOT NULL,
  PRIMARY KEY (vault, principal, role)
);
CREATE TABLE IF NOT EXISTS vault_secrets (
  seq INTEGER PRIMARY KEY,     -- the last one of a name is its current version
  vault TEXT NOT NULL REFERENCES vaults (name),
  name TEXT NOT NULL,          -- folded
  version TEXT NOT NULL,
  value TEXT NOT NULL,
  body TEXT NOT NULL,          -- JSON: name as written, contentType, tags, enabled, nbf, exp, created, updated
  deleted REAL                 -- sandbox time of the deletion
);
CREATE INDEX IF NOT EXISTS vault_secrets_by_name ON vault_secrets (vault, name);
"""

CONTRIBUTOR: Final = "Key Vault Contributor"
OFFICER: Final = "Key Vault Secrets Officer"
USER: Final = "Key Vault Secrets User"


@dataclass(frozen=True)
class Role:
    """What a built-in role allows; patterns as in Azure's role definitions."""

    actions: tuple[str, ...] = ()
    """Of Resource Manager."""
    data_actions: tuple[str, ...] = ()
    """Of the vault itself."""


ROLES: Final[Mapping[str, Role]] = {
    "Owner": Role(("*",)),
    "Contributor": Role(("*",)),
    "Reader": Role(("*/read",)),
    CONTRIBUTOR: Role(("Microsoft.Authorization/*/read", "Microsoft.KeyVault/*")),
    OFFICER: Role(
        ("Microsoft.Authorization/*/read", "Microsoft.KeyVault/vaults/*/read"), ("Microsoft.KeyVault/vaults/secrets/*",)
    ),
    USER: Role(
        (),
        ("Microsoft.KeyVault/vaults/secrets/getSecret/action", "Microsoft.KeyVault/vaults/secrets/readMetadata/action"),
    ),
}
"""learn.microsoft.com/azure/role-based-access-control/built-in-roles, as far as vaults are concerned."""


@dataclass(frozen=True)
class Vault:
    name: str
    directory_id: str
    subscription: str
    resource_group: str

    @property
    def id(self) -> str:
        return (
            f"/subscriptions/{self.subscription}/resourceGroups/{self.resource_group}"
            f"/providers/Microsoft.KeyVault/vaults/{self.name}"
        )


@dataclass(frozen=True)
class VaultSecret:
    version: str
    value: str
    body: Mapping[str, Any]
    deleted: float | None

    @property
    def name(self) -> str:
        return str(self.body["name"])


def add(store: Store, vault: Vault, roles: Mapping[str, tuple[str, ...]]) -> None:
    """Make a vault; `roles` by object ID."""
    store.execute(
        "INSERT INTO vaults VALUES (?, ?, ?, ?)",
        (vault.name.lower(), vault.directory_id, vault.subscription, vault.resource_group),
    )
    for principal, names in roles.items():
        for role in names:
            allow(store, vault.name, principal, role)


def allow(store: Store, vault: str, principal: str, role: str) -> None:
    store.execute("INSERT OR IGNORE INTO vault_roles VALUES (?, ?, ?)", (vault.lower(), principal, role))


def forbid(store: Store, vault: str, principal: str) -> None:
    store.execute("DELETE FROM vault_roles WHERE vault = ? AND principal = ?", (vault.lower(), principal))


def find(store: Store, name: str) -> Vault | None:
    row = store.one("SELECT * FROM vaults WHERE name = ?", (name.lower(),))
    return Vault(row["name"], row["directory"], row["subscription"], row["resource_group"]) if row else None


def of_subscription(store: Store, subscription: str) -> list[Vault]:
    rows = store.all("SELECT name FROM vaults WHERE subscription = ?", (subscription.lower(),))
    return [vault for row in rows if (vault := find(store, row["name"]))]


def subscriptions_of(store: Store, directory_id: str, principal: str) -> list[str]:
    """Subscriptions of a directory in which a principal has a role."""
    rows = store.all(
        "SELECT DISTINCT subscription FROM vaults JOIN vault_roles ON vault = name "
        "WHERE directory = ? AND principal = ? ORDER BY subscription",
        (directory_id, principal),
    )
    return [row["subscription"] for row in rows]


def roles(store: Store, vault: Vault, principal: str) -> frozenset[str]:
    rows = store.all("SELECT role FROM vault_roles WHERE vault = ? AND principal = ?", (vault.name, principal))
    return frozenset(row["role"] for row in rows)


def allows(store: Store, vault: Vault, principal: str, action: str, *, data: bool = False) -> bool:
    """Whether somebody's roles on the vault allow an action of Resource Manager, or (data) of the vault itself."""
    held = [ROLES[name] for name in roles(store, vault, principal)]
    patterns = [pattern for role in held for pattern in (role.data_actions if data else role.actions)]
    return any(fnmatchcase(action.lower(), pattern.lower()) for pattern in patterns)


def put(store: Store, vault: Vault, name: str, value: str, body: Mapping[str, Any], now: float) -> VaultSecret:
    version = uuid.uuid4().hex
    kept = {**body, "name": name, "created": int(now), "updated": int(now)}
    store.execute(
        "INSERT INTO vault_secrets (vault, name, version, value, body) VALUES (?, ?, ?, ?, ?)",
        (vault.name, name.lower(), version, value, json.dumps(kept)),
    )
    return VaultSecret(version, value, kept, None)


def current(store: Store, vault: Vault, name: str, version: str | None = None) -> VaultSecret | None:
    chosen = "AND version = :version" if version else ""
    row = store.one(
        f"SELECT * FROM vault_secrets WHERE vault = :vault AND name = :name {chosen} ORDER BY seq DESC LIMIT 1",  # noqa: S608
        {"vault": vault.name, "name": name.lower(), "version": version},
    )
    return _secret(row) if row else None


def mark_deleted(store: Store, vault: Vault, name: str, when: float | None) -> None:
    store.execute("UPDATE vault_secrets SET deleted = ? WHERE vault = ? AND name = ?", (when, vault.name, name.lower()))


def _secret(row: Row) -> VaultSecret:
    return VaultSecret(row["version"], row["value"], json.loads(row["body"]), row["deleted"])
