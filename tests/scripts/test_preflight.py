"""scripts/preflight.py as it is typed: what keeps the stack from being read is told, and nothing is written."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.scripts.typed import typed
from tests.smartrecruiters_calendar.fake_pulumi import FakePulumi, configure
from tests.smartrecruiters_calendar.stack_values import CONFIGURATION, OUTPUTS

ROOT = Path(__file__).resolve().parents[2]
PROBE = "config set --secret preflight-probe not-a-secret"
WELL = {
    "whoami --json": {"stdout": json.dumps({"user": "me", "url": "file:///state"})},
    PROBE: {},
    "stack export": {"stdout": json.dumps({"version": 3, "deployment": {}})},
}


@pytest.fixture
def pulumi(tmp_path: Path) -> FakePulumi:
    fake = FakePulumi.install(tmp_path, OUTPUTS, CONFIGURATION)
    fake.answer(**WELL)
    return fake


def preflight(pulumi: FakePulumi, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    nowhere = {"ARM_METADATA_HOSTNAME": "localhost:1", "ARM_CLIENT_ID": "", "AZURE_CLIENT_ID": ""}
    return typed(pulumi, "preflight", "--stack", "dev", "--cwd", str(folder), *arguments, **nowhere)


def outcomes(done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    return {finding["check"]: finding["outcome"] for finding in json.loads(done.stdout)["findings"]}


def test_where_nobody_answers_the_machine_is_still_looked_at_and_the_rest_is_unknown(
    pulumi: FakePulumi, tmp_path: Path
) -> None:
    done = preflight(pulumi, tmp_path, "--json")
    assert (done.returncode, json.loads(done.stdout)["reason"]) == (3, "cloud-unreachable")
    seen = outcomes(done)
    assert (seen["state-backend"], seen["secrets-provider"], seen["configuration"]) == ("PASS", "PASS", "PASS")
    assert seen["deployer-signs-in"] == "MANUAL"
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("changed", "check", "code"),
    [
        ({"whoami --json": {"stderr": "error: unable to open state directory", "code": 1}}, "state-backend", 3),
        ({"stack export": {"stderr": "error: no stack named 'dev' found", "code": 6}}, "state-backend", 2),
        ({PROBE: {"stderr": "error: incorrect passphrase", "code": 1}}, "secrets-provider", 2),
        ({"version": {"stdout": "v2.0.0"}}, "engine", 1),
    ],
)
def test_what_keeps_the_stack_from_being_read_fails_its_own_check(
    pulumi: FakePulumi, tmp_path: Path, changed: dict[str, dict[str, Any]], check: str, code: int
) -> None:
    pulumi.answer(**changed)
    done = preflight(pulumi, tmp_path, "--json")
    assert outcomes(done)[check] == "FAIL"
    assert done.returncode == code
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("configured", [{}, {"directoryId": {"secure": "v1:x"}}], ids=["nothing", "a secret"])
def test_a_mistake_in_the_configuration_fails_its_own_check(
    pulumi: FakePulumi, tmp_path: Path, configured: dict[str, Any]
) -> None:
    configure(tmp_path, configured)
    done = preflight(pulumi, tmp_path, "--json")
    assert outcomes(done)["configuration"] == "FAIL"
    assert done.returncode == 2


def test_the_secrets_provider_is_tried_on_a_copy(pulumi: FakePulumi, tmp_path: Path) -> None:
    own = tmp_path / "Pulumi.dev.yaml"
    own.write_text("encryptionsalt: v1:salt\n")
    done = preflight(pulumi, tmp_path, "--json")
    (tried,) = [start for start in pulumi.starts if "--config-file" in start]
    named = Path(tried[tried.index("--config-file") + 1])
    assert named != own
    assert not named.exists()
    assert own.read_text() == "encryptionsalt: v1:salt\n"
    assert "passphrase" in done.stdout


def test_the_table_tells_why_and_what_to_do(pulumi: FakePulumi, tmp_path: Path) -> None:
    configure(tmp_path, {})
    told = " ".join(preflight(pulumi, tmp_path).stdout.replace("│", " ").split())
    assert "Why it matters: A mistake stops `pulumi preview` before the first resource." in told
    assert "What to do: pulumi config --stack dev set" in told


def test_a_stack_without_a_file_and_a_state_has_two_failures_each_with_its_command(
    pulumi: FakePulumi, tmp_path: Path
) -> None:
    unknown = {"stderr": "error: no stack named 'dev' found", "code": 255}
    pulumi.answer(**{"stack export": unknown, PROBE: unknown, "config --json": unknown})
    (tmp_path / "Pulumi.dev.yaml").unlink()
    done = preflight(pulumi, tmp_path, "--json")
    failed = {one["check"]: one["remedy"] for one in json.loads(done.stdout)["findings"] if one["outcome"] == "FAIL"}
    assert failed["state-backend"] == "pulumi stack init dev"
    assert "smartrecruiters-calendar new-stack dev" in failed["configuration"]
    assert set(failed) == {"state-backend", "configuration"}
    assert done.returncode == 2
    assert len(preflight(pulumi, tmp_path).stdout.splitlines()) < 40
