"""scripts/recover.py as it is typed: exit codes, and one JSON document on stdout."""

import json
import subprocess
from pathlib import Path

import pytest

from smartrecruiters_calendar.outcome import EXIT_CODES, Reason
from tests.scripts.typed import typed
from tests.smartrecruiters_calendar.fake_pulumi import FakePulumi
from tests.smartrecruiters_calendar.stack_values import CONFIGURATION, OUTPUTS

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def pulumi(tmp_path: Path) -> FakePulumi:
    fake = FakePulumi.install(tmp_path, OUTPUTS, CONFIGURATION)
    fake.answer(whoami={"stdout": json.dumps({"url": (tmp_path / "state").as_uri()})}, stack_export={"stdout": "{}"})
    return fake


def recover(pulumi: FakePulumi, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return typed(pulumi, "recover", *arguments, **environment)


def lock(folder: Path, host: str) -> None:
    locks = folder / "state" / ".pulumi" / "locks" / "organization" / "smartrecruiters-calendar" / "dev"
    locks.mkdir(parents=True)
    holder = {"pid": 17, "username": "ci", "hostname": host, "timestamp": "2026-12-01T08:00:00Z"}
    (locks / "lock.json").write_text(json.dumps(holder))


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"stack export": {"stderr": "error: no stack named 'dev' found", "code": 6}}, Reason.STACK_UNKNOWN),
        ({"whoami": {"stderr": "error: dial tcp", "code": 1}}, Reason.STACK_UNREADABLE),
    ],
    ids=lambda value: value if isinstance(value, Reason) else "",
)
def test_what_stops_it_is_told_with_its_exit_code(
    pulumi: FakePulumi, changed: dict[str, dict[str, object]], reason: Reason
) -> None:
    pulumi.answer(**changed)
    done = recover(pulumi, "--stack", "dev", "--json")
    told = json.loads(done.stdout)
    assert (told["reason"], told["exitCode"], done.returncode) == (reason, EXIT_CODES[reason], EXIT_CODES[reason])


def test_a_run_on_another_machine_is_not_disturbed(pulumi: FakePulumi, tmp_path: Path) -> None:
    lock(tmp_path, "runner-7")
    done = recover(pulumi, "--stack", "dev")
    assert done.returncode == 3
    assert "ci@runner-7, process 17" in done.stdout
    assert "--free-lock" in done.stdout
    assert "cancel" not in str(pulumi.starts)


def test_an_identity_that_is_half_given_stops_before_anything_is_changed(pulumi: FakePulumi) -> None:
    done = recover(pulumi, "--stack", "dev", "--json", ARM_CLIENT_ID="app", ARM_CLIENT_SECRET="", ARM_USE_CLI="false")
    assert json.loads(done.stdout)["reason"] == Reason.IDENTITY_INCOMPLETE


def test_help_shows_examples_and_exit_codes(pulumi: FakePulumi) -> None:
    told = recover(pulumi, "--help").stdout
    assert "smartrecruiters-calendar recover --stack acme --dry-run" in told
    assert "Exit codes" in told
