"""Post-deploy is ended from outside, on the real engine: what the tags say then, and that a second run heals it.

Every other moment is played without the engine: `tests/integration/post_deploy/test_interruptions.py`.
"""

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.workplace import PYTHON, Workplace

pytestmark = pytest.mark.engine

_EVENT = re.compile(r"calendar-integration:(\d{4}-[a-z-]+)")
_PATIENCE_SECONDS = 120


def events(workplace: Workplace) -> set[str]:
    """The events on the stack's receipt, from the state backend's own file: the engine may be busy."""
    (tags,) = (workplace.home / "pulumi-state").rglob("dev.pulumi-tags")
    return set(_EVENT.findall(tags.read_text()))


@contextmanager
def slow_page(workplace: Workplace) -> Iterator[None]:
    workplace.sandbox("fault", "page", "slow", "--delay", "6s")
    try:
        yield
    finally:
        workplace.sandbox("fault", "page", "slow", "--off")


def ended(workplace: Workplace, ending: signal.Signals, *, when: str, step: str) -> tuple[int, str]:
    """Deliver anew, and end the process once a step is told and an event kept; exit code and everything printed."""
    before = events(workplace)
    with subprocess.Popen(
        [PYTHON, "scripts/post_deploy.py", "--stack", "dev", "--json", "--redeliver"],
        cwd=workplace.checkout,
        env=workplace.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as running:
        assert running.stderr
        told = ""
        while step not in told:
            line = running.stderr.readline()
            assert line, told
            told += line
        until = time.monotonic() + _PATIENCE_SECONDS
        while not any(event.endswith(when) for event in events(workplace) - before):
            assert running.poll() is None
            assert time.monotonic() < until
        os.killpg(running.pid, ending)
        stdout, stderr = running.communicate(timeout=_PATIENCE_SECONDS)
    return running.returncode, told + stdout + stderr


@pytest.fixture(scope="module")
def delivered(deployed: Workplace) -> Workplace:
    deployed.post_deploy()
    return deployed


def test_killed_within_save_it_is_in_doubt_and_a_plain_second_run_delivers(delivered: Workplace) -> None:
    with slow_page(delivered):
        code, printed = ended(delivered, signal.SIGKILL, when="begun", step="Delivering the credentials")
    assert code == -signal.SIGKILL
    assert delivered.outputs()["clientSecret"] not in printed
    asked = delivered.run(PYTHON, "scripts/receipt.py", "--stack", "dev", "--json", expect=3).json()
    assert (asked["reason"], asked["receipt"]["held"]) == ("delivery-in-doubt", None)
    assert asked["receipt"]["claims"] == []

    healed = delivered.post_deploy().json()
    assert (healed["delivery"], healed["receipt"]["inDoubt"]) == ("made", None)
    delivered.run(PYTHON, "scripts/receipt.py", "--stack", "dev", expect=0)


def test_ctrl_c_while_rooms_load_keeps_the_delivery_and_a_plain_second_run_repeats_nothing(
    delivered: Workplace,
) -> None:
    before = events(delivered)
    with slow_page(delivered):
        code, printed = ended(delivered, signal.SIGINT, when="delivered", step="Waiting for SmartRecruiters to load")
    assert code == 130
    assert "post_deploy: interrupted; run it again" in printed
    assert "Traceback" not in printed
    assert {event[5:] for event in events(delivered) - before} == {"begun", "delivered"}

    healed = delivered.post_deploy().json()
    assert (healed["exitCode"], healed["delivery"]) == (0, "not-needed")
    assert healed["receipt"]["held"]["keyId"] == delivered.outputs()["secretKeyId"]


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
    delivered: Workplace, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(_DEFECT)
    crashed = delivered.post_deploy(
        "--redeliver", "--verbose", expect=1, environment={"PYTHONPATH": str(tmp_path), "PYTHONFAULTHANDLER": "1"}
    )
    assert "RuntimeError: a defect while the credentials are sent" in crashed.stderr
    assert crashed.stdout == ""
    session = json.loads((delivered.home / "smartrecruiters-session.json").read_text())["cookies"][0]["value"]
    for private in (delivered.outputs()["clientSecret"], session, delivered.environment["ARM_CLIENT_SECRET"]):
        assert private not in crashed.printed
    told = delivered.run(PYTHON, "scripts/receipt.py", "--stack", "dev", "--json", expect=3).json()
    assert told["reason"] == "delivery-in-doubt"
    assert delivered.post_deploy().json()["delivery"] == "made"
