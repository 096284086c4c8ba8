"""What the engine reports about an operation in its event log: counts, errors, policy violations.

The log also holds the values of resources; they are not read here.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.stack.pulumi import refused

_OFFERED_BY: Final = "PULUMI_DEBUG_COMMANDS"
"""The variable that enables `--event-log` in the CLI; the Automation API sets it too."""
_LONGEST_SENTENCE: Final = 600
_LOGGED: Final = re.compile(r"^\S+\.go:\d+: [\w.]+: |: provider=\w+@[\w.+-]+$")
"""What the log of a bridged provider puts around an error: where its source is, and which provider it is."""


class EngineEvents:
    def __init__(self, path: Path) -> None:
        self._path = path
        self.options: Final = ("--event-log", str(path))
        """Make the CLI write them."""
        self.variables: Final[Mapping[str, str]] = {_OFFERED_BY: "true"}
        """Make the CLI accept the options."""

    @classmethod
    @contextmanager
    def kept_while(cls) -> Iterator["EngineEvents"]:
        """Events in a private temporary folder, which is deleted after the block."""
        with TemporaryDirectory() as folder:
            yield cls(Path(folder) / "events.jsonl")

    def counts(self, *, preview: bool = False) -> dict[str, int] | None:
        """Operation (`create`, `update`, `delete`, `replace`, `same`) to number of resources.

        Args:
            preview: of the preview instead of the operation itself.

        Returns:
            None when the operation did not complete.
        """
        found = [event["summaryEvent"] for event in self._read() if "summaryEvent" in event]
        ended = [summary for summary in found if bool(summary.get("isPreview")) is preview]
        return dict(ended[-1].get("resourceChanges") or {}) if ended else None

    def explained(
        self, what: str, stack: str, printed: str, code: int, *, otherwise: Reason = Reason.UPDATE_FAILED
    ) -> Stopped:
        """Why an operation failed.

        Args:
            printed: by the CLI.
            code: its exit code.
            otherwise: the reason where the engine itself reports errors.
        """
        events = self._read()
        violations = [event["policyEvent"] for event in events if "policyEvent" in event]
        if forbidden := [one for one in violations if one.get("enforcementLevel") == "mandatory"]:
            messages = "; ".join(f"{one.get('policyName')}: {_line(str(one.get('message', '')))}" for one in forbidden)
            return Stopped(Reason.POLICY_VIOLATED, _short(f"A policy forbids the change of {stack}: {messages}"))
        errors, last = _told_once(_errors(events)), _line(printed[-_LONGEST_SENTENCE:])
        if not errors and (kept_from_it := refused(last, stack, code)):
            return kept_from_it
        return Stopped(otherwise, _short(f"`{what}` of {stack} failed: {'; '.join(errors) or last}"))

    def _read(self) -> list[dict[str, Any]]:
        if not self._path.exists():
            return []
        with self._path.open(encoding="utf-8") as lines:
            return [json.loads(line) for line in lines if line.endswith("\n")]


def _errors(events: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for event in events:
        diagnostic = event.get("diagnosticEvent", {})
        if diagnostic.get("severity") == "error" and (message := _line(str(diagnostic.get("message", "")))):
            yield message


def _told_once(errors: Iterable[str]) -> list[str]:
    """The errors without those that another one repeats.

    A bridged provider logs each error with a line of its own source, and the engine then says it with the resource.
    """
    told = list(dict.fromkeys(_LOGGED.sub("", error) for error in errors))
    return [one for one in told if not any(one != other and one in other for other in told)]


def _line(text: str) -> str:
    """One line, without the CLI's colour marks such as `<{%reset%}>`."""
    line = " ".join(text.replace(os.linesep, " ").split())
    while (begin := line.find("<{%")) >= 0 and (end := line.find("%}>", begin)) >= 0:
        line = line[:begin] + line[end + 3 :]
    return " ".join(line.split())


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_SENTENCE else f"{text[:_LONGEST_SENTENCE]}…"
