"""Copies the parts of a request that a profile keeps: its path, its body's constants. What may be private is refused.

A person who knows a value to be harmless, or needless, says so by its place.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote_plus

import httpx
from pydantic import JsonValue

from smartrecruiters_calendar.page.recording.documents import child, last_key, refused
from smartrecruiters_calendar.page.recording.private import is_harmless, name_tells

LEFT_OUT: Final = object()
JOB: Final = "{job}"


@dataclass(frozen=True)
class Choices:
    """What a person said about values that might be private, by place: `/companyId` in a body, `?v` in an address."""

    keep: frozenset[str] = frozenset()
    leave_out: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Copying:
    base: httpx.URL
    """The page's address; a profile's paths begin after it."""
    choices: Choices

    def path(self, url: httpx.URL, what: str, job_id: str | None = None) -> str:
        """The part of a URL after the page's address, with its query; `{job}` in place of the job's id.

        Raises:
            Stopped: the query has a value that may be private.
        """
        path, _, query = url.raw_path.decode("ascii").partition("?")
        path = path.removeprefix(self.base.raw_path.decode("ascii").rstrip("/")) or "/"
        if job_id is not None:
            path = "/".join(JOB if segment == job_id else segment for segment in path.split("/"))
        kept = []
        for pair in filter(None, query.split("&")):
            name, _, value = pair.partition("=")
            if value and value == job_id:
                kept.append(f"{name}={JOB}")
            elif self._kept(f"?{unquote_plus(name)}", name, unquote_plus(value), what) is not LEFT_OUT:
                kept.append(pair)
        return f"{path}?{'&'.join(kept)}" if kept else path

    def body(self, document: JsonValue, replaced: Callable[[str, str], str | None], what: str) -> JsonValue:
        """A body with placeholders in place of what is typed or fetched.

        Args:
            replaced: `(pointer, text)` to the placeholder that stands for it; None for a constant.

        Raises:
            Stopped: a constant may be private.
        """
        copied = self._copied("", document, replaced, what)
        return None if copied is LEFT_OUT else copied  # type: ignore[return-value]

    def _copied(self, pointer: str, value: JsonValue, replaced: Callable[[str, str], str | None], what: str) -> object:
        if isinstance(value, dict):
            pairs = ((key, self._copied(child(pointer, key), one, replaced, what)) for key, one in value.items())
            return {key: one for key, one in pairs if one is not LEFT_OUT}
        if isinstance(value, list):
            ones = (self._copied(child(pointer, index), one, replaced, what) for index, one in enumerate(value))
            return [one for one in ones if one is not LEFT_OUT]
        if isinstance(value, str) and (placeholder := replaced(pointer, value)):
            return placeholder
        return self._kept(pointer, last_key(pointer), value, what)

    def _kept(self, place: str, name: str, value: str | int | float | bool | None, what: str) -> object:
        if place in self.choices.leave_out:
            return LEFT_OUT
        if place in self.choices.keep or (is_harmless(value) and not (value and name_tells(name))):
            return value
        raise refused(
            f"{what} also sends {place}, whose value may be private ({len(str(value))} characters), so it is not "
            f"copied unasked. If it is the same every time and not a secret, add --keep '{place}'; if the page works "
            f"without it, add --leave-out '{place}'."
        )
