"""Faults of a tenant's requests: injected on purpose, switched while the server runs, reproducible from a seed.

`put` is the whole interface for tests in the same process; `python -m sandbox fault` calls it too. Which request
suffers is drawn from a random generator that restarts with the seed whenever the settings change, so the same
requests in the same order get the same faults.
"""

import json
import math
import random
import time
from dataclasses import asdict, dataclass, replace
from email.utils import formatdate

from sandbox.core.store import Store
from sandbox.graph.tenants import Tenant

SCHEMA = """
CREATE TABLE IF NOT EXISTS faults (tenant INTEGER PRIMARY KEY, body TEXT NOT NULL, switched INTEGER NOT NULL);
"""


@dataclass(frozen=True)
class Faults:
    """What goes wrong in a tenant. Shares are between 0 (never) and 1 (always)."""

    latency_ms: float = 0
    """Added before every answer of Graph and of the token endpoint."""
    object_lag_s: float = 0
    """Until reads see a new application or service principal, and stop seeing a deleted one; sandbox time."""
    secret_lag_s: float = 0
    """Until reads and sign-ins see a new secret; sandbox time."""
    grant_lag_s: float = 0
    """Until new tokens carry a granted role; sandbox time."""
    throttled: float = 0
    """Share of requests answered 429."""
    unavailable: float = 0
    """Share of requests answered 503."""
    reset: float = 0
    """Share of connections reset before an answer."""
    conflict: float = 0
    """Share of changes to an application or service principal answered 409, as if another had come between. Above 0,
    changes to one object that are under way at the same time are refused too."""
    retry_after_s: int = 1
    """`Retry-After` of 429 and 503."""
    retry_after_date: bool = False
    """Whether `Retry-After` is a date (RFC 9110), by the real clock, as clients wait in real time."""
    secret_start: str = ""
    """What new client secrets begin with, at most three characters: `-`, `~` and `.` are as good as letters."""
    only: str = ""
    """Only requests whose `METHOD /template` contains this text, in any case; `POST /token` is a sign-in."""
    seed: int = 0
    """Start of the draws."""
    switched: int = 0
    """How often the tenant's faults were switched so far; set by `put`."""


NONE = Faults()


def of(store: Store, tenant: Tenant) -> Faults:
    row = store.one("SELECT body, switched FROM faults WHERE tenant = ?", (tenant.number,))
    return Faults(**json.loads(row["body"]) | {"switched": row["switched"]}) if row else NONE


def put(store: Store, tenant: Tenant, faults: Faults) -> None:
    store.execute(
        "INSERT INTO faults VALUES (?, ?, 1) ON CONFLICT (tenant) DO UPDATE SET body = excluded.body, switched = "
        "switched + 1",
        (tenant.number, json.dumps(asdict(faults))),
    )


def change(store: Store, tenant: Tenant, **values: float | str) -> Faults:
    """Switch some faults and leave the others.

    Raises:
        TypeError: the fault does not exist.
    """
    changed = replace(of(store, tenant), **values)  # type: ignore[arg-type]
    put(store, tenant, changed)
    return changed


def retry_after(faults: Faults) -> dict[str, str]:
    """The header that says when to come back."""
    if not faults.retry_after_date:
        return {"Retry-After": str(faults.retry_after_s)}
    then = math.ceil(time.time()) + faults.retry_after_s
    return {"Retry-After": formatdate(then, usegmt=True)}


class Draws:
    def __init__(self) -> None:
        self._generators: dict[int, tuple[Faults, random.Random]] = {}

    def draw(self, tenant: Tenant, faults: Faults, request: str) -> str:
        """Name what happens to a request: `reset`, `throttled`, `unavailable`, or nothing (empty)."""
        if not applies(faults, request):
            return ""
        chance = self._random(tenant, faults).random
        return next(
            (
                name
                for name, share in (
                    ("reset", faults.reset),
                    ("throttled", faults.throttled),
                    ("unavailable", faults.unavailable),
                )
                if share and chance() < share
            ),
            "",
        )

    def conflicts(self, tenant: Tenant, faults: Faults, request: str) -> bool:
        """Whether a change meets another one that is not there."""
        return (
            bool(faults.conflict)
            and applies(faults, request)
            and self._random(tenant, faults).random() < faults.conflict
        )

    def _random(self, tenant: Tenant, faults: Faults) -> random.Random:
        known = self._generators.get(tenant.number)
        if known is None or known[0] != faults:
            known = (faults, random.Random(f"{faults.seed}:{tenant.id}"))  # noqa: S311 no secret
            self._generators[tenant.number] = known
        return known[1]


def applies(faults: Faults, request: str) -> bool:
    return faults.only.casefold() in request.casefold()
