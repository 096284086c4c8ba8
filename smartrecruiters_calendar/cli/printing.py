"""Writes what a verb found to stdout, whatever stdout is: closed, full, or of an encoding that lacks characters."""

import contextlib
import io
import logging
import os
import sys
from collections.abc import Callable, Iterable
from typing import IO, Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from smartrecruiters_calendar.outcome import ExitCode, Outcome
from smartrecruiters_calendar.plain_text import readable


class ReadableLog(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return readable(super().format(record))


def prepare() -> None:
    """Let a character that the encoding lacks be written as its code, and not end the run."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def document(outcome: Outcome) -> str:
    """The outcome as JSON; where stdout cannot take all of its characters, with their codes instead."""
    text = outcome.as_json()
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        text = outcome.as_json(ascii_only=True)
    return f"{text}\n"


def printed(write: Callable[[], object], code: ExitCode, note: Callable[[str], None]) -> ExitCode:
    """Write the outcome, and return the exit code.

    A reader that has read enough (`| head`) changes nothing. Where nothing more could be written, nobody knows the
    result, and a result of *success* would be a claim.
    """
    try:
        write()
        sys.stdout.flush()
    except BrokenPipeError:
        leave(sys.stdout)
    except OSError as error:
        leave(sys.stdout)
        note(f"The result could not be written to stdout ({error.strerror}).")
        return ExitCode.UNKNOWN
    return code


class ToReader(Console):
    """A console whose reader may leave (rich's own would end the process with 1, which means a failed check), and that
    takes no text for markup and no character for a command."""

    def __init__(self, *, said: Callable[[str], str] = str, **options: Any) -> None:
        """Create it.

        Args:
            said: has the last word about each text that is printed by itself.
        """
        super().__init__(markup=False, emoji=False, highlight=False, **options)
        self._said = said

    def print(self, *objects: Any, **options: Any) -> None:
        super().print(*(self._said(one) if isinstance(one, str) else one for one in objects), **options)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(readable(segment.text), segment.style)

    def on_broken_pipe(self) -> None:
        leave(self.file)


def leave(stream: IO[str]) -> None:
    """Write to nowhere from now on: Python writes what is left when it ends, and would report that it cannot."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
