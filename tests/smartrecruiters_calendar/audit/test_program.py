"""The report from the program alone: the same checks, no tenant, no CLI, no credentials."""

import gc
import os
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import pytest
from ruamel.yaml import YAML

from smartrecruiters_calendar.audit.finding import Finding
from smartrecruiters_calendar.audit.report import AuditReport
from smartrecruiters_calendar.audit.run import audit_program
from smartrecruiters_calendar.outcome import Status
from smartrecruiters_calendar.stack.name import StackName
from smartrecruiters_calendar.stack.settings import read_settings
from tests.smartrecruiters_calendar.audit.cases import CONFIGURATION, OF_THE_TENANTS_POLICY

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 12, 2, tzinfo=UTC)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose program is this one's, and a machine without CLI, sign-in and network."""
    for name in ("__main__.py", "Pulumi.yaml"):
        shutil.copy(ROOT / name, tmp_path)
    for name in [name for name in os.environ if name.startswith(("ARM_", "AZURE_", "PULUMI_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("the network was used"))
    monkeypatch.setattr("components.clock.now", lambda: NOW)
    return tmp_path


def audited(project: Path, **configured: Any) -> AuditReport:
    values = {f"smartrecruiters-calendar:{key}": value for key, value in (CONFIGURATION | configured).items()}
    YAML().dump({"config": values}, project / "Pulumi.dev.yaml")
    return audit_program(project, StackName.parse("dev"), NOW)


def failures(report: AuditReport) -> dict[str, Finding]:
    return {finding.check: finding for finding in report.findings if finding.status is Status.FAIL}


def test_the_delegated_way_fails_nothing_where_it_is_configured(project: Path) -> None:
    report = audited(project, delegatedPermissions=["User.Read"])
    assert failures(report) == {}
    (row,) = [row for row in report.permissions if row.kind == "delegated"]
    assert (row.name, row.declared, row.requested, row.granted) == ("User.Read", True, True, False)


def test_the_stacks_of_a_pass_leave_no_file_open(project: Path) -> None:
    """A dozen for each would end a pass over a hundred stacks."""

    def held() -> int:
        gc.collect()  # with it go the loops that the SDK opened in threads that have ended
        return psutil.Process().num_fds()

    audited(project)
    before = held()
    audited(project)
    assert held() == before


def change_program(project: Path, old: str, new: str) -> None:
    program = project / "__main__.py"
    text = program.read_text()
    assert old in text
    program.write_text(text.replace(old, new))


def test_the_program_as_it_is_fails_nothing(project: Path) -> None:
    report = audited(project)
    assert (report.source, report.exit_code, report.graph_requests) == ("program", 0, 0)
    assert failures(report) == {}
    assert {row.name: (row.declared, row.requested, row.granted) for row in report.permissions} == {
        "Calendars.ReadWrite": (True, True, True),
        "Directory.Read.All": (True, True, True),
    }
    assert [(row.standing, row.days_left) for row in report.credentials] == [("current", 364)]


def test_a_configured_permission_shows_before_it_is_deployed(project: Path) -> None:
    report = audited(project, permissions=["Directory.Read.All", "Calendars.ReadWrite", "Place.Read.All"])
    assert "Place.Read.All" in {row.name for row in report.permissions if row.granted}


def test_a_program_that_declares_more_than_the_settings_is_found_out(project: Path) -> None:
    change_program(
        project,
        "config.component_arguments()",
        "{**config.component_arguments(), 'redirect_url': 'https://stranger.example/', "
        "'permissions': [*config.permissions, 'User.Read.All']}",
    )
    found = failures(audited(project))
    assert set(found) == {"requested-as-declared", "granted-as-declared", "redirect-urls-as-declared"}
    assert found["granted-as-declared"].subject == "User.Read.All"


def test_what_only_a_tenant_knows_is_for_a_person(project: Path) -> None:
    unknown = {one.check for one in audited(project).findings if "the program alone does not say" in one.sentence}
    assert unknown == {*OF_THE_TENANTS_POLICY, "used-lately"}


def test_a_consent_by_hand_is_not_called_missing(project: Path) -> None:
    report = audited(project, adminConsent="external")
    assert failures(report) == {}
    assert {row.granted for row in report.permissions} == {None}


def test_a_mailbox_scope_drops_the_calendar_permission(project: Path) -> None:
    scope = {"group": "rooms@contoso.com", "inside": "a@contoso.com", "outside": "b@contoso.com"}
    report = audited(project, calendarAccess="exchange-rbac", calendarScope=scope)
    assert {row.name for row in report.permissions} == {"Directory.Read.All"}


def test_the_shells_own_tenant_and_variables_do_not_matter(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARM_TENANT_ID", "7b9d4e21-6c38-4f0a-8e55-2c8b63d1e202")
    assert audited(project).exit_code == 0
    assert os.environ["ARM_TENANT_ID"] == "7b9d4e21-6c38-4f0a-8e55-2c8b63d1e202"


def test_a_mistake_in_the_settings_is_told(project: Path) -> None:
    report = audited(project, owners=["nobody"])
    assert (report.exit_code, report.reason) == (2, "settings-refused")
    assert "owners" in report.sentence


def test_several_stacks_one_after_the_other_do_not_mix(project: Path) -> None:
    first = audited(project, permissions=["Calendars.Read"])
    second = audited(project)
    assert [row.name for row in first.permissions] == ["Calendars.Read"]
    assert len(second.permissions) == 2


def test_a_permission_and_a_name_in_the_projects_defaults_show(project: Path) -> None:
    file = project / "Pulumi.yaml"
    text = file.read_text().replace("default: [Directory.Read.All, Calendars.ReadWrite]", "default: [Place.Read.All]")
    file.write_text(text.replace("default: SmartRecruiters Calendar Integration", "default: Rooms"))
    report = audited(project)
    assert [(row.name, row.declared, row.granted) for row in report.permissions] == [("Place.Read.All", True, True)]
    assert read_settings(project, StackName.parse("dev")).display_name == "Rooms"


def test_a_copy_of_the_project_with_another_name_is_audited_alike(project: Path) -> None:
    expected = audited(project)
    for name in ("Pulumi.yaml", "Pulumi.dev.yaml"):
        text = (project / name).read_text()
        (project / name).write_text(re.sub("(?m)^(name: |  )smartrecruiters-calendar", r"\1hr-calendars", text))
    assert audit_program(project, StackName.parse("dev"), NOW) == expected
    assert (
        audit_program(project, StackName.parse("organization/hr-calendars/dev"), NOW).permissions
        == expected.permissions
    )
