"""How scripts speak to people and pipelines: progress on stderr, one JSON document or a table on stdout."""

import contextlib
import sys
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from pydantic import BaseModel
from rich.console import Console
from rich.status import Status


class ProgressLines:
    """Tells steps on stderr: a moving line on a terminal, one plain line a step elsewhere. A context manager."""

    def __init__(self, console: Console | None = None) -> None:
        """Write to `console`, which is stderr unless given."""
        self._console = console or Console(stderr=True, highlight=False)
        self._status: Status | None = None
        self._text = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._status:
            self._status.stop()

    def step(self, text: str) -> None:
        """A step begins, or goes on being waited for."""
        if text == self._text:
            return
        self._text = text
        if not self._console.is_terminal:
            self._console.print(f"{text} …", markup=False, soft_wrap=True)
            return
        if self._status is None:
            self._status = self._console.status("")
            self._status.start()
        self._status.update(f"{text} …")

    def count(self, done: int, total: int) -> None:
        """How far the present step is; shown on a terminal only."""
        if self._status:
            self._status.update(f"{self._text} … {done} of {total}")

    @contextlib.contextmanager
    def paused(self) -> Iterator[Console]:
        """The console for as long as somebody is asked something there, without the moving line."""
        if self._status:
            self._status.stop()
        try:
            yield self._console
        finally:
            if self._status:
                self._status.start()


def print_document(document: BaseModel) -> None:
    """One JSON document on stdout."""
    sys.stdout.write(document.model_dump_json(indent=2) + "\n")
