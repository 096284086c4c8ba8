"""Runs of the real code that go on one step at a time, in an order that a test chooses."""

from collections.abc import Callable
from typing import Any

from greenlet import getcurrent, greenlet  # type: ignore[import-untyped]


class SideRun:
    """A run that stops at each `pass_on`; outside of one, `pass_on` does nothing."""

    def __init__(self, act: Callable[[], Any]) -> None:
        self._run = greenlet(act)

    @property
    def has_ended(self) -> bool:
        return bool(self._run.dead)

    def go_on(self) -> None:
        """Make the next step."""
        self._run.switch()

    def kill(self) -> None:
        if not self._run.dead:
            self._run.throw()


def pass_on() -> None:
    """Stop here until the test goes on with this run."""
    if parent := getcurrent().parent:
        parent.switch()
