"""A delivery by a real Chromium is ended from outside, `kill -9` and ctrl-C, wherever the browser is open.

No browser goes on running. Ctrl-C leaves no profile folder either; killed, nobody is left to remove it, and what is in
it holds no secret and no session. What both channels have in common is played in `test_ended_post_deploy`.
"""

import contextlib
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.due_delivery import DueDelivery, plays
from tests.e2e.moments import Moment, browser_moments
from tests.e2e.workplace import Workplace

pytestmark = [pytest.mark.engine, pytest.mark.browser]


@pytest.fixture(scope="module")
def due(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DueDelivery]:
    with (
        tempfile.TemporaryDirectory(prefix="sr-") as short,  # Chromium's sockets want a short path
        contextlib.closing(Workplace.open(tmp_path_factory.mktemp("due"))) as opened,
    ):
        yield DueDelivery(opened, Path(short) / "temporary", "browser")


@pytest.fixture
def delivery(due: DueDelivery) -> DueDelivery:
    due.put_back()
    return due


@pytest.mark.parametrize(("moment", "ending"), plays(browser_moments()))
def test_ended_there_no_browser_is_left_the_receipt_is_true_and_a_second_run_heals_it(
    delivery: DueDelivery, moment: Moment, ending: signal.Signals
) -> None:
    delivery.play(moment, ending)
