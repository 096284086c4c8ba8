"""Stacks of another project: each verb serves them or says what to do instead, in remedies that fit that project."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import pytest
import typer
from rich.console import Console

from components.elsewhere import INSTEAD, in_a_program, refusal
from smartrecruiters_calendar.cli.elsewhere import Elsewhere
from smartrecruiters_calendar.cli.frame import Call, Verb
from smartrecruiters_calendar.outcome import ExitCode, JsonModel, Outcome, Reason, Stopped
from tests.smartrecruiters_calendar.cli.command_table import RUN

ROOT = Path(__file__).resolve().parents[3]
SERVES_ANY = {
    "preflight",
    "post-deploy",
    "receipt",
    "rotate status",
    "audit",
    "drift",
    "exchange-scope",
    "record-profile",
    "sign-in",
    "pipeline-identity",
}


@pytest.fixture
def company(tmp_path: Path) -> Path:
    """The folder of a project whose program declares the packaged component."""
    text = "name: company\nruntime: yaml\npackages:\n  smartrecruiters-calendar: https://example.com/package\n"
    (tmp_path / "Pulumi.yaml").write_text(text)
    return tmp_path


def test_every_verb_is_known_to_serve_such_a_stack_or_has_something_to_do_instead() -> None:
    own_stacks_alone = INSTEAD.keys() - {"audit --declared-only"}
    assert SERVES_ANY | own_stacks_alone == set(RUN)
    assert not SERVES_ANY & own_stacks_alone


def test_the_page_on_the_package_lists_the_verbs_that_serve_such_a_stack() -> None:
    page = (ROOT / "docs" / "package.md").read_text(encoding="utf-8")
    (listed,) = re.findall(r"(?s)The verbs (.*?) serve such a stack", page)
    assert set(re.findall(r"`([^`]+)`", listed)) == SERVES_ANY


@pytest.mark.parametrize("name", sorted(INSTEAD.keys() - {"audit --declared-only"}))
def test_a_verb_that_does_not_serve_it_does_nothing_and_says_what_to_do(
    name: str, company: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def never(_: Call) -> Outcome:
        raise AssertionError("it went on")

    code = Verb(function=never, examples=()).run(name, {"stack": "dev", "json": True, "cwd": company})
    printed = json.loads(capsys.readouterr().out)
    assert (code, printed["reason"]) == (ExitCode.USAGE, "settings-refused")
    assert str(company) in printed["sentence"]
    assert refusal(name, "dev") in printed["sentence"].replace(f" --cwd {company}", "")
    typed = re.findall(r"`(pulumi (?!stack )[^`]+)`", printed["sentence"])
    assert [command for command in typed if not command.endswith("--stack dev")] == []


def remedies() -> Iterator[tuple[str, str]]:
    """Every text of the code that names a command for a setting, with something in place of what it computes."""
    for folder in ("components", "smartrecruiters_calendar"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if path.name == "elsewhere.py":
                continue
            for node in texts(ast.parse(path.read_text(encoding="utf-8"))):
                parts = node.values if isinstance(node, ast.JoinedStr) else [node]
                text = "".join(str(part.value) if isinstance(part, ast.Constant) else "key" for part in parts)
                if re.search(r"pulumi config (set|rm|get) \S", text):
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", text


def texts(node: ast.AST) -> Iterator[ast.JoinedStr | ast.Constant]:
    if isinstance(node, ast.JoinedStr | ast.Constant):
        yield node
    else:
        for child in ast.iter_child_nodes(node):
            yield from texts(child)


def test_no_remedy_names_a_configuration_key_to_a_program_that_has_none() -> None:
    found = dict(remedies())
    assert len(found) > 30
    for stack in (None, "dev"):
        said = {place: in_a_program(f"{text} value", stack) for place, text in found.items()}
        assert {place: text for place, text in said.items() if "pulumi config" in text} == {}


class Finding(JsonModel):
    remedy: str


class Found(Outcome):
    findings: tuple[Finding, ...]
    next: str | None = None


REMEDY = "Add it: pulumi config set --stack dev --path 'owners[1]' 1a7b"
IN_THE_FILE = "`pulumi config set --path smartrecruiters.address https://sr.example --stack dev`."


def finds(call: Call, stop: Annotated[bool, typer.Option()] = False) -> Outcome:
    if stop:
        raise Stopped(Reason.CHANNEL_REFUSED, f"No address: {IN_THE_FILE}")
    return Found(sentence="Found.", findings=(Finding(remedy=REMEDY),), next="pulumi up --stack dev")


def show(outcome: Outcome, console: Console) -> None:
    assert isinstance(outcome, Found)
    console.print(f"{outcome.findings[0].remedy}\n{IN_THE_FILE}", soft_wrap=True)


def run(folder: Path, *, as_json: bool, stop: bool = False) -> None:
    verb = Verb(function=finds, show=show, examples=())
    verb.run("preflight", {"stack": "dev", "json": as_json, "cwd": folder, "stop": stop})


def test_what_leaves_a_verb_names_arguments_files_and_folders_of_that_project(
    company: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argument = "Add it: in the program, set owners[1] to 1a7b"
    of_a_delivery = "in smartrecruiters-calendar.dev.yaml, set smartrecruiters.address to https://sr.example"
    run(company, as_json=True)
    printed = json.loads(capsys.readouterr().out)
    assert printed["findings"] == [{"remedy": argument}]
    assert printed["next"] == f"pulumi up --cwd {company} --stack dev"
    run(company, as_json=False)
    assert capsys.readouterr().out == f"{argument}\n`{of_a_delivery}`.\n"
    run(company, as_json=True, stop=True)
    captured = capsys.readouterr()
    assert of_a_delivery in captured.err
    assert of_a_delivery in json.loads(captured.out)["sentence"]


def test_typed_in_that_folder_pulumi_needs_none_and_a_verb_of_a_checkout_does(
    company: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(company)
    run(company, as_json=True)
    assert json.loads(capsys.readouterr().out)["next"] == "pulumi up --stack dev"
    said = Elsewhere(company, ROOT).said("Then run `smartrecruiters-calendar post-deploy --stack dev`.", "dev")
    assert said == f"Then run `smartrecruiters-calendar post-deploy --cwd {company} --stack dev`."
    assert Elsewhere(company, company).said("`smartrecruiters-calendar receipt --stack dev` says", "dev") == (
        "`smartrecruiters-calendar receipt --stack dev` says"
    )


def test_a_stack_of_this_project_is_told_its_own_remedies(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "Pulumi.yaml").write_bytes((ROOT / "Pulumi.yaml").read_bytes())
    run(tmp_path, as_json=True)
    printed = json.loads(capsys.readouterr().out)
    assert (printed["findings"], printed["next"]) == ([{"remedy": REMEDY}], "pulumi up --stack dev")


def test_a_remedy_that_names_a_verb_for_own_stacks_says_what_to_do_instead() -> None:
    said = in_a_program("It is locked: `smartrecruiters-calendar recover --stack dev`.", "dev")
    assert said.endswith(refusal("recover", "dev"))
    assert "type `pulumi refresh --stack dev` and `pulumi up --stack dev`" in said
    assert in_a_program(said, "dev") == said
