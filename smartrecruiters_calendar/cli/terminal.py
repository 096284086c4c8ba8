"""Asks and guides a person at the terminal, on stderr, so that a document on stdout stays one."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.prompt import Confirm, IntPrompt, Prompt
from rich.text import Text

from smartrecruiters_calendar.cli.progress import ProgressLines
from smartrecruiters_calendar.page.channel import PersonNeeded
from smartrecruiters_calendar.page.person import Nobody, Person

_GONE: Final = "run this again in a terminal: it continues from here"


class Terminal:
    def __init__(self, progress: ProgressLines) -> None:
        self._progress = progress

    def agrees(self, question: str) -> bool:
        """Whether they say yes; Enter alone means no."""
        with self._asking() as console:
            return Confirm.ask(Text(question), console=console, default=False)

    def show(self, text: str, values: Sequence[tuple[str, str]] = ()) -> None:
        """Show one step, and values to copy, each on a line of its own that no terminal folds."""
        with self._asking() as console:
            console.print(Text(f"\n{text}", style="bold"))
            width = max((len(label) for label, _ in values), default=0)
            for label, value in values:
                console.print(Text(f"  {label:<{width}}  {value}" if width else f"  {value}"), soft_wrap=True)

    def chooses(self, question: str, choices: Sequence[str], default: str | None = None) -> str:
        """One of the choices; without a default it is asked for until it is one."""
        with self._asking() as console:
            otherwise = default if default is not None else ...
            return str(Prompt.ask(Text(question), console=console, choices=list(choices), default=otherwise))

    def answers(self, question: str, default: str = "") -> str:
        """Their answer, asked for until there is one."""
        with self._asking() as console:
            answer = ""
            while not answer:
                answer = Prompt.ask(
                    Text(question), console=console, default=default, show_default=bool(default)
                ).strip()
            return answer

    def counts(self, question: str) -> int:
        """A number, 0 or more, asked for until it is one."""
        with self._asking() as console:
            number = -1
            while number < 0:
                number = IntPrompt.ask(Text(question), console=console)
            return number

    def sees_briefly(self, label: str, value: str) -> bool:
        """Show a value on the terminal's other screen, which leaves nothing in its scroll-back."""
        with self._asking() as console:
            if not sys.stdout.isatty() or not console.is_terminal or console.is_dumb_terminal:
                return False
            with console.screen(hide_cursor=False):
                console.print(Text(f"{label}:\n"))
                console.print(Text(value), soft_wrap=True)
                console.input("\nCopy it into its field now, then press Enter to clear it from the screen.")
                console.clear()
            return True

    @contextmanager
    def _asking(self) -> Iterator[Console]:
        try:
            with self._progress.paused() as console:
                yield console
        except EOFError:
            raise PersonNeeded("The terminal was closed before everything was answered.", _GONE) from None


def person_at_terminal(progress: ProgressLines) -> Person:
    """Somebody where both stdin and stderr are a terminal; nobody elsewhere, nor in a pipeline (`CI`)."""
    return Terminal(progress) if sys.stdin.isatty() and sys.stderr.isatty() and not in_pipeline() else Nobody()


def in_pipeline() -> bool:
    """Whether a pipeline runs this (`CI`)."""
    return os.environ.get("CI", "").lower() not in ("", "0", "false")
