"""Every command that can be typed, as the command itself knows them: a new verb is in every test that asks here."""

from collections.abc import Iterator
from typing import Any, Final

import typer

from smartrecruiters_calendar.cli import commands


def _below(words: tuple[str, ...], command: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name in command.list_commands(None) if hasattr(command, "list_commands") else ():
        found = command.get_command(None, name)
        yield (*words, name), found
        yield from _below((*words, name), found)


ROOT_COMMAND: Final[Any] = typer.main.get_command(commands.app)
COMMANDS: Final[dict[tuple[str, ...], Any]] = dict(_below((), ROOT_COMMAND))
"""Words to command: the verbs, and the commands of those that have some."""
RUN: Final[dict[str, Any]] = {
    " ".join(words): command for words, command in COMMANDS.items() if not hasattr(command, "list_commands")
}
"""Those that do something by themselves, by the words joined."""


def takes_one_stack(command: Any) -> bool:
    return any("--stack" in option.opts and not option.multiple for option in command.params)


def takes_json(command: Any) -> bool:
    return any("--json" in option.opts for option in command.params)
