"""A person at a real terminal: what they type, all that the terminal received, and what is left on its screen."""

import re
import sys
from typing import Any, Self

import pexpect

from tests.e2e.workplace import PYTHON, Workplace

_OTHER_SCREEN = re.compile(r"\x1b\[\?1049h(.*?)\x1b\[\?1049l", re.DOTALL)


class AtTerminal:
    """post_deploy in a terminal of its own. A context manager."""

    def __init__(self, workplace: Workplace, *arguments: str, **variables: str) -> None:
        kept = {key: value for key, value in workplace.environment.items() if key not in ("CI", "NO_COLOR")}
        self._child = pexpect.spawn(
            PYTHON,
            ["scripts/post_deploy.py", "--stack", "dev", *arguments],
            cwd=str(workplace.checkout),
            env=kept | {"TERM": "xterm-256color", "COLUMNS": "120"} | variables,
            encoding="utf-8",
            timeout=120,
            dimensions=(40, 120),
        )
        self._received: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._child.close(force=True)

    def answer(self, question: str, answer: str) -> None:
        """Wait for a question, then type the answer and Enter."""
        self._until(question)
        self._child.sendline(answer)

    def interrupt(self, question: str) -> None:
        """Wait for a question, then press ctrl-C."""
        self._until(question)
        self._child.sendintr()

    def end(self) -> int:
        """Wait for its end; the exit code."""
        self._until(pexpect.EOF)
        self._child.wait()
        return int(self._child.exitstatus or 0)

    def _until(self, expected: Any) -> None:
        try:
            self._child.expect_exact(expected)
        except pexpect.ExceptionPexpect:
            sys.stdout.write(self._child.before or "")
            raise
        self._received += [part for part in (self._child.before, self._child.after) if isinstance(part, str)]

    @property
    def received(self) -> str:
        """Everything that the terminal got."""
        return "".join(self._received)

    @property
    def stays(self) -> str:
        """What is left on the screen and in its scroll-back: all but what stood on the other screen."""
        return _OTHER_SCREEN.sub("", self.received)
