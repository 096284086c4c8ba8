"""What the settings page remembers: sessions, one calendar integration per company, loads. In SQLite, so it survives a
restart.

The client secret lies in this table in clear. That is acceptable for a sandbox only: its secrets open nothing but
the sandbox, and its home folder is its user's alone. No answer of the page ever contains it.
"""

import hashlib
import json
import secrets
import time
import uuid
from dataclasses import asdict, dataclass
from typing import Any, Final

from sandbox.core.store import Store
from sandbox.smartrecruiters.accounts import Account, account
from sandbox.smartrecruiters.errors import PageError, already_loading, interrupted, no_such_job
from sandbox.smartrecruiters.fields import CalendarFields
from sandbox.smartrecruiters.resource_loader import Loaded

SESSION_SECONDS: Final = 8 * 60 * 60
"""How long a sign-in lasts. Judged by the host's clock, as browsers judge cookies, not by the sandbox's."""

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS smartrecruiters_sessions (
    id_hash TEXT PRIMARY KEY, email TEXT NOT NULL, anti_forgery TEXT NOT NULL, expires REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS smartrecruiters_integrations (
    company TEXT PRIMARY KEY, client_id TEXT NOT NULL, client_secret TEXT NOT NULL, tenant_id TEXT NOT NULL,
    saved_by TEXT NOT NULL, saved_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS smartrecruiters_loads (
    id TEXT PRIMARY KEY, company TEXT NOT NULL, status TEXT NOT NULL, answer TEXT NOT NULL
);
"""


@dataclass(frozen=True)
class Session:
    account: Account
    anti_forgery: str
    """The token that the page puts into its own requests."""


@dataclass(frozen=True)
class NewSession:
    """A sign-in just made: the only moment at which its cookie value is known."""

    cookie: str
    expires: float
    """Unix seconds, host time."""


@dataclass(frozen=True)
class Integration:
    fields: CalendarFields
    saved_by: str
    saved_at: str
    """ISO 8601, sandbox time."""


class State:
    def __init__(self, store: Store) -> None:
        self._store = store
        store.ensure(_SCHEMA)

    # Sessions

    def sign_in(self, account: Account, seconds: float = SESSION_SECONDS) -> NewSession:
        cookie = secrets.token_urlsafe(32)
        expires = time.time() + seconds
        with self._store.transaction():
            self._store.execute("DELETE FROM smartrecruiters_sessions WHERE expires <= ?", (time.time(),))
            self._store.execute(
                "INSERT INTO smartrecruiters_sessions VALUES (?, ?, ?, ?)",
                (_hash(cookie), account.email, secrets.token_urlsafe(24), expires),
            )
        return NewSession(cookie, expires)

    def session(self, cookie: str | None) -> Session | None:
        """The session of a cookie value; None when there is none or it has ended."""
        if not cookie:
            return None
        row = self._store.one(
            "SELECT email, anti_forgery FROM smartrecruiters_sessions WHERE id_hash = ? AND expires > ?",
            (_hash(cookie), time.time()),
        )
        holder = account(row["email"]) if row else None
        return Session(holder, row["anti_forgery"]) if row and holder else None

    def sign_out(self, cookie: str) -> None:
        self._store.execute("DELETE FROM smartrecruiters_sessions WHERE id_hash = ?", (_hash(cookie),))

    def end_all_sessions(self) -> None:
        self._store.execute("DELETE FROM smartrecruiters_sessions")

    # The integration

    def integration(self, company: str) -> Integration | None:
        row = self._store.one("SELECT * FROM smartrecruiters_integrations WHERE company = ?", (company,))
        if row is None:
            return None
        fields = CalendarFields(row["client_id"], row["client_secret"], row["tenant_id"])
        return Integration(fields, row["saved_by"], row["saved_at"])

    def save_integration(self, company: str, saved: Integration) -> None:
        """Save the credentials in place of the company's earlier ones; what those loaded is forgotten."""
        fields = saved.fields
        row = (company, fields.client_id, fields.client_secret, fields.tenant_id, saved.saved_by, saved.saved_at)
        with self._store.transaction():
            self._store.execute("INSERT OR REPLACE INTO smartrecruiters_integrations VALUES (?, ?, ?, ?, ?, ?)", row)
            # Also the running ones: what they find would be taken for the work of the new credentials.
            self._store.execute("DELETE FROM smartrecruiters_loads WHERE company = ?", (company,))

    # Loads

    def begin_load(self, company: str) -> str:
        """Note that a load has begun; its id.

        Raises:
            PageError: `ALREADY_LOADING`.
        """
        load = str(uuid.uuid4())
        with self._store.transaction():
            running = "SELECT 1 FROM smartrecruiters_loads WHERE company = ? AND status = 'RUNNING'"
            if self._store.one(running, (company,)):
                raise already_loading()
            self._store.execute("INSERT INTO smartrecruiters_loads VALUES (?, ?, 'RUNNING', '{}')", (load, company))
        return load

    def end_load(self, load: str, outcome: Loaded | PageError) -> None:
        """Note how a load ended, unless it was forgotten meanwhile."""
        if isinstance(outcome, Loaded):
            status, answer = "DONE", asdict(outcome)
        else:
            status, answer = "FAILED", {"error": outcome.body()}
        self._store.execute(
            "UPDATE smartrecruiters_loads SET status = ?, answer = ? WHERE id = ?", (status, json.dumps(answer), load)
        )

    def end_loads_cut_short(self) -> None:
        """End the loads that were running when the server stopped; nobody works on them any more."""
        self._store.execute(
            "UPDATE smartrecruiters_loads SET status = 'FAILED', answer = ? WHERE status = 'RUNNING'",
            (json.dumps({"error": interrupted().body()}),),
        )

    def load(self, company: str, load: str) -> dict[str, Any]:
        """Status of a load of the company: `id`, `status`, then the resources or the error.

        Raises:
            PageError: `NOT_FOUND`, also for another company's load.
        """
        row = self._store.one(
            "SELECT status, answer FROM smartrecruiters_loads WHERE id = ? AND company = ?", (load, company)
        )
        if row is None:
            raise no_such_job()
        return {"id": load, "status": row["status"], **json.loads(row["answer"])}

    def latest_load(self, company: str) -> dict[str, Any] | None:
        """The company's latest load, for the page to show when it is opened again."""
        row = self._store.one(
            "SELECT id FROM smartrecruiters_loads WHERE company = ? ORDER BY rowid DESC LIMIT 1", (company,)
        )
        return self.load(company, row["id"]) if row else None


def _hash(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()
