"""The sandbox's time.

It starts at `START` when a home is created, independent of the host's date, so that a demo whose files name dates still
works in years. It runs at the host's speed while a server runs, is stopped while none does, and is otherwise only
moved forward. TLS certificates do not follow it.
"""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sandbox.core.home import write_private
from sandbox.core.store import Store

START = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
"""The first moment of every sandbox."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS clock (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  reached REAL NOT NULL,   -- the latest moment known to have come, sandbox time, seconds since 1970
  ahead REAL               -- sandbox time minus host time while a server runs; NULL while it is stopped
);
"""


class Clock:
    """Reads and moves the time that is kept in `store`; `published` is the file that the project's own clock reads."""

    def __init__(self, store: Store, published: Path, host: Callable[[], float] = time.time) -> None:
        self._store = store
        self._published = published
        self._host = host
        store.ensure(SCHEMA)
        store.execute("INSERT OR IGNORE INTO clock VALUES (1, ?, NULL)", (START.timestamp(),))

    def seconds(self) -> float:
        """The present moment, sandbox time, in seconds since 1970."""
        row = self._store.one("SELECT reached, ahead FROM clock")
        assert row is not None  # noqa: S101 the row is made by __init__
        reached: float = row["reached"]
        return reached if row["ahead"] is None else max(reached, self._host() + row["ahead"])

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.seconds(), UTC)

    def start(self) -> None:
        """Continue from the last known time, also after a server was killed."""
        self._store.execute("UPDATE clock SET ahead = reached - ?", (self._host(),))
        self.publish()

    def mark(self) -> None:
        """Remember how far time has come, so that it does not fall back when the server is killed."""
        self._store.execute("UPDATE clock SET reached = ?", (self.seconds(),))

    def stop(self) -> None:
        self._store.execute("UPDATE clock SET reached = ?, ahead = NULL", (self.seconds(),))

    def forward(self, by: timedelta) -> None:
        """Move on, also while a server runs in another process.

        Raises:
            ValueError: `by` is negative.
        """
        if by < timedelta():
            raise ValueError("the sandbox's clock only moves forward")
        self._store.execute("UPDATE clock SET reached = reached + :by, ahead = ahead + :by", {"by": by.total_seconds()})
        self.publish()

    def publish(self) -> None:
        """Write the file that the project's own clock reads."""
        offset = self.seconds() - self._host()
        write_private(self._published, json.dumps({"offsetSeconds": offset}) + "\n")
