"""The live check, rehearsed against the sandbox: it makes, asks, records and removes, and touches nothing else."""

import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from smartrecruiters_calendar.live.recording import Recording, contradictions
from tests.e2e.workplace import PYTHON, ROOT, Workplace

pytestmark = pytest.mark.engine

COMMAND = (
    PYTHON,
    "scripts/live_check.py",
    "--directory-id",
    "3f0c2f5e-8a57-4c1b-9d6e-1b7a52c0d101",
    "--tenant-domain",
    "contoso.onmicrosoft.com",
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    workplace = Workplace.open(tmp_path_factory.mktemp("live"))
    yield workplace
    workplace.close()


def holds(workplace: Workplace) -> set[tuple[str, str]]:
    directory = workplace.graph()
    return {
        (kind, one["id"]) for kind in ("applications", "servicePrincipals") for one in directory.get(f"{kind}?$top=999")
    }


def started(workplace: Workplace, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=workplace.checkout,
        env={key: value for key, value in workplace.environment.items() if value},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def test_without_a_yes_nothing_is_made(place: Workplace) -> None:
    before = holds(place)
    with started(place) as process:
        out, errors = process.communicate("no\n", timeout=120)
    assert process.returncode == 130
    assert out == ""
    assert "Calendars.ReadWrite: Read, create, change and delete events in every calendar" in errors
    assert "nothing was done" in errors
    assert holds(place) == before


def test_a_check_leaves_a_recording_and_nothing_else(place: Workplace) -> None:
    before, files = holds(place), sorted(path.name for path in place.checkout.iterdir())
    file = place.home / "answers.json"
    with started(place, "--record", str(file), "--json") as process:
        out, errors = process.communicate("yes\n", timeout=300)
    result: dict[str, Any] = json.loads(out)
    assert (process.returncode, result["removed"], result["remaining"]) == (0, True, []), errors
    assert result["audit"]["failed"] == []
    assert "is as declared" in result["audit"]["sentence"]
    assert holds(place) == before
    assert sorted(path.name for path in place.checkout.iterdir()) == files
    assert result["clientId"] not in file.read_text()
    fresh = Recording.model_validate_json(file.read_text())
    # The committed recording is the sandbox's until somebody with a real tenant puts theirs in its place.
    known = Recording.model_validate_json((ROOT / "tests/recordings/live-check.json").read_text())
    assert list(contradictions(fresh, known)) == []


@pytest.mark.parametrize(
    "called_off",
    [
        pytest.param(lambda process: os.killpg(process.pid, signal.SIGINT), id="ctrl-C"),
        pytest.param(lambda process: process.terminate(), id="a pipeline", marks=pytest.mark.full),
    ],
)
def test_called_off_in_the_middle_of_the_deployment_it_leaves_nothing(
    place: Workplace, called_off: Callable[[subprocess.Popen[str]], None]
) -> None:
    before = holds(place)
    with started(place, "--yes") as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "Application smartrecruiters-application created" in line:
                break
        called_off(process)
        out, errors = process.communicate(timeout=300)
    assert process.returncode == 130, out + errors
    assert holds(place) == before
