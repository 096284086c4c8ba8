"""scripts/receipt.py as it is typed."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.scripts.typed import typed
from tests.smartrecruiters_calendar.fake_pulumi import FakePulumi
from tests.smartrecruiters_calendar.receipt_values import DOUBT, FULL, KEYS, written
from tests.smartrecruiters_calendar.stack_values import CONFIGURATION, OUTPUTS

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def pulumi(tmp_path: Path) -> FakePulumi:
    return FakePulumi.install(tmp_path, OUTPUTS, CONFIGURATION)


def receipt(pulumi: FakePulumi, *arguments: str) -> subprocess.CompletedProcess[str]:
    return typed(pulumi, "receipt", "--stack", "dev", *arguments)


def test_it_answers_from_the_tags_alone(pulumi: FakePulumi) -> None:
    pulumi.answer(stack_tag_ls={"stdout": json.dumps(written(FULL))})
    done = receipt(pulumi, "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["exitCode"], told["receipt"]["held"]["keyId"]) == (0, 0, KEYS[0])
    assert [event["happening"] for event in told["history"]] == ["delivered", "checked"]
    assert pulumi.starts == [["--non-interactive", "stack", "tag", "ls", "--json", "--stack", "dev"]]


def test_people_get_the_history_and_one_sentence(pulumi: FakePulumi) -> None:
    pulumi.answer(stack_tag_ls={"stdout": json.dumps(written(FULL, DOUBT))})
    done = receipt(pulumi)
    assert done.returncode == 3
    assert "checked" in done.stdout
    assert "[delivery-in-doubt] Unknown:" in done.stdout
    assert "\x1b" not in done.stdout


def test_a_key_id_is_whole_on_a_terminal_of_80_columns(pulumi: FakePulumi) -> None:
    pulumi.answer(stack_tag_ls={"stdout": json.dumps(written(FULL))})
    shown = typed(pulumi, "receipt", "--stack", "dev", COLUMNS="80").stdout.splitlines()
    rows = [line for line in shown if line[:4].strip("│ ").isdigit()]  # the first line of each event
    assert ["checked" in row for row in rows] == [False, True]
    assert all(KEYS[0] in row for row in rows)
    assert max(map(len, rows)) <= 80


def test_a_stack_that_is_not_there_is_a_usage_error(pulumi: FakePulumi) -> None:
    pulumi.answer(**{"stack tag ls": {"stderr": "error: no stack named 'dev' found", "code": 6}})
    done = receipt(pulumi, "--json")
    assert (done.returncode, json.loads(done.stdout)["reason"]) == (2, "stack-unknown")


def test_help_tells_the_exit_codes_with_examples(pulumi: FakePulumi) -> None:
    done = receipt(pulumi, "--help")
    for told in (
        "--json",
        "--cwd",
        "smartrecruiters-calendar receipt --stack acme",
        "unknown, deliver again and retire nothing",
    ):
        assert told in " ".join(done.stdout.split())
