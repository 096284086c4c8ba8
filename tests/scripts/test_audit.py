"""scripts/audit.py as it is typed: exit codes, formats, one document on stdout, and no secret anywhere."""

import json
import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests import fork_server
from tests.smartrecruiters_calendar.fake_pulumi import FakePulumi
from tests.smartrecruiters_calendar.stack_values import CONFIGURATION, OUTPUTS, SECRET

ROOT = Path(__file__).resolve().parents[2]
ROOT_RESOURCE = {
    "urn": "urn:pulumi:dev::smartrecruiters-calendar::pulumi:pulumi:Stack::smartrecruiters-calendar-dev",
    "type": "pulumi:pulumi:Stack",
    "outputs": OUTPUTS,
}
EXPORT = {"version": 3, "deployment": {"resources": [ROOT_RESOURCE]}}


@pytest.fixture
def pulumi(tmp_path: Path) -> FakePulumi:
    folder = tmp_path / "pulumi-on-path"
    folder.mkdir()
    return FakePulumi.install(folder, OUTPUTS, CONFIGURATION)


@pytest.fixture
def project(tmp_path: Path, pulumi: FakePulumi) -> Path:
    """A project with one deployed stack."""
    shutil.copy(ROOT / "__main__.py", tmp_path)
    (tmp_path / "Pulumi.yaml").write_text("name: smartrecruiters-calendar\nruntime: python\n")
    values = {f"smartrecruiters-calendar:{key}": value for key, value in CONFIGURATION.items()}
    YAML().dump({"config": values}, tmp_path / "Pulumi.dev.yaml")
    pulumi.answer(stack_export={"stdout": json.dumps(EXPORT)}, stack_ls={"stdout": json.dumps([{"name": "dev"}])})
    issued = datetime(2026, 12, 2, tzinfo=UTC)
    offset = {"offsetSeconds": (issued - datetime.now(UTC)).total_seconds()}
    (tmp_path / "clock.json").write_text(json.dumps(offset))
    return tmp_path


def audit(project: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    settings = {
        "PATH": f"{project / 'pulumi-on-path'}{os.pathsep}{os.environ['PATH']}",
        "CALENDAR_INTEGRATION_CLOCK_FILE": str(project / "clock.json"),
    }
    command = ["scripts/audit.py", "--cwd", str(project), *arguments]
    return fork_server.run(command, cwd=ROOT, env=os.environ | settings | environment, timeout=120)


def document(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(done.stdout)
    return parsed


def test_the_program_alone_is_one_document_on_stdout(project: Path) -> None:
    done = audit(project, "--stack", "dev", "--declared-only", "--json", PATH="")
    assert done.returncode == 0, done.stderr
    assert document(done)["source"] == "program"
    assert "Running the program alone" in done.stderr


@pytest.mark.parametrize("form", ["table", "markdown", "sarif", "html"])
def test_every_format_is_written_to_a_file_or_to_stdout(project: Path, form: str) -> None:
    file = project / "report"
    arguments = ("--stack", "dev", "--declared-only", "--format", form)
    shown, written = audit(project, *arguments), audit(project, *arguments, "--output", str(file))
    assert (shown.returncode, written.returncode) == (0, 0)
    # SARIF holds failures and nothing else, and none names the app here.
    said = '"version": "2.1.0"' if form == "sarif" else "SmartRecruiters Calendar Integration"
    assert said in shown.stdout
    assert written.stdout == ""
    assert said in file.read_text()


def test_all_stacks_are_an_index_and_a_folder(project: Path) -> None:
    done = audit(project, "--all", "--declared-only", "--output", str(project / "reports"))
    assert done.returncode == 0, done.stderr
    assert (project / "reports" / "index.html").exists()
    assert (project / "reports" / "dev.json").exists()
    table = audit(project, "--all", "--declared-only")
    assert "1 stack: 1 as declared" in table.stdout


def test_an_earlier_report_tells_what_changed(project: Path) -> None:
    before = project / "before.json"
    audit(project, "--stack", "dev", "--declared-only", "--json", "--output", str(before))
    arguments = ("--stack", "dev", "--declared-only", "--since", str(before))
    assert document(audit(project, *arguments, "--json"))["changes"] == []
    assert "nothing changed" in audit(project, *arguments).stdout
    done = audit(project, "--stack", "dev", "--declared-only", "--since", str(project / "clock.json"))
    assert done.returncode == 2
    assert "report-unusable" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ["--stack", "dev", "--all"],
        ["--all", "--since", "x.json"],
        ["--all", "--format", "html"],
        ["--stack", "dev", "--format", "pdf"],
    ],
)
def test_a_command_that_makes_no_sense_is_refused(project: Path, arguments: list[str]) -> None:
    done = audit(project, *arguments)
    assert (done.returncode, done.stdout) == (2, "")


def test_a_service_that_does_not_answer_is_no_finding(project: Path) -> None:
    done = audit(project, "--stack", "dev", "--json", ARM_METADATA_HOSTNAME="localhost:9")
    assert (done.returncode, document(done)["reason"]) == (3, "cloud-unreachable")


def test_a_stack_that_is_not_deployed_is_told_what_to_do(project: Path, pulumi: FakePulumi) -> None:
    pulumi.answer(stack_export={"stdout": json.dumps({"version": 3, "deployment": {}})})
    done = audit(project, "--stack", "dev")
    assert done.returncode == 2
    assert "pulumi up --stack dev" in done.stdout


def test_the_state_is_read_without_its_secrets(project: Path, pulumi: FakePulumi) -> None:
    done = audit(project, "--stack", "dev", "--verbose", ARM_METADATA_HOSTNAME="localhost:9")
    assert SECRET not in done.stdout + done.stderr
    assert not any("--show-secrets" in start for start in pulumi.starts)


def test_a_pass_over_all_stacks_leaves_no_file_and_prints_no_secret(project: Path) -> None:
    address = "postgres://promoter:hunter2@db.example/pulumi"
    arguments = ("--all", "--json", "--verbose")
    done = audit(project, *arguments, ARM_METADATA_HOSTNAME="localhost:9", PULUMI_BACKEND_URL=address)
    assert [report["reason"] for report in document(done)["reports"]] == ["cloud-unreachable"]
    assert not (project / "user-cache").exists()
    assert not any(secret in done.stdout + done.stderr for secret in (SECRET, "hunter2", "promoter", "db.example"))
