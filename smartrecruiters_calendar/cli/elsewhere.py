"""What a verb says about a stack of another project: its remedies fit that project, and name its folder.

Everything that leaves a verb passes here: the line on stderr, the document, and what people read. The words themselves
are in `components.elsewhere`.
"""

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel

from components.elsewhere import INSTEAD, in_a_program, refusal
from smartrecruiters_calendar.outcome import Reason, Stopped

_COMMAND: Final = re.compile(r"((?:pulumi|smartrecruiters-calendar)(?: [a-z][a-z-]*)+)(?= --stack )")

T = TypeVar("T")


@dataclass(frozen=True)
class Elsewhere:
    folder: Path
    """Of the other project's Pulumi.yaml."""
    unnamed: Path
    """Where a verb looks that is given no folder: the checkout that it is of, wherever it is typed."""

    def check_serves(self, verb: str, stack: str | None) -> None:
        """Check that a verb serves such stacks.

        Args:
            stack: the one that was named.

        Raises:
            Stopped: it changes what this project's own stacks declare.
        """
        if verb in INSTEAD:
            raise Stopped(
                Reason.SETTINGS_REFUSED,
                f"The stacks in {self.folder} are declared by a program of that project: {refusal(verb, stack)}",
            )

    def said(self, value: T, stack: str | None) -> T:
        """A text, or every text in a document, in the words for that project."""
        return self._said(value, stack or "<stack>")  # type: ignore[no-any-return]

    def _said(self, value: Any, stack: str) -> Any:
        if isinstance(value, Enum):
            return value
        if isinstance(value, str):
            return self._text(value, stack) if " " in value else value
        if isinstance(value, BaseModel):
            return value.model_copy(update={name: self._said(part, stack) for name, part in value})
        if isinstance(value, Mapping):
            return {name: self._said(part, stack) for name, part in value.items()}
        if isinstance(value, tuple | list):
            return type(value)(self._said(part, stack) for part in value)
        return value

    def _text(self, text: str, stack: str) -> str:
        return _COMMAND.sub(self._in_folder, in_a_program(text, stack))

    def _in_folder(self, command: re.Match[str]) -> str:
        found = Path.cwd() if command[1].startswith("pulumi") else self.unnamed
        return command[1] if found == self.folder else f"{command[1]} --cwd {shlex.quote(str(self.folder))}"
