"""Reports steps on stderr: a moving line on a terminal, one plain line per step elsewhere."""

import contextlib
import logging
from collections.abc import Iterator
from types import TracebackType
from typing import Final, Self

from rich.console import Console
from rich.status import Status
from rich.text import Text

from smartrecruiters_calendar.cli.printing import ToReader
from smartrecruiters_calendar.plain_text import printable

OWN_LOG: Final = "smartrecruiters_calendar"


class ProgressLines:
    """The steps of one run, and the waits that the project's own modules warn of. A context manager."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or ToReader(stderr=True)
        self._status: Status | None = None
        self._text = ""
        self._waits = _Waits(self)

    def __enter__(self) -> Self:
        logging.getLogger(OWN_LOG).addHandler(self._waits)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        logging.getLogger(OWN_LOG).removeHandler(self._waits)
        if self._status:
            self._status.stop()

    def step(self, text: str) -> None:
        if text == self._text:
            return
        self._text = text
        if not self._console.is_terminal:
            self._console.print(f"{text} …", markup=False, soft_wrap=True)
            return
        if self._status is None:
            self._status = self._console.status("")
            self._status.start()
        self._status.update(Text(f"{text} …"))

    def wait(self, text: str) -> None:
        self.step(text)

    def count(self, done: int, total: int) -> None:
        """How far the present step is; shown on a terminal only."""
        if self._status:
            self._status.update(Text(f"{self._text} … {done} of {total}"))

    @contextlib.contextmanager
    def paused(self) -> Iterator[Console]:
        if self._status:
            self._status.stop()
        try:
            yield self._console
        finally:
            if self._status:
                self._status.start()


class _Waits(logging.Handler):
    def __init__(self, progress: ProgressLines) -> None:
        super().__init__(logging.WARNING)
        self._progress = progress

    def emit(self, record: logging.LogRecord) -> None:
        self._progress.wait(printable(record.getMessage()))
