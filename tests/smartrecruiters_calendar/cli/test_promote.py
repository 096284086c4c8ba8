"""promote: how it heeds ctrl-C and a runner's signals."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import cast

import pytest

from smartrecruiters_calendar.cli.frame import Call
from smartrecruiters_calendar.cli.promote import _finishing_on_interruption
from smartrecruiters_calendar.promotion.run import Promotion
from smartrecruiters_calendar.promotion.update import RunningUpdates


class Noting:
    """In place of call, promotion and updates; another signal arrives while the first one is heeded."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.over = threading.Event()

    def stop(self) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        self.done.append("no further tenant")

    def end(self) -> None:
        self.done.append("no further step")

    def cancel(self) -> None:
        self.done.append("updates end")
        self.over.set()

    def note(self, _: str) -> None:
        self.done.append("told")

    def heeding(self) -> AbstractContextManager[None]:
        return _finishing_on_interruption(cast(Call, self), cast(Promotion, self), cast(RunningUpdates, self))


@pytest.fixture(autouse=True)
def _handlers_of_the_tests() -> Iterator[None]:
    before = [(number, signal.getsignal(number)) for number in (signal.SIGINT, signal.SIGTERM)]
    yield
    for number, handler in before:
        signal.signal(number, handler)


def test_of_two_signals_at_once_none_is_lost() -> None:
    noting = Noting()
    with noting.heeding():
        os.kill(os.getpid(), signal.SIGINT)
        assert noting.over.wait(60)
    assert noting.done == ["no further tenant", "told", "no further step", "updates end"]


def test_a_signal_after_the_promotion_is_none_of_its_business() -> None:
    """It once spoke up in the verb that ran next in the same process."""
    noting, others = Noting(), set(threading.enumerate())
    with noting.heeding():
        (heeding,) = set(threading.enumerate()) - others
    os.kill(os.getpid(), signal.SIGINT)
    heeding.join(60)
    assert not heeding.is_alive()
    assert noting.done == []
    assert signal.set_wakeup_fd(-1) == -1
