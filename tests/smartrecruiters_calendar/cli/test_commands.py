"""The command: its help fits a terminal, its examples can be copied, and it loads only what is typed."""

import json
import re
import shlex
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from typer.testing import CliRunner

from smartrecruiters_calendar.cli import commands
from tests.smartrecruiters_calendar.cli.command_table import COMMANDS, RUN, takes_json

ROOT = Path(__file__).resolve().parents[3]
ALL = [(), *COMMANDS]
FORMER = {"--folder", "--out", "--afresh", "--redeliver", "--headless"}


def help_of(*words: str) -> str:
    done = CliRunner(env={"COLUMNS": "80"}).invoke(commands.app, [*words, "--help"], prog_name=commands.PROGRAM)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_help_fits_80_columns_and_has_examples_and_exit_codes(words: tuple[str, ...]) -> None:
    text = help_of(*words)
    assert [line for line in text.splitlines() if len(line) > 80] == []
    assert "Examples:" in text
    assert "Exit codes:" in text or words == ("rotate",)


def test_help_lists_every_verb_in_the_order_of_a_stacks_life() -> None:
    listed = re.findall(r"(?m)^  ([a-z-]+) +[A-Z]", help_of().partition("Verbs:")[2])
    assert listed == list(commands.VERBS)
    listed = re.findall(r"(?m)^  ([a-z]+)  +[A-Z]", help_of("rotate").partition("Commands:")[2])
    assert listed == ["status", "begin", "finish", "auto", "rollback", "revoke"]


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_the_parser_accepts_every_example(words: tuple[str, ...]) -> None:
    text = help_of(*words).replace("\\\n", " ")
    examples = re.findall(rf"(?m)^ +{commands.PROGRAM} (.*)$", text.partition("Examples:")[2])
    assert examples
    for example in examples:
        typed = [word for word in shlex.split(re.split(r"[|>]", example)[0]) if word != "--help"]
        named = tuple(typed[:2]) if tuple(typed[:2]) in COMMANDS else (typed[0],)
        COMMANDS[named].make_context(typed[0], typed[len(named) :])  # a usage error is an exception


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_no_former_name_of_an_option_is_left(words: tuple[str, ...]) -> None:
    assert not {name for option in COMMANDS[words].params for name in (*option.opts, *option.secondary_opts)} & FORMER


def test_the_list_of_verbs_and_the_version_load_no_verb() -> None:
    program = (
        "import sys\n"
        "from smartrecruiters_calendar.cli.start import main\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit:\n    print(*sorted(sys.modules), file=sys.stderr)"
    )
    for arguments in ("--help", "--version"):
        done = subprocess.run(
            [sys.executable, "-c", program, arguments],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
        loaded = set(done.stderr.split())
        assert "smartrecruiters_calendar.cli.commands" in loaded
        assert not {name for name in loaded if name.split(".")[0] in ("azure", "pulumi", "playwright", "httpx")}
        assert not {f"smartrecruiters_calendar.cli.{verb.replace('-', '_')}" for verb in commands.VERBS} & loaded


def test_the_version_is_the_projects(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: str) -> str:
        raise metadata.PackageNotFoundError

    monkeypatch.setattr(metadata, "version", missing)
    done = CliRunner().invoke(commands.app, ["--version"])
    assert f'version = "{done.output.split()[1]}"' in (ROOT / "pyproject.toml").read_text()


def test_every_verb_has_a_script_of_three_lines() -> None:
    scripts = {path.stem: path.read_text() for path in (ROOT / "scripts").glob("*.py") if path.stem != "start"}
    assert set(scripts) == {verb.replace("-", "_") for verb in commands.VERBS}
    for name, text in scripts.items():
        lines = [line for line in text.splitlines() if line]
        assert lines[1:] == ["from start import verb", f'verb("{name.replace("_", "-")}")']


MISTYPED = [
    *([*verb.split(), "--no-such-option"] for verb, command in RUN.items() if takes_json(command)),
    ["rotat"],
    ["rotate"],
    ["rotate", "begin", "--years", "5"],
    ["rotate", "revoke"],
    ["rotate", "status", "--all", "--stack", "dev"],
    ["post-deploy", "--wait", "soon"],
    ["new-stack", "acme"],
    ["promote", "--at-once", "0"],
    ["live-check", "--directory-id", "x", "--permission", "Mail.Send"],
]


@pytest.mark.parametrize("typed", MISTYPED, ids=" ".join)
def test_what_the_parser_refuses_is_a_usage_error_and_with_json_one_document(
    typed: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    assert commands.run(typed) == 2
    said = capfd.readouterr()
    assert (said.out, bool(said.err)) == ("", True)
    assert commands.run([*typed, "--json"]) == 2
    printed = capfd.readouterr()
    document = json.loads(printed.out)
    assert document["exitCode"] == 2
    assert document["sentence"] in printed.err
