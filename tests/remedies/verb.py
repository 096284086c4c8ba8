"""A verb of the project, read as the command itself reads it: its words and its options, each as it would be passed."""

import shlex
from typing import Any

from typer.testing import CliRunner

from smartrecruiters_calendar.cli import commands
from tests.smartrecruiters_calendar.cli.command_table import COMMANDS


def read(line: str, *words: str, stack: str = "dev") -> dict[str, Any]:
    """The options of a line that was printed, without its stack.

    Args:
        line: what is typed.
        words: the verb that it has to be.
        stack: the one that it has to name.

    Raises:
        AssertionError: it is another verb, or of another stack.
    """
    program, *typed = shlex.split(line)
    assert (program, tuple(typed[: len(words)])) == ("smartrecruiters-calendar", words), line
    given: dict[str, Any] = dict(COMMANDS[words].make_context(words[-1], typed[len(words) :]).params)
    named = given.pop("stack")
    assert (named[0] if isinstance(named, list | tuple) else str(named)) == stack, line
    return given


def help_of(line: str, *words: str) -> str:
    """What a line that ends in `--help` prints.

    Raises:
        AssertionError: it is another verb, or asks for something else.
    """
    assert shlex.split(line) == ["smartrecruiters-calendar", *words, "--help"], line
    printed = CliRunner().invoke(commands.app, [*words, "--help"], env={"COLUMNS": "200"})
    assert printed.exit_code == 0
    return printed.stdout
