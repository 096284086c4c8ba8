"""Every command that the project prints: found in the texts of its code, and in what was printed.

A command that is typed names its stack, so `pulumi up` alone is a name in a sentence, and no command to type.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from tests.test_wording import ROOT, files, literals

CODE: Final = ("smartrecruiters_calendar", "components", "policy", "package", "__main__.py")
_PROGRAM: Final = r"(?:pulumi|smartrecruiters-calendar|az)(?= [a-z{])|python -m(?= pip| engine)"
_END: Final = r"(?=`|\n|$|[.,;:](?: |$)|\)| \(|, and | && | writes | again,|, or )"
_COMMAND: Final = re.compile(rf"(?<![\w/.-])(?:{_PROGRAM}) (?:<[^>]*>|'[^']*'|\"[^\"]*\"|.)+?{_END}")
_NAMES: Final = re.compile(
    r"pulumi (?:up|preview|refresh|destroy|stack|command.*|is \{\}|on PATH|\{\}.*|config|version|plugin ls|up:)"
    r"|pulumi (?:stack select|stack --show-secrets|config get \w+|stack ls)"
    r"|az (?:login|account show|keyvault show --name …)|python -m (?:pip freeze|engine)"
    r"|smartrecruiters-calendar (?:\{\}|adopt|recover|audit --json|post-deploy --rehearse)"
)
"""What is told about a command, or left to its reader: the sentence around it says what to type."""


_ABOUT_COMMANDS: Final = ("components/commands.py", "components/elsewhere.py")
"""They change commands in the texts of others; `tests.smartrecruiters_calendar.cli.test_elsewhere` types those."""


class Printed(NamedTuple):
    """A command in a text of the code; `{}` stands for what is filled in."""

    place: str
    command: str


TYPED: Final[set[Printed]] = set()
"""Those that the test modules loaded so far type."""


def commands_in(text: str) -> list[str]:
    return [found[0].strip() for found in _COMMAND.finditer(text)]


def printed_commands() -> dict[Printed, list[str]]:
    """Each command that somebody is to type, with the texts that hold it."""
    found: dict[Printed, list[str]] = {}
    for path in files(CODE):
        place = str(path.relative_to(ROOT))
        if place in _ABOUT_COMMANDS:
            continue
        for text in _messages(place, path):
            for command in commands_in(text):
                if not _NAMES.fullmatch(command):
                    found.setdefault(Printed(place, command), []).append(text)
    return found


def _messages(place: str, path: object) -> Iterator[str]:
    """Not the examples of a help: `tests.smartrecruiters_calendar.cli.test_commands` has them parsed."""
    for _, text in literals(path):  # type: ignore[arg-type]
        if "Examples:" not in text:
            yield text


@dataclass(frozen=True)
class Remedy:
    """A command of the code that a test provokes and types; made where a test module is loaded, so that it counts."""

    place: str
    command: str

    def __post_init__(self) -> None:
        TYPED.add(Printed(self.place, self.command))

    def in_(self, printed: str, **filled: str) -> str:
        """The command as it was printed, to be typed.

        Args:
            filled: as of `fill`.

        Raises:
            AssertionError: it was not printed.
        """
        found = list(self._found(printed))
        assert found, f"{self.command!r} is not in:\n{printed}"
        return fill(found[0], filled) if filled else found[0]

    def is_in(self, printed: str) -> bool:
        return any(self._found(printed))

    def _found(self, printed: str) -> Iterator[str]:
        # An index is that of the entry that is wrong; what is filled in may be a text of its own, at the end.
        template = re.escape(self.command).replace(r"\[0\]", r"\[\d+\]")
        filled = template.replace(r"\{\}", ".*?")
        pattern = re.compile(rf"{filled}(?: \S+)?")
        for command in commands_in(printed):
            # `components.commands` names the stack where the code does not.
            named = command if "--stack" in self.command else re.sub(r" --stack \S+", "", command)
            if pattern.fullmatch(named):
                yield command
        # The engine breaks the lines of a message, and writes on after it.
        for found in re.finditer(template.replace(r"\{\}", r"(?:'[^']*'|[^\s`']+)"), " ".join(printed.split())):
            yield found[0].rstrip(".,;:")


def fill(command: str, filled: Mapping[str, str]) -> str:
    """Put something in place of each `<…>`.

    Args:
        filled: by the words in it, or by the first one.
    """
    return re.sub(r"<((\w+)[^>]*)>", lambda place: filled.get(place[1]) or filled[place[2]], command)
