"""Walks recorded JSON documents of unknown shape: where each text is, and where lists of objects are.

Also makes the exception that every part of the recording raises when no profile can be made.
"""

import stat
from collections.abc import Iterator
from pathlib import Path

from pydantic import JsonValue

from smartrecruiters_calendar.outcome import Reason, Stopped


def refused(sentence: str) -> Stopped:
    """The recording cannot be used; the sentence says what is missing and how to record again, and quotes no value."""
    return Stopped(Reason.RECORDING_REFUSED, sentence)


def stop_when_open_to_others(path: Path, what: str) -> None:
    """Refuse a file that others on this machine may read; `what` says what it holds."""
    mode = path.stat().st_mode
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise refused(
            f"Others on this machine may read {what}in {path} (mode {stat.S_IMODE(mode):04o}). Type: chmod 600 {path}"
        )


def child(pointer: str, key: str | int) -> str:
    return f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"


def last_key(pointer: str) -> str:
    """The key at the end of a pointer, as written in the document."""
    return pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")


def texts(document: JsonValue, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Every text, with its pointer; numbers count as texts, as they do where a profile is read."""
    if isinstance(document, dict):
        for key, value in document.items():
            yield from texts(value, child(pointer, key))
    elif isinstance(document, list):
        for index, value in enumerate(document):
            yield from texts(value, child(pointer, index))
    elif isinstance(document, str | int | float) and not isinstance(document, bool) and str(document):
        yield pointer, str(document)


def outside_lists(document: JsonValue) -> dict[str, str]:
    """The texts outside every list, by pointer."""
    return dict(texts(_without_lists(document)))


def _without_lists(document: JsonValue) -> JsonValue:
    if isinstance(document, dict):
        return {key: _without_lists(value) for key, value in document.items()}
    return [] if isinstance(document, list) else document


def lists_of_objects(document: JsonValue, pointer: str = "") -> Iterator[tuple[str, list[JsonValue]]]:
    """Every list, not empty, that holds objects only, with its pointer. Lists inside lists are left out."""
    if isinstance(document, dict):
        for key, value in document.items():
            yield from lists_of_objects(value, child(pointer, key))
    elif isinstance(document, list) and document and all(isinstance(item, dict) for item in document):
        yield pointer, document
