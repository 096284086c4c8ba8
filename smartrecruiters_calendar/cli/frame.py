"""How scripts speak to people and pipelines: progress on stderr, one JSON document or a table on stdout.

And how they begin: while a script loads, ctrl-C ends it silently (its first lines); from `start` on it is an exception.
"""

import contextlib
import signal
import sys
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Self

import typer
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


def start(app: typer.Typer) -> None:
    """Run a command line that is loaded; ctrl-C raises `KeyboardInterrupt` from here on."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    app()


def start_command(function: Callable[..., None], examples: str) -> None:
    """The same for a script that is one command.

    Args:
        function: its parameters are the options, as typer reads them.
        examples: shown at the end of `--help`.
    """
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    app.command(epilog=examples)(function)
    start(app)
