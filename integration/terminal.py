"""Asks a person at the terminal, on stderr, so that a document on stdout stays one."""

import os
import sys

from rich.prompt import Confirm

from integration.command_line import ProgressLines
from integration.smartrecruiters.person import Nobody, Person


class Terminal:
    """Somebody at a terminal."""

    def __init__(self, progress: ProgressLines) -> None:
        """Take the progress lines, which are held while somebody is asked."""
        self._progress = progress

    def agrees(self, question: str) -> bool:
        """Whether they say yes; Enter alone means no."""
        with self._progress.paused() as console:
            return Confirm.ask(question, console=console, default=False)


def person_at_terminal(progress: ProgressLines) -> Person:
    """Somebody where both stdin and stderr are a terminal; nobody elsewhere, nor in a pipeline (`CI`)."""
    return Terminal(progress) if sys.stdin.isatty() and sys.stderr.isatty() and not in_pipeline() else Nobody()


def in_pipeline() -> bool:
    """Whether a pipeline runs this (`CI`)."""
    return os.environ.get("CI", "").lower() not in ("", "0", "false")
