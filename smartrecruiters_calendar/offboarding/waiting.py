"""Waits until a change in the directory is known everywhere, which Entra says of none of its own."""

import contextlib
from collections.abc import Callable
from typing import TypeVar

import stamina

T = TypeVar("T")


class _NotYet(Exception):
    """Asked once more, until the wait is over."""


def awaited(ask: Callable[[], T], settled: Callable[[T], bool], wait_seconds: float) -> T:
    """The first answer that is settled; the last one where none was.

    Args:
        ask: whatever it raises ends the wait.
        settled: whether an answer is what is waited for.
        wait_seconds: bound of the wait.
    """
    answers = [ask()]

    def ask_again() -> None:
        if not settled(answers[-1]):
            answers.append(ask())
        if not settled(answers[-1]):
            raise _NotYet

    with contextlib.suppress(_NotYet):
        for attempt in stamina.retry_context(on=_NotYet, attempts=None, timeout=wait_seconds, wait_max=10):
            with attempt:
                ask_again()
    return answers[-1]
