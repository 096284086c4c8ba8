"""The command: its help fits a terminal, its examples can be copied, and it loads only what is typed."""

import re
import shlex
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from smartrecruiters_calendar.cli import commands

ROOT = Path(__file__).resolve().parents[3]
ROTATE = ("status", "begin", "finish", "auto", "rollback", "revoke")
COMMANDS = [[verb] for verb in commands.VERBS] + [["rotate", verb] for verb in ROTATE]
SHARED = {"--cwd", "--output", "--json", "--markdown", "--html", "--wait", "--yes", "--verbose", "--dry-run", "--again"}
FORMER = {"--folder", "--out", "--afresh", "--redeliver", "--headless"}


def help_of(*words: str) -> str:
    done = CliRunner().invoke(commands.app, [*words, "--help"], prog_name=commands.PROGRAM)
    assert done.exit_code == 0, done.output
    return done.output


def options_of(words: list[str]) -> set[str]:
    command: Any = typer.main.get_command(commands.app)
    for word in words:
        command = command.get_command(None, word)
    return {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}


@pytest.mark.parametrize("words", [[], *COMMANDS], ids=" ".join)
def test_help_fits_80_columns_and_has_examples_and_exit_codes(words: list[str]) -> None:
    text = help_of(*words)
    assert [line for line in text.splitlines() if len(line) > 80] == []
    assert "Examples:" in text
    assert "Exit codes:" in text or words == ["rotate"]


def test_help_lists_every_verb_in_the_order_of_a_stacks_life() -> None:
    listed = re.findall(r"(?m)^  ([a-z-]+) +[A-Z]", help_of().partition("Verbs:")[2])
    assert listed == list(commands.VERBS)
    assert re.findall(r"(?m)^  ([a-z]+)  +[A-Z]", help_of("rotate").partition("Commands:")[2]) == list(ROTATE)


@pytest.mark.parametrize("words", [[], *COMMANDS], ids=" ".join)
def test_an_example_names_a_verb_and_options_that_exist(words: list[str]) -> None:
    text = help_of(*words).replace("\\\n", " ")
    examples = re.findall(rf"(?m)^ +{commands.PROGRAM} (.*)$", text.partition("Examples:")[2])
    assert examples
    for example in examples:
        typed = shlex.split(re.split(r"[|>]", example)[0])
        named = typed[:2] if typed[0] == "rotate" else typed[:1]
        used = {word for word in typed if word.startswith("--")} - {"--help"}
        assert used <= options_of(named), example


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_no_former_name_of_an_option_is_left(words: list[str]) -> None:
    assert not options_of(words) & FORMER


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


def test_an_unknown_verb_is_a_usage_error() -> None:
    assert CliRunner().invoke(commands.app, ["rotat"]).exit_code == 2
