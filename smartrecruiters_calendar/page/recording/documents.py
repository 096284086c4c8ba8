"""Walks recorded JSON documents of unknown shape: where each text is, and where lists of objects are.

Also makes the exception that every part of the recording raises when no profile can be made.
"""

from collections.abc import Iterator

from pydantic import JsonValue

from smartrecruiters_calendar.outcome import Reason, Stopped


def refused(sentence: str) -> Stopped:
    """The recording cannot be used; the sentence says what is missing and how to record again, and quotes no value."""
    return Stopped(Reason.RECORDING_REFUSED, sentence)


def child(pointer: str, key: str | int) -> str:
    """The JSON Pointer of the value under a key."""
    return f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"


def last_key(pointer: str) -> str:
    """The key at the end of a pointer, as written in the document."""
    return pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")


def scalars(document: JsonValue, pointer: str = "") -> Iterator[tuple[str, str | int | float | bool | None]]:
    """Every value that is neither object nor list, with its pointer."""
    if isinstance(document, dict):
        for key, value in document.items():
            yield from scalars(value, child(pointer, key))
    elif isinstance(document, list):
        for index, value in enumerate(document):
            yield from scalars(value, child(pointer, index))
    else:
        yield pointer, document


def texts(document: JsonValue) -> Iterator[tuple[str, str]]:
    """Every text, with its pointer; numbers count as texts, as they do where a profile is read."""
    for pointer, value in scalars(document):
        if isinstance(value, str | int | float) and not isinstance(value, bool) and str(value):
            yield pointer, str(value)


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
