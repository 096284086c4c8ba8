"""scripts/rotate.py as it is typed: exit codes, one JSON document on stdout, and what it refuses to begin."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from smartrecruiters_calendar.outcome import EXIT_CODES, Reason
from tests.scripts.typed import typed
from tests.smartrecruiters_calendar.fake_pulumi import FakePulumi, configure
from tests.smartrecruiters_calendar.stack_values import CONFIGURATION, OUTPUTS

ROOT = Path(__file__).resolve().parents[2]
LONG_AGO = [{"issued": "2020-01-01", "years": 1}]


@pytest.fixture
def pulumi(tmp_path: Path) -> FakePulumi:
    fake = FakePulumi.install(tmp_path, OUTPUTS, CONFIGURATION | {"secrets": LONG_AGO}, stack="acme")
    configure(tmp_path, CONFIGURATION | {"secrets": LONG_AGO}, stack="globex")
    fake.answer(stack_export={"stdout": "{}"}, stack_ls={"stdout": json.dumps([{"name": "acme"}, {"name": "globex"}])})
    return fake


def rotate(pulumi: FakePulumi, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return typed(pulumi, "rotate", *arguments, **environment)


def document(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(done.stdout)
    assert told["exitCode"] == done.returncode
    return told


def test_a_stack_whose_secret_has_ended_is_a_finding_with_the_next_command(pulumi: FakePulumi) -> None:
    told = document(rotate(pulumi, "status", "--stack", "acme", "--json"))
    assert told["exitCode"] == 1
    assert [finding["code"] for finding in told["findings"]] == ["ended", "not-deployed"]
    assert told["next"] == "smartrecruiters-calendar rotate begin --stack acme"


def test_every_stack_is_told_in_one_document(pulumi: FakePulumi) -> None:
    told = document(rotate(pulumi, "status", "--all", "--json"))
    assert [status["stack"] for status in told["stacks"]] == ["acme", "globex"]
    assert told["exitCode"] == 1


def test_a_stack_that_cannot_be_read_does_not_hide_the_others(pulumi: FakePulumi) -> None:
    pulumi.answer(stack_export={"stderr": "error: dial tcp: refused", "code": 1})
    told = document(rotate(pulumi, "status", "--all", "--json"))
    assert {status["reason"] for status in told["stacks"]} == {"stack-unreadable"}
    assert told["exitCode"] == 3


@pytest.mark.parametrize(
    "arguments",
    [
        ("status", "--stack", "acme", "--all"),
        ("begin", "--stack", "acme", "--years", "1", "--days", "9"),
        ("begin", "--stack", "acme", "--years", "3"),
        ("revoke", "--stack", "acme"),
        ("nonsense",),
    ],
)
def test_a_command_that_means_nothing_is_a_usage_error(pulumi: FakePulumi, arguments: tuple[str, ...]) -> None:
    done = rotate(pulumi, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [(), ("--deployed-from-here",)])
def test_in_a_pipeline_a_rotation_needs_to_commit(pulumi: FakePulumi, arguments: tuple[str, ...]) -> None:
    told = document(rotate(pulumi, "auto", "--stack", "acme", "--json", *arguments, CI="true"))
    assert told["reason"] == "commit-needed"
    assert not any("up" in start for start in pulumi.starts)


def test_without_a_person_a_rotation_needs_to_commit(pulumi: FakePulumi) -> None:
    assert document(rotate(pulumi, "auto", "--stack", "acme", "--json", CI=""))["reason"] == "commit-needed"


def test_the_stacks_file_has_to_be_there(pulumi: FakePulumi, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text("name: smartrecruiters-calendar\n")
    pulumi.answer(**{"config --json": {"stdout": "{}"}})
    told = document(rotate(pulumi, "begin", "--stack", "acme", "--json", "--cwd", str(folder)))
    assert told["exitCode"] == EXIT_CODES[Reason.SETTINGS_REFUSED]
    assert "There is no Pulumi.acme.yaml here" in told["sentence"]


def test_help_shows_each_command_with_an_example(pulumi: FakePulumi) -> None:
    text = rotate(pulumi, "--help").stdout
    for verb in ("status", "begin", "finish", "auto", "rollback", "revoke"):
        assert f"smartrecruiters-calendar rotate {verb}" in text
