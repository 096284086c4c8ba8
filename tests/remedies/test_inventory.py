"""Every command that the project prints is provoked and typed by a test, and can be typed at all."""

import importlib
import itertools
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.remedies.printed import TYPED, Printed, commands_in, printed_commands
from tests.smartrecruiters_calendar.cli.command_table import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
FOUND = printed_commands()
WITHOUT_A_STACK = re.compile(r"pulumi (?:login|plugin install|stack select|stack init) |pulumi login$|.* --help$")
NOT_RECORDED = ("az login", "az ad app permission admin-consent", "az keyvault secret recover")
"""A person signs in there, or the Azure CLI asks a service that is not Microsoft Graph."""
NAMED_WHERE_IT_IS_PRINTED = re.compile(r"components/|smartrecruiters_calendar/audit/checks/")
"""`components.commands` puts the stack in there."""


def test_every_command_that_is_printed_is_typed_by_a_test() -> None:
    for path in (ROOT / "tests").rglob("test_*.py"):
        if "tests.remedies.printed import" in path.read_text(encoding="utf-8"):
            importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    of_others = {one for one in FOUND if one.command.startswith(("az ", "python -m "))}
    assert sorted(TYPED - FOUND.keys()) == [], "no longer printed"
    assert sorted(FOUND.keys() - TYPED - of_others) == [], "printed, and typed by no test"


@pytest.mark.parametrize("printed", [one for one in FOUND if one.command.startswith("az ")], ids=" ".join)
def test_what_the_azure_cli_is_to_be_told_is_what_it_was_recorded_with(printed: Printed) -> None:
    """`tests.sandbox.clients.test_azure_cli` has the real one type the recorded commands against the sandbox."""
    words, options = _words_and_options(printed.command)
    recorded = json.loads((ROOT / "tests/recordings/azure-cli-commands.json").read_text(encoding="utf-8"))
    known = [_words_and_options(command) for command in re.findall(r"az [^\n]+", "\n".join(_texts(recorded)))]
    if printed.command.startswith(NOT_RECORDED):
        assert words not in [known_words for known_words, _ in known]
    else:
        assert any(words == known_words and options <= known_options for known_words, known_options in known)


def _words_and_options(command: str) -> tuple[tuple[str, ...], set[str]]:
    words = command.split()
    options = {word for word in words if word.startswith("--")} - {"--set", "--query"}
    verb = tuple(itertools.takewhile(lambda word: not word.startswith("-"), words))
    return verb, {"--url" if option == "--uri" else option for option in options} - {"--body"}


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(one)


@pytest.mark.parametrize("printed", FOUND, ids=lambda printed: f"{printed.place}: {printed.command}")
def test_a_command_names_its_stack_and_what_the_verb_takes(printed: Printed) -> None:
    command = printed.command
    if command.startswith(("pulumi", "smartrecruiters-calendar")) and not WITHOUT_A_STACK.match(command):
        named = re.search(r"--stack|\{\}", command) or NAMED_WHERE_IT_IS_PRINTED.match(printed.place)
        assert named, f"{command} is of whichever stack is selected"
    if command.startswith("smartrecruiters-calendar") and not command.startswith("smartrecruiters-calendar {}"):
        words = [word for word in shlex.split(command.replace("{}", " x "))[1:] if word != "x"]
        verb = tuple(words[:2]) if tuple(words[:2]) in COMMANDS else (words[0],)
        taken = {name for option in COMMANDS[verb].params for name in option.opts} | {"--help"}
        assert {word for word in words if word.startswith("--")} <= taken


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Type `pulumi up --stack dev`, then run this again.", ["pulumi up --stack dev"]),
        (
            "Set it: pulumi config set --path 'owners[0]' <object ID (a GUID)>.",
            ["pulumi config set --path 'owners[0]' <object ID (a GUID)>"],
        ),
        (
            "pulumi a b && pulumi c d; then smartrecruiters-calendar recover",
            ["pulumi a b", "pulumi c d", "smartrecruiters-calendar recover"],
        ),
        ("Make sure that az keys, and a pulumi, are there.", ["az keys"]),
    ],
)
def test_commands_are_found_in_a_sentence(text: str, found: list[str]) -> None:
    assert commands_in(text) == found
