"""Many stacks: one bad one never hides the others, and the exit code is the worst one's."""

import json
from pathlib import Path

import pytest

from integration.audit.many import audit_all, declared_stacks, index_of
from integration.audit.report import not_begun
from integration.audit.writing import Format, write
from integration.exit_codes import ExitCode
from integration.pulumi_command import Pulumi
from integration.reasons import Reason, Stopped
from tests.integration.audit.cases import NOW
from tests.integration.audit.formats.samples import clean, tampered
from tests.integration.fake_pulumi import FakePulumi


def stopped(reason: Reason) -> Stopped:
    return Stopped(reason, "Told by a test.")


def test_the_worst_exit_code_is_the_indexs() -> None:
    unknown = not_begun("u", "tenant", NOW, stopped(Reason.GRAPH_UNREACHABLE))
    refused = not_begun("r", "tenant", NOW, stopped(Reason.SETTINGS_REFUSED))
    asleep = not_begun("s", "tenant", NOW, stopped(Reason.STACK_NOT_DEPLOYED))
    assert index_of([clean()], NOW).exit_code == ExitCode.AS_WISHED
    assert index_of([clean(), asleep], NOW).exit_code == ExitCode.AS_WISHED
    assert index_of([clean(), refused, unknown], NOW).exit_code == ExitCode.UNKNOWN
    index = index_of([tampered(), refused, unknown, asleep, clean()], NOW)
    assert index.exit_code == ExitCode.FINDINGS
    assert index.sentence == ("5 stacks: 1 as declared, 1 with failures, 2 that could not be audited, 1 not deployed.")
    assert index_of([], NOW).exit_code == ExitCode.AS_WISHED


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
    (report,) = audit_all(Pulumi(tmp_path), {}, tmp_path, NOW, lambda *_: None).reports
    assert report.reason == "identity-incomplete"


def test_a_state_backend_that_cannot_be_read_stops_it_all(pulumi: FakePulumi, tmp_path: Path) -> None:
    pulumi.answer(stack_ls={"code": 255, "stderr": "no such bucket"})
    with pytest.raises(Stopped, match="no such bucket"):
        audit_all(Pulumi(tmp_path), {}, None, NOW, lambda *_: None)


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
