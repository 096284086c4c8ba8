"""All state of a sandbox, in one SQLite file.

It knows tables and transactions, nothing of what they mean. What a transaction has committed survives `kill -9`
(write-ahead log); several processes may open the same file, so commands work while the server runs.
"""

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

Row = sqlite3.Row
Parameters = Sequence[Any] | dict[str, Any]

_BUSY_SECONDS = 20.0


class Store:
    """An open store. One thread uses it at a time; another process, or another thread, opens its own."""

    def __init__(self, path: Path, schemas: Iterable[str] = ()) -> None:
        self.path = path
        self._connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute("PRAGMA foreign_keys = ON")
        for schema in schemas:
            self.ensure(schema)

    @property
    def is_empty(self) -> bool:
        return self.one("SELECT 1 FROM sqlite_master") is None

    @property
    def version(self) -> int:
        """A number kept in the file that identifies the version of the tables."""
        row = self.one("PRAGMA user_version")
        return row[0] if row else 0

    @version.setter
    def version(self, number: int) -> None:
        self._connection.execute(f"PRAGMA user_version = {number:d}")

    def ensure(self, schema: str) -> None:
        """Create tables that are missing; `schema` is SQL in which every statement says `IF NOT EXISTS`."""
        statement = ""
        for line in schema.splitlines(keepends=True):  # `executescript` would end a transaction that is under way
            statement += line
            if sqlite3.complete_statement(statement):
                self._connection.execute(statement)
                statement = ""

    def one(self, sql: str, parameters: Parameters = ()) -> Row | None:
        row: Row | None = self._connection.execute(sql, parameters).fetchone()
        return row

    def all(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        return self._connection.execute(sql, parameters).fetchall()

    def each(self, sql: str, parameters: Parameters = ()) -> Iterator[Row]:
        """Row by row, without holding them all in memory."""
        return iter(self._connection.execute(sql, parameters))

    def execute(self, sql: str, parameters: Parameters = ()) -> int:
        """Run a statement that writes.

        Returns:
            The number of rows it touched.
        """
        return self._connection.execute(sql, parameters).rowcount

    def many(self, sql: str, rows: Iterable[Parameters]) -> None:
        """Run a statement that writes, once for each of `rows`."""
        self._connection.executemany(sql, rows)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; inside another transaction it is simply a part of that one."""
        if self._connection.in_transaction:
            yield
            return
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def close(self) -> None:
        self._connection.close()
