"""Client secrets of applications. Their values are not kept: only a digest that a presented value is compared with."""

import hashlib
import hmac
import secrets as randomness
import string
import uuid
from dataclasses import dataclass

from sandbox.core.store import Row, Store
from sandbox.graph.tenants import Tenant

SCHEMA = """
CREATE TABLE IF NOT EXISTS secrets (
  seq INTEGER PRIMARY KEY,
  tenant INTEGER NOT NULL,
  application TEXT NOT NULL,
  key_id TEXT NOT NULL,
  custom_key_identifier TEXT,  -- of the certificate whose file it opens
  display_name TEXT,
  hint TEXT NOT NULL,
  digest TEXT NOT NULL,
  starts REAL NOT NULL,
  ends REAL NOT NULL,
  visible REAL NOT NULL      -- sandbox time from which reads and sign-ins see it
);
CREATE INDEX IF NOT EXISTS secrets_of_application ON secrets (application, tenant);
"""

_HINT_LENGTH = 3
_ALPHABET = string.ascii_letters + string.digits + "_-.~"


@dataclass(frozen=True)
class Secret:
    """A client secret without its value. Moments are sandbox time, seconds since 1970."""

    key_id: str
    custom_key_identifier: str | None
    """Base64; that of the certificate whose file this password opens."""
    display_name: str | None
    hint: str
    """The first characters of the value."""
    digest: str
    starts: float
    ends: float


def new_value(start: str = "") -> str:
    """A secret in the shape Entra makes them: 40 characters, `8Q~` after the first three.

    Any of its characters may be one that a shell, an option parser or a YAML reader takes for something else.

    Args:
        start: What it begins with.
    """
    return _drawn(3, start) + "8Q~" + _drawn(34)


def _drawn(length: int, start: str = "") -> str:
    return start[:length] + "".join(randomness.choice(_ALPHABET) for _ in range(length - len(start)))


def add(
    store: Store,
    tenant: Tenant,
    application_id: str,
    value: str,
    *,
    display_name: str | None,
    starts: float,
    ends: float,
    visible: float = 0,
    key_id: str | None = None,
    custom_key_identifier: str | None = None,
) -> Secret:
    identifier = key_id or str(uuid.uuid4())
    hint, digest = value[:_HINT_LENGTH], _digest(value)
    secret = Secret(identifier, custom_key_identifier, display_name, hint, digest, starts, ends)
    store.execute(
        "INSERT INTO secrets (tenant, application, key_id, custom_key_identifier, display_name, hint, digest, starts, "
        "ends, visible) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            tenant.number,
            application_id,
            secret.key_id,
            secret.custom_key_identifier,
            secret.display_name,
            secret.hint,
            secret.digest,
            starts,
            ends,
            visible,
        ),
    )
    return secret


def of(store: Store, tenant: Tenant, application_id: str, now: float) -> list[Secret]:
    rows = store.all(
        "SELECT * FROM secrets WHERE application = ? AND tenant = ? AND visible <= ? ORDER BY seq",
        (application_id, tenant.number, now),
    )
    return [_secret(row) for row in rows]


def find(store: Store, tenant: Tenant, application_id: str, value: str, now: float) -> Secret | None:
    """The application's secret with this value, expired or not, that sign-ins see at `now`."""
    presented = _digest(value)
    known = of(store, tenant, application_id, now)
    return next((secret for secret in known if hmac.compare_digest(secret.digest, presented)), None)


def drop(store: Store, tenant: Tenant, application_id: str, key_id: str) -> bool:
    return (
        store.execute(
            "DELETE FROM secrets WHERE application = ? AND tenant = ? AND key_id = ?",
            (application_id, tenant.number, key_id.lower()),
        )
        == 1
    )


def forget(store: Store, tenant: Tenant, application_id: str) -> None:
    store.execute("DELETE FROM secrets WHERE application = ? AND tenant = ?", (application_id, tenant.number))


def _digest(value: str) -> str:
    # The values are long and random, so a plain digest cannot be searched.
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()


def _secret(row: Row) -> Secret:
    return Secret(
        row["key_id"],
        row["custom_key_identifier"],
        row["display_name"],
        row["hint"],
        row["digest"],
        row["starts"],
        row["ends"],
    )
