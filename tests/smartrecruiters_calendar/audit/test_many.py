"""Many stacks: one bad one never hides the others, and the exit code is the worst one's."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from smartrecruiters_calendar.audit import many
from smartrecruiters_calendar.audit.formats import Format
from smartrecruiters_calendar.audit.many import AuditIndex, audit_all, declared_stacks, index_of
from smartrecruiters_calendar.audit.report import not_begun
from smartrecruiters_calendar.audit.writing import write
from smartrecruiters_calendar.outcome import ExitCode, Reason, Stopped
from smartrecruiters_calendar.stack.pulumi import Pulumi
from tests.smartrecruiters_calendar.audit.cases import DEPLOYED, NOW
from tests.smartrecruiters_calendar.audit.formats.samples import clean, tampered
from tests.smartrecruiters_calendar.audit.test_run import Tenant, state_of, write_settings
from tests.smartrecruiters_calendar.fake_pulumi import FakePulumi


def audited(project: Path, environments: Path | None = None) -> AuditIndex:
    return audit_all(Pulumi(project), {}, environments, NOW, lambda *_: None)


def stopped(reason: Reason) -> Stopped:
    return Stopped(reason, "Told by a test.")


def test_the_worst_exit_code_is_the_indexs() -> None:
    unknown = not_begun("u", "tenant", NOW, stopped(Reason.GRAPH_UNREACHABLE))
    refused = not_begun("r", "tenant", NOW, stopped(Reason.SETTINGS_REFUSED))
    asleep = not_begun("s", "tenant", NOW, stopped(Reason.STACK_NOT_DEPLOYED))
    assert index_of([clean()], NOW).exit_code == ExitCode.OK
    assert index_of([clean(), asleep], NOW).exit_code == ExitCode.OK
    assert index_of([clean(), refused, unknown], NOW).exit_code == ExitCode.UNKNOWN
    index = index_of([tampered(), refused, unknown, asleep, clean()], NOW)
    assert index.exit_code == ExitCode.CHECK_FAILED
    assert index.sentence == ("5 stacks: 1 as declared, 1 with failures, 2 that could not be audited, 1 not deployed.")
    assert index_of([], NOW).exit_code == ExitCode.OK


def test_a_stack_that_cannot_be_read_is_a_line_of_the_index(pulumi: FakePulumi, tmp_path: Path) -> None:
    pulumi.answer(
        stack_ls={"stdout": json.dumps([{"name": "one"}, {"name": "two"}])},
        stack_export={"stdout": json.dumps({"version": 3, "deployment": {}})},
    )
    (tmp_path / "Pulumi.yaml").write_text("name: smartrecruiters-calendar\nruntime: python\n")
    counted: list[tuple[int, int]] = []
    index = audit_all(Pulumi(tmp_path), {}, None, NOW, lambda done, total: counted.append((done, total)))
    assert [(one.stack, one.reason) for one in index.reports] == [
        ("one", "settings-refused"),
        ("two", "settings-refused"),
    ]
    assert counted == [(1, 2), (2, 2)]


def test_a_credentials_file_that_others_may_read_stops_only_its_stack(pulumi: FakePulumi, tmp_path: Path) -> None:
    pulumi.answer(stack_ls={"stdout": json.dumps([{"name": "one"}])})
    file = tmp_path / "one.env"
    file.write_text("AZURE_CLIENT_ID=x\n")
    file.chmod(0o644)
    (report,) = audited(tmp_path, tmp_path).reports
    assert report.reason == "identity-incomplete"


def test_a_state_backend_that_cannot_be_read_stops_it_all(pulumi: FakePulumi, tmp_path: Path) -> None:
    pulumi.answer(stack_ls={"code": 255, "stderr": "no such bucket"})
    with pytest.raises(Stopped, match="no such bucket"):
        audited(tmp_path)


@pytest.mark.parametrize("folder", [".", "stacks"])
def test_declared_stacks_are_those_with_a_file_where_the_project_keeps_them(tmp_path: Path, folder: str) -> None:
    (tmp_path / "Pulumi.yaml").write_text(f"name: hr-calendars\nstackConfigDir: {folder}\n")
    (tmp_path / folder).mkdir(exist_ok=True)
    for name in ("Pulumi.b.yaml", "Pulumi.a.c.yaml", "other.yaml"):
        (tmp_path / folder / name).touch()
    assert declared_stacks(tmp_path) == ["a.c", "b"]


def test_a_folder_without_a_project_is_not_a_project_without_stacks(tmp_path: Path) -> None:
    with pytest.raises(Stopped, match=r"There is no Pulumi\.yaml"):
        declared_stacks(tmp_path)


def test_the_folder_holds_an_index_and_a_page_and_a_document_for_each_stack(tmp_path: Path) -> None:
    reports = [one.model_copy(update={"stack": name}) for one, name in ((clean(), "acme"), (tampered(), "contoso"))]
    page = write(index_of(reports, NOW), Format.TABLE, tmp_path / "new" / "folder")
    assert page.name == "index.html"
    assert {path.name for path in page.parent.iterdir()} == {
        "index.html",
        "index.json",
        "acme.html",
        "acme.json",
        "contoso.html",
        "contoso.json",
    }
    assert json.loads((page.parent / "contoso.json").read_text())["stack"] == "contoso"


@pytest.mark.parametrize(("form", "file"), [(Format.MARKDOWN, "index.md"), (Format.SARIF, "index.sarif")])
def test_the_folder_also_holds_the_format_that_was_asked_for(tmp_path: Path, form: Format, file: str) -> None:
    write(index_of([clean()], NOW), form, tmp_path)
    assert (tmp_path / file).exists()
    assert (tmp_path / "dev.md").exists() is (form is Format.MARKDOWN)


def test_25_tenants_are_files_of_at_most_20_runs_and_none_of_an_earlier_pass_is_left(tmp_path: Path) -> None:
    failing = tampered()
    reports = [failing.model_copy(update={"stack": f"tenant-{number}"}) for number in range(25)]
    write(index_of(reports, NOW), Format.SARIF, tmp_path)
    files = sorted(tmp_path.glob("*.sarif"))
    assert [path.name for path in files] == ["index-1.sarif", "index-2.sarif"]
    assert [len(json.loads(path.read_text())["runs"]) for path in files] == [20, 5]
    stopped = [not_begun(one.stack, "tenant", NOW, Stopped(Reason.STACK_LOCKED, "Locked.")) for one in reports]
    write(index_of([*stopped[1:], reports[0]], NOW), Format.SARIF, tmp_path)
    (only,) = tmp_path.glob("*.sarif")
    assert [run["automationDetails"]["id"] for run in json.loads(only.read_text())["runs"]] == ["audit/tenant-0/"]
    write(index_of(stopped, NOW), Format.SARIF, tmp_path)
    assert list(tmp_path.glob("*.sarif")) == []


def test_a_stack_of_an_organization_stays_within_the_folder_and_is_linked_to(tmp_path: Path) -> None:
    page = write(index_of([clean().model_copy(update={"stack": "org/dev"})], NOW), Format.HTML, tmp_path)
    assert (tmp_path / "org--dev.html").exists()
    assert 'href="org--dev.html"' in page.read_text()


def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for document, place in ((clean(), tmp_path / "no" / "file"), (index_of([clean()], NOW), tmp_path / "file" / "x")):
        with pytest.raises(Stopped, match="cannot be written") as stopped:
            write(document, Format.JSON, place)
        assert stopped.value.reason is Reason.REPORT_UNUSABLE


class TestEveryPass:
    """Over two stacks that are as declared."""

    @pytest.fixture(autouse=True)
    def _two_stacks(self, pulumi: FakePulumi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("acme", "dev"):
            write_settings(tmp_path, name)
            state = json.dumps(state_of(DEPLOYED, name))
            pulumi.answer(**{f"stack_export_--stack_{name}": {"stdout": state}})
        pulumi.answer(stack_ls={"stdout": json.dumps([{"name": "dev"}, {"name": "acme"}])})
        monkeypatch.setattr(many, "Operator", lambda own, _: Tenant(own))

    def test_reads_every_state_with_one_start_of_the_cli_for_each_and_one_for_the_list(
        self, pulumi: FakePulumi, tmp_path: Path
    ) -> None:
        for _ in range(2):
            before = len(pulumi.starts)
            index = audited(tmp_path)
            assert (index.exit_code, index.sentence) == (0, "2 stacks: 2 as declared, 0 with failures.")
            assert len(pulumi.starts[before:]) == 3  # the list, and a state for each stack

    def test_reads_a_state_that_was_edited_without_the_engine(self, pulumi: FakePulumi, tmp_path: Path) -> None:
        audited(tmp_path)
        edited = replace(DEPLOYED, application_object_id="another application")
        pulumi.answer(**{"stack_export_--stack_dev": {"stdout": json.dumps(state_of(edited))}})
        assert {one.stack: one.exit_code for one in audited(tmp_path).reports} == {"acme": 0, "dev": 1}

    @pytest.mark.parametrize(
        ("file", "reason"),
        [
            (None, "settings-refused"),
            ("", "settings-refused"),
            ("config: [", "settings-refused"),
            ("config: [1]\n", "settings-refused"),
            ("config: text\n", "settings-refused"),
            ("config:\n  1: 2\n", "settings-refused"),
            ("config:\n  smartrecruiters-calendar:owners: 5\n", "settings-refused"),
            ("config:\n  smartrecruiters-calendar:directoryId: 2026-01-01\n", "settings-refused"),
            ("config:\n  smartrecruiters-calendar:directoryId: {secure: v1:abc}\n", "settings-refused"),
        ],
        ids=[
            "no file",
            "empty",
            "not YAML",
            "a list",
            "a text",
            "a number as key",
            "a wrong type",
            "a date",
            "a secret",
        ],
    )
    def test_audits_the_others_when_one_stacks_settings_are_broken(
        self, tmp_path: Path, file: str | None, reason: str
    ) -> None:
        path = tmp_path / "Pulumi.dev.yaml"
        path.unlink() if file is None else path.write_text(file)
        assert {one.stack: one.reason for one in audited(tmp_path).reports} == {"acme": None, "dev": reason}

    def test_audits_the_others_when_one_stacks_state_cannot_be_read(self, pulumi: FakePulumi, tmp_path: Path) -> None:
        refused = {"code": 255, "stderr": "error: get stack secrets manager: incorrect passphrase"}
        pulumi.answer(**{"stack_export_--stack_dev": refused})
        assert {one.stack: one.reason for one in audited(tmp_path).reports} == {
            "acme": None,
            "dev": "passphrase-refused",
        }
