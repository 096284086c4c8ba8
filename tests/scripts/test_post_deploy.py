"""scripts/post_deploy.py as it is typed: exit codes, one JSON document on stdout, and nothing told that is secret."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from smartrecruiters_calendar.outcome import EXIT_CODES, Reason
from smartrecruiters_calendar.stack.receipt_log import ReceiptLog
from tests.scripts.typed import typed
from tests.smartrecruiters_calendar.fake_pulumi import FakePulumi, configure
from tests.smartrecruiters_calendar.stack_values import CONFIGURATION, OUTPUTS, SECRET

ROOT = Path(__file__).resolve().parents[2]
PROFILE = {
    "profile": str(ROOT / "sandbox/smartrecruiters/profile.yaml"),
    "address": "https://www.smartrecruiters.example",
}
VARIABLES = ("SMARTRECRUITERS_ADDRESS", "SMARTRECRUITERS_SESSION_FILE", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")


@pytest.fixture
def pulumi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakePulumi:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    return FakePulumi.install(tmp_path, OUTPUTS, CONFIGURATION | {"smartrecruiters": PROFILE})


@pytest.fixture
def nowhere() -> str:
    """A host and port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return f"localhost:{taken.getsockname()[1]}"


def command(*arguments: str) -> list[str]:
    return [sys.executable, "scripts/post_deploy.py", "--stack", "dev", *arguments]


def post_deploy(pulumi: FakePulumi, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return typed(pulumi, "post_deploy", "--stack", "dev", *arguments, **environment)


def document(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(done.stdout)
    return parsed


def test_a_service_that_does_not_answer_leaves_a_receipt_of_what_was_reached(pulumi: FakePulumi, nowhere: str) -> None:
    done = post_deploy(pulumi, "--json", ARM_METADATA_HOSTNAME=nowhere)
    told = document(done)
    assert (done.returncode, told["exitCode"], told["reason"]) == (3, 3, "cloud-unreachable")
    assert nowhere in told["sentence"]
    receipt = ReceiptLog(dict(pulumi.tags)).receipt
    assert receipt
    assert (receipt.claims, receipt.reason, receipt.held) == (("provisioned",), Reason.CLOUD_UNREACHABLE, None)
    assert "Asking Entra for a token" in done.stderr


@pytest.mark.parametrize("arguments", [[], ["--json"], ["--verbose"]], ids=["table", "json", "verbose"])
def test_the_secret_is_in_nothing_it_prints_and_on_no_command_line(
    pulumi: FakePulumi, nowhere: str, arguments: list[str]
) -> None:
    done = post_deploy(pulumi, *arguments, ARM_METADATA_HOSTNAME=nowhere)
    assert done.returncode == 3
    assert OUTPUTS["clientId"] in done.stdout
    assert SECRET not in done.stdout + done.stderr + json.dumps(pulumi.starts)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"stack export": {"stderr": "error: no stack named 'dev' found", "code": 6}}, Reason.STACK_UNKNOWN),
        ({"stack export": {"stdout": "{}"}}, Reason.STACK_NOT_DEPLOYED),
        ({"stack export": {"stderr": "error: PULUMI_ACCESS_TOKEN must be set", "code": 3}}, Reason.NOT_LOGGED_IN),
        ({"stack export": {"stderr": "error: incorrect passphrase", "code": 1}}, Reason.PASSPHRASE_REFUSED),
        ({"stack tag ls": {"stderr": "error: dial tcp", "code": 1}}, Reason.STACK_UNREADABLE),
    ],
    ids=lambda value: value if isinstance(value, Reason) else "",
)
def test_what_keeps_it_from_beginning_is_one_document_and_one_exit_code(
    pulumi: FakePulumi, changed: dict[str, dict[str, Any]], reason: Reason
) -> None:
    pulumi.answer(**changed)
    done = post_deploy(pulumi, "--json")
    told = document(done)
    assert (done.returncode, told["reason"]) == (EXIT_CODES[reason], reason)
    assert {claim["status"] for claim in told["claims"]} == {"not-attempted"}
    assert pulumi.tags == []
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("channel", "reason"),
    [
        (PROFILE | {"channel": "carrier-pigeon"}, Reason.SETTINGS_REFUSED),
        ({"channel": "page-requests"}, Reason.CHANNEL_REFUSED),
        (PROFILE | {"address": "http://www.smartrecruiters.example"}, Reason.CHANNEL_REFUSED),
    ],
    ids=["unknown channel", "no profile", "address in clear"],
)
def test_a_channel_that_cannot_be_used_is_a_usage_error_before_anything_is_asked(
    pulumi: FakePulumi, channel: dict[str, str], reason: Reason
) -> None:
    configure(pulumi.folder, CONFIGURATION | {"smartrecruiters": channel})
    done = post_deploy(pulumi, "--json")
    assert (done.returncode, document(done)["reason"]) == (2, reason)


def test_a_file_of_expected_rooms_with_mistakes_is_told_before_anything_is_asked(
    pulumi: FakePulumi, tmp_path: Path
) -> None:
    rooms = tmp_path / "rooms.csv"
    rooms.write_text("address\nboardroom\n")
    configured = {"smartrecruiters": PROFILE, "expectedRooms": [], "expectedRoomsFile": str(rooms)}
    configure(pulumi.folder, CONFIGURATION | configured)
    done = post_deploy(pulumi, "--json")
    assert (done.returncode, document(done)["reason"]) == (2, Reason.EXPECTED_ROOMS_REFUSED)
    assert "line 2: 'boardroom' is not an e-mail address" in document(done)["sentence"]
    assert pulumi.tags == []


def test_people_get_the_reason_and_the_next_step_without_json(pulumi: FakePulumi) -> None:
    pulumi.answer(**{"stack export": {"stdout": "{}"}})
    done = post_deploy(pulumi)
    assert done.returncode == 2
    assert "[stack-not-deployed]" in done.stdout
    assert "pulumi up --stack dev" in done.stdout
    assert "\x1b" not in done.stdout + done.stderr


def test_where_no_stack_is_selected_it_is_a_usage_error_that_names_the_option(pulumi: FakePulumi) -> None:
    pulumi.answer(
        **{"stack --show-name": {"stderr": "error: no stack selected; please use `pulumi stack select`", "code": 255}}
    )
    done = typed(pulumi, "post_deploy", "--json")
    told = document(done)
    assert (done.returncode, told["reason"], told["stack"]) == (2, Reason.STACK_UNKNOWN, None)
    assert "post-deploy --stack dev" in told["sentence"]
    assert "pulumi stack select dev" in told["sentence"]


def test_ctrl_c_ends_at_once_with_one_sentence(pulumi: FakePulumi) -> None:
    pulumi.answer(**{"stack export": {"hang": True}})
    with subprocess.Popen(
        command("--cwd", str(pulumi.folder), "--json"),
        cwd=ROOT,
        env=os.environ | {"PATH": pulumi.path},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as running:
        assert running.stderr
        assert "Reading the stack dev" in running.stderr.readline()
        while not any("export" in start for start in pulumi.starts):
            assert running.poll() is None
        os.killpg(running.pid, signal.SIGINT)  # a terminal sends it to the whole group
        stdout, stderr = running.communicate(timeout=60)
    assert running.returncode == 130
    assert json.loads(stdout) == {
        "exitCode": 130,
        "reason": None,
        "sentence": "Interrupted. Run it again: it continues from what the receipt shows.",
        "stack": "dev",
    }
    assert "post-deploy: Interrupted. Run it again" in stderr
    assert "Traceback" not in stderr


def test_help_names_every_option_with_examples() -> None:
    done = subprocess.run(command("--help"), cwd=ROOT, capture_output=True, text=True, check=True, timeout=120)
    for option in ("--stack", "--json", "--wait", "--again", "--expect-from-operator", "--cwd", "--verbose"):
        assert option in done.stdout
    assert "smartrecruiters-calendar post-deploy --stack acme --json" in done.stdout
