"""scripts/exchange_scope.py as it is typed."""

import json
import subprocess
from pathlib import Path

from tests.scripts.typed import typed
from tests.smartrecruiters_calendar.fake_pulumi import FakePulumi
from tests.smartrecruiters_calendar.stack_values import CONFIGURATION, DECLARED, OUTPUTS, SECRET

ROOT = Path(__file__).resolve().parents[2]
SCOPED = CONFIGURATION | {
    "calendarAccess": "exchange-rbac",
    "calendarScope": {
        "group": "scheduling@contoso.com",
        "inside": "boardroom@contoso.com",
        "outside": "ceo@contoso.com",
    },
}
DEPLOYED = OUTPUTS | {"requestedPermissions": [DECLARED[0]], "exchangePermissions": [DECLARED[1]]}


def exchange_scope(pulumi: FakePulumi, *arguments: str) -> subprocess.CompletedProcess[str]:
    return typed(pulumi, "exchange_scope", "--stack", "dev", *arguments)


def test_the_script_goes_to_stdout_and_the_warnings_to_stderr(tmp_path: Path) -> None:
    done = exchange_scope(FakePulumi.install(tmp_path, DEPLOYED, SCOPED))
    assert done.returncode == 0
    assert done.stdout.startswith("<#")
    assert "not confirmed" in done.stderr
    assert SECRET not in done.stdout + done.stderr


def test_a_file_and_one_json_document(tmp_path: Path) -> None:
    file = tmp_path / "scope.ps1"
    done = exchange_scope(FakePulumi.install(tmp_path, DEPLOYED, SCOPED), "--output", str(file), "--json")
    assert done.returncode == 0
    told = json.loads(done.stdout)
    assert told["script"] == file.read_text()
    assert told["servicePrincipalObjectId"] == OUTPUTS["servicePrincipalObjectId"]


def test_a_stack_without_a_scope_is_a_matter_of_configuration(tmp_path: Path) -> None:
    done = exchange_scope(FakePulumi.install(tmp_path, OUTPUTS, CONFIGURATION))
    assert (done.returncode, done.stdout) == (2, "")
    assert "[settings-refused]" in done.stderr
    assert "docs/mailbox-scope.md" in done.stderr


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    done = exchange_scope(FakePulumi.install(tmp_path, DEPLOYED, SCOPED), "--output", str(tmp_path / "no" / "x.ps1"))
    assert done.returncode == 2
    assert "cannot be written" in done.stderr
