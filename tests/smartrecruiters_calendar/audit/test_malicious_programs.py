"""What a malicious pull request could declare fails the report from the program alone, which names it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from smartrecruiters_calendar.audit.report import AuditReport
from smartrecruiters_calendar.audit.run import audit_program
from smartrecruiters_calendar.outcome import ExitCode, Status
from smartrecruiters_calendar.stack.name import StackName
from tests.malicious_programs import PROGRAMS, ROOT, Program
from tests.smartrecruiters_calendar.audit.cases import CONFIGURATION

NOW = datetime(2026, 12, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _a_machine_that_names_no_tenant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ARM_TENANT_ID", raising=False)
    monkeypatch.setattr("components.clock.now", lambda: NOW)


def report_of(folder: Path, program: str) -> AuditReport:
    (folder / "__main__.py").write_text(program)
    (folder / "Pulumi.yaml").write_text((ROOT / "Pulumi.yaml").read_text())
    values = {f"smartrecruiters-calendar:{key}": value for key, value in CONFIGURATION.items()}
    YAML().dump({"config": values}, folder / "Pulumi.dev.yaml")
    return audit_program(folder, StackName.parse("dev"), NOW)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.title)
def test_a_malicious_program_fails_and_is_named(program: Program, tmp_path: Path) -> None:
    report = report_of(tmp_path, program.text)
    failed = [finding for finding in report.findings if finding.status is Status.FAIL]
    assert report.exit_code is ExitCode.CHECK_FAILED, report.sentence
    assert failed


def test_a_program_that_raises_is_one_sentence(tmp_path: Path) -> None:
    report = report_of(tmp_path, "import nothing_of_this_name\n")
    assert (report.exit_code, report.reason) == (ExitCode.USAGE, "settings-refused")
    assert "nothing_of_this_name" in report.sentence
