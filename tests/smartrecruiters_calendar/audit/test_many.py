"""Many stacks: one bad one never hides the others, and the exit code is the worst one's."""

import json
from pathlib import Path

import pytest

from smartrecruiters_calendar.audit import many
from smartrecruiters_calendar.audit.kept_states import KeptStates
from smartrecruiters_calendar.audit.listed import ListedStack, Stamp, listed_stacks
from smartrecruiters_calendar.audit.many import AuditIndex, audit_all, declared_stacks, index_of
from smartrecruiters_calendar.audit.report import not_begun
from smartrecruiters_calendar.audit.writing import Format, write
from smartrecruiters_calendar.outcome import ExitCode, Reason, Stopped
from smartrecruiters_calendar.stack.pulumi import Pulumi
from tests.smartrecruiters_calendar.audit.cases import DEPLOYED, NOW
from tests.smartrecruiters_calendar.audit.formats.samples import clean, tampered
from tests.smartrecruiters_calendar.audit.test_run import Tenant, state_of, write_settings
from tests.smartrecruiters_calendar.fake_pulumi import FakePulumi


def audited(project: Path, environments: Path | None = None, *, afresh: bool = False) -> AuditIndex:
    """A pass over all stacks, with what earlier ones in this folder kept."""
    kept = KeptStates(project / "cache" / "states.json", "here", NOW, pytest.fail, afresh=afresh)
    return audit_all(Pulumi(project), {}, environments, NOW, lambda *_: None, kept)


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
    kept = KeptStates(tmp_path / "states.json", "here", NOW, pytest.fail)
    index = audit_all(Pulumi(tmp_path), {}, None, NOW, lambda done, total: counted.append((done, total)), kept)
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


def test_declared_stacks_are_those_with_a_file(tmp_path: Path) -> None:
    for name in ("Pulumi.yaml", "Pulumi.b.yaml", "Pulumi.a.c.yaml", "other.yaml"):
        (tmp_path / name).touch()
    assert declared_stacks(tmp_path) == ["a.c", "b"]


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


def test_a_stack_of_an_organization_stays_within_the_folder_and_is_linked_to(tmp_path: Path) -> None:
    page = write(index_of([clean().model_copy(update={"stack": "org/dev"})], NOW), Format.HTML, tmp_path)
    assert (tmp_path / "org--dev.html").exists()
    assert 'href="org--dev.html"' in page.read_text()


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for document, place in ((clean(), tmp_path / "no" / "file"), (index_of([clean()], NOW), tmp_path / "file" / "x")):
        with pytest.raises(Stopped, match="cannot be written") as stopped:
            write(document, Format.JSON, place)
        assert stopped.value.reason is Reason.REPORT_UNUSABLE


def test_the_list_says_which_state_a_stack_has(pulumi: FakePulumi, tmp_path: Path) -> None:
    told = [
        {"name": "never"},
        {"name": "empty", "resourceCount": 0},
        {"name": "dev", "lastUpdate": "2026-12-01T08:00:00.123Z", "resourceCount": 8},
        {"name": "busy", "lastUpdate": "2026-12-01T08:00:00.000Z", "updateInProgress": True, "resourceCount": 8},
        {"name": "cloud", "lastUpdate": "2026-12-01T08:00:00.000Z", "updateInProgress": False, "resourceCount": 8},
    ]
    pulumi.answer(stack_ls={"stdout": json.dumps(told)})
    assert listed_stacks(Pulumi(tmp_path)) == [
        ListedStack("busy", None),
        ListedStack("cloud", Stamp("2026-12-01T08:00:00.000Z", 8)),
        ListedStack("dev", Stamp("2026-12-01T08:00:00.123Z", 8)),
        ListedStack("empty", None),
        ListedStack("never", None),
    ]


class TestPasses:
    """One pass after the other, over two stacks that are as declared."""

    @pytest.fixture(autouse=True)
    def _two_stacks(self, pulumi: FakePulumi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("acme", "dev"):
            write_settings(tmp_path, name)
            state = json.dumps(state_of(DEPLOYED, name))
            pulumi.answer(**{f"stack_export_--stack_{name}": {"stdout": state}})
        self.list(pulumi, acme="2026-12-01T08:00:00.001Z", dev="2026-12-01T08:00:00.002Z")
        monkeypatch.setattr(many, "Operator", lambda own, _: Tenant(own))

    @staticmethod
    def list(pulumi: FakePulumi, **updates: str) -> None:
        told = [{"name": name, "lastUpdate": last, "resourceCount": 8} for name, last in updates.items()]
        pulumi.answer(stack_ls={"stdout": json.dumps(told)})

    def test_the_next_one_starts_the_cli_once_for_all(self, pulumi: FakePulumi, tmp_path: Path) -> None:
        assert audited(tmp_path).sentence == "2 stacks: 2 as declared, 0 with failures."
        before = len(pulumi.starts)
        index = audited(tmp_path)
        assert (index.states_read, index.states_kept, index.exit_code) == (0, 2, 0)
        assert index.sentence == "2 stacks: 2 as declared, 0 with failures. 2 from kept states."
        assert len(pulumi.starts[before:]) == 2  # which version it is, and the list

    def test_a_state_that_changed_is_read_and_the_others_are_not(self, pulumi: FakePulumi, tmp_path: Path) -> None:
        audited(tmp_path)
        self.list(pulumi, acme="2026-12-01T08:00:00.001Z", dev="2026-12-01T09:00:00.000Z")
        assert {one.stack: one.state for one in audited(tmp_path).reports} == {"acme": "kept", "dev": "read"}
        assert audited(tmp_path).states_kept == 2

    def test_read_afresh_every_state_is_read(self, tmp_path: Path) -> None:
        audited(tmp_path)
        index = audited(tmp_path, afresh=True)
        assert (index.states_read, index.states_kept) == (2, 0)

    def test_a_stack_whose_own_variables_name_another_backend_is_read(self, tmp_path: Path) -> None:
        file = tmp_path / "dev.env"
        file.touch(mode=0o600)
        file.write_text("PULUMI_BACKEND_URL=file:///elsewhere\n")
        audited(tmp_path, tmp_path)
        assert {one.stack: one.state for one in audited(tmp_path, tmp_path).reports} == {"acme": "kept", "dev": "read"}
        assert audited(tmp_path).states_read == 1  # nothing was kept of the other backend's state
