"""scripts/adopt.py as it is typed: exit codes, and one JSON document on stdout."""

import json
import subprocess
from pathlib import Path

import pytest

from smartrecruiters_calendar.outcome import Reason
from tests.scripts.typed import typed
from tests.smartrecruiters_calendar.fake_pulumi import FakePulumi
from tests.smartrecruiters_calendar.stack_values import CONFIGURATION, OUTPUTS

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def pulumi(tmp_path: Path) -> FakePulumi:
    fake = FakePulumi.install(tmp_path, OUTPUTS, CONFIGURATION)
    fake.answer(stack_export={"stdout": "{}"})
    return fake


def adopt(pulumi: FakePulumi, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return typed(pulumi, "adopt", *arguments, **environment)


def test_an_unknown_stack_is_a_usage_error(pulumi: FakePulumi) -> None:
    pulumi.answer(**{"stack export": {"stderr": "error: no stack named 'dev' found", "code": 6}})
    done = adopt(pulumi, "--stack", "dev", "--json")
    told = json.loads(done.stdout)
    assert (told["reason"], told["outcome"], done.returncode) == (Reason.STACK_UNKNOWN, "not-adopted", 2)


def test_an_identity_that_is_half_given_stops_before_anything_is_changed(pulumi: FakePulumi) -> None:
    done = adopt(pulumi, "--stack", "dev", "--json", ARM_CLIENT_ID="app", ARM_CLIENT_SECRET="", ARM_USE_CLI="false")
    assert json.loads(done.stdout)["reason"] == Reason.IDENTITY_INCOMPLETE


def test_a_registration_is_named_in_one_way(pulumi: FakePulumi) -> None:
    done = adopt(pulumi, "--stack", "dev", "--name", "x", "--client-id", "y")
    assert done.returncode == 2
    assert "not both" in done.stderr
    assert pulumi.starts == []


def test_help_shows_examples_and_exit_codes(pulumi: FakePulumi) -> None:
    told = adopt(pulumi, "--help").stdout
    assert "--dry-run" in told
    assert "Exit codes" in told
