"""A delivery is ended from outside, `kill -9` and ctrl-C, on the real engine and at every moment: what is left behind.

`make test` plays a moment for each state that differs, `make test-full` all. Without the engine the same moments are
played in `tests/smartrecruiters_calendar/post_deploy/test_interruptions.py`.
"""

import contextlib
import json
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.crash import EngineStart, Point, engine_starts
from tests.e2e.due_delivery import DueDelivery, plays
from tests.e2e.moments import AGAIN, EVERY_REQUEST, READING, REQUESTS, TAGS, Moment, moments, reading, setting
from tests.e2e.workplace import PYTHON, Workplace

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def due(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DueDelivery]:
    folder = tmp_path_factory.mktemp("due")
    with contextlib.closing(Workplace.open(folder / "workplace")) as opened:
        yield DueDelivery(opened, folder / "temporary", "page-requests")


@pytest.fixture
def delivery(due: DueDelivery) -> DueDelivery:
    due.put_back()
    return due


@pytest.mark.parametrize(("moment", "ending"), plays(moments()))
def test_ended_there_the_receipt_is_true_and_a_plain_second_run_heals_it(
    delivery: DueDelivery, moment: Moment, ending: signal.Signals
) -> None:
    delivery.play(moment, ending)


def test_every_request_of_a_delivery_is_among_the_moments(delivery: DueDelivery) -> None:
    before = len(delivery.requests())
    done = delivery.ended(Point(len(REQUESTS) + 1, EVERY_REQUEST), signal.SIGKILL)
    assert done.exit_code == 0, done.printed
    asked = [request for request in delivery.requests()[before:] if re.search(EVERY_REQUEST, request)]
    told = zip(asked, REQUESTS, strict=False)  # behind Load Resources come those of SmartRecruiters itself
    assert [request for request, (_, expected, _) in told if not re.search(expected, request)] == []


def test_every_start_of_the_engine_is_among_the_moments(delivery: DueDelivery) -> None:
    done = delivery.ended(EngineStart(at=len(READING) + len(TAGS) + len(AGAIN) + 1), signal.SIGKILL)
    assert done.exit_code == 0, done.printed
    starts = engine_starts(delivery.workplace)
    commands = [*READING, *(command for command, _, _ in AGAIN)]
    assert len(starts) == len(commands) + len(TAGS)
    expected = [*map(reading, dict.fromkeys(commands)), *(setting(tag) for tag, _, _ in TAGS)]
    assert [[bool(re.search(one, start)) for one in expected].count(True) for start in starts] == [1] * len(starts)


_DEFECT = """
import httpx

sent = httpx.Client.request


def request(self, method, *arguments, **named):
    if method == "PUT":
        raise RuntimeError("a defect while the credentials are sent")
    return sent(self, method, *arguments, **named)


httpx.Client.request = request
"""


def test_a_defect_in_the_middle_of_a_delivery_tells_no_secret_and_leaves_it_in_doubt(
    delivery: DueDelivery, tmp_path: Path
) -> None:
    workplace = delivery.workplace
    (tmp_path / "sitecustomize.py").write_text(_DEFECT)
    crashed = workplace.post_deploy(
        "--verbose", expect=1, environment={"PYTHONPATH": str(tmp_path), "PYTHONFAULTHANDLER": "1"}
    )
    assert "RuntimeError: a defect while the credentials are sent" in crashed.stderr
    assert crashed.stdout == ""
    session = json.loads((workplace.home / "smartrecruiters-session.json").read_text())["cookies"][0]["value"]
    for private in (workplace.outputs()["clientSecret"], session, workplace.environment["ARM_CLIENT_SECRET"]):
        assert private not in crashed.printed
    told = workplace.run(PYTHON, "scripts/receipt.py", "--stack", "dev", "--json", expect=3).json()
    assert told["reason"] == "delivery-in-doubt"
    assert workplace.post_deploy().json()["delivery"] == "made"
