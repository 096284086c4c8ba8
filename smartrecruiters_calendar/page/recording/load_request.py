"""Finds *Load Resources* in a recording: the request that began it, the page's later questions, and the list."""

import itertools
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import httpx

from smartrecruiters_calendar.page.recording.answer_shapes import USUAL, errors_of, rooms_of
from smartrecruiters_calendar.page.recording.copying import JOB, Copying
from smartrecruiters_calendar.page.recording.documents import last_key, outside_lists, refused, texts
from smartrecruiters_calendar.page.recording.exchange import Exchange
from smartrecruiters_calendar.page.recording.private import is_harmless

_STATES: Final = ("status", "state", "phase", "stage")
_RUNNING: Final = ("PENDING", "QUEUED", "RUNNING", "IN_PROGRESS", "PROCESSING")
_FAILED: Final = ("FAILED", "ERROR")
_SHORTEST_ID: Final = 4


@dataclass(frozen=True)
class Load:
    began: Exchange
    job: Mapping[str, Any] | None
    """The profile's `job`; None when the request itself was answered with the list."""
    rooms: Mapping[str, Any]
    notes: tuple[str, ...]
    """What was not seen and is a guess, for the person who reviews."""


def load_after(save: Exchange, recorded: Sequence[Exchange], copying: Copying, room: str | None) -> Load:
    """The load that followed a Save.

    Args:
        room: Name or address of a room that the list showed, when the person gave one.

    Raises:
        Stopped: no list was recorded, several were, or its way is one that a profile cannot describe.
    """
    after = recorded[recorded.index(save) + 1 :]
    listing, rooms = _listing(after, room)
    if listing.method != "GET":
        return Load(listing, None, rooms, ())
    before = after[: after.index(listing)]
    begun = _begun(before, listing, save)
    polls = [one for one in before if one.method == "GET" and one.url.path == listing.url.path]
    if begun is None:
        begun = polls[0] if polls else listing
        if begun is listing:
            return Load(listing, None, rooms, ())
    job_id, pointer = _job_id(begun, listing) or (None, None)
    job: dict[str, Any] = {} if pointer is None else {"id": pointer}
    job["path"] = copying.path(listing.url, "The question about the load's state", job_id)
    words, notes = _states(begun, polls, listing)
    failed = [one for one in recorded if _is_failed_job(one, listing, job, words)]
    errors = next((errors for one in failed if (errors := errors_of(one.answer))), None)
    if words and errors is None:
        notes += (
            "no load failed in the recording: the words for a failed job, and where its answer says why, are guesses",
        )
    job |= words
    if words:
        job["errors"] = errors or {key: f"/error{pointer}" for key, pointer in USUAL.items()}
    job["everySeconds"] = _pause(polls, listing)
    return Load(begun, job, rooms, tuple(notes))


def _listing(after: Sequence[Exchange], room: str | None) -> tuple[Exchange, Mapping[str, Any]]:
    with_list = [(one, rooms) for one in after if one.succeeded and (rooms := rooms_of(one.answer)) is not None]
    if room is not None:
        name = room.casefold()
        with_list = [found for found in with_list if any(text.casefold() == name for _, text in texts(found[0].answer))]
    if not with_list:
        named = "" if room is None else f" with {room!r}"
        raise refused(
            f"No answer after Save holds a list of rooms{named} as JSON (objects with a name and an e-mail address). "
            "Record again: save working credentials, press Load Resources, and end only when the list is shown (a HAR "
            "file is saved with content). If the list was shown, the page does not send it as JSON: use the channel "
            "browser or hand-off."
        )
    if room is None and len({one.url.path for one, _ in with_list}) > 1:
        raise refused(
            "Several answers after Save hold lists of names with e-mail addresses, so it is not clear which is the "
            "list of rooms. Name a room that the page showed: --room 'Boardroom'."
        )
    return with_list[0]


def _begun(before: Sequence[Exchange], listing: Exchange, save: Exchange) -> Exchange | None:
    """The request that began the load: the one whose answer names the job, else the one nearest in its address."""
    buttons = [
        one
        for one in before
        if one.method in ("POST", "PUT", "PATCH")
        and one.succeeded
        and (one.method, one.url.path) != (save.method, save.url.path)
    ]
    naming = [one for one in buttons if _job_id(one, listing)]
    if naming:
        return naming[-1]
    return max(buttons, key=lambda one: _shared(one.url.path, listing.url.path), default=None)


def _shared(one: str, other: str) -> int:
    pairs = zip(one.split("/"), other.split("/"), strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(one.count("/"), other.count("/")) + 1)


def _job_id(begun: Exchange, listing: Exchange) -> tuple[str, str] | None:
    """The id in the listing's address that the first answer gave, percent-encoded, with its place in that answer."""
    address = listing.url.raw_path.decode("ascii")
    path, _, query = address.partition("?")
    parts = {*path.split("/"), *(pair.partition("=")[2] for pair in query.split("&"))}
    for pointer, text in outside_lists(begun.answer).items():
        encoded = httpx.URL("https://x/").copy_with(path=f"/{text}").raw_path.decode("ascii").removeprefix("/")
        if len(text) >= _SHORTEST_ID and encoded in parts:
            return encoded, pointer
        if text.isdecimal() and text in parts:
            return text, pointer
    return None


def _states(begun: Exchange, polls: Sequence[Exchange], listing: Exchange) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Where an answer holds the job's state, and its words; empty when the first answer was the list."""
    final = {pointer: word for pointer, word in outside_lists(listing.answer).items() if is_harmless(word)}
    waiting = [outside_lists(one.answer) for one in polls if rooms_of(one.answer) is None]
    changed = [pointer for pointer, word in final.items() if all(one.get(pointer, word) != word for one in waiting)]
    named = [pointer for pointer in changed if last_key(pointer).lower() in _STATES]
    pointer = next(iter(named if named or not waiting else changed), None)
    if pointer is None:
        if waiting:
            raise refused(
                "The page asked several times for the state of the load, and no text in its answers distinguishes a "
                "running load from a finished one. A profile cannot describe that: use the channel browser or hand-off."
            )
        return {}, ()
    done, began = final[pointer], outside_lists(begun.answer).get(pointer)
    seen = [one[pointer] for one in waiting if pointer in one] + ([began] if began and began != done else [])
    running = list(dict.fromkeys(word for word in seen if is_harmless(word)))
    notes: tuple[str, ...] = ()
    if not running:
        running = [_in_the_style_of(done, word) for word in _RUNNING]
        notes = ("the load was over at once: the words for a running job are guesses",)
    failed = [_in_the_style_of(done, word) for word in _FAILED]
    return {"status": pointer, "running": running, "done": [done], "failed": failed}, notes


def _in_the_style_of(word: str, other: str) -> str:
    return other if word.isupper() else other.lower() if word.islower() else other.capitalize()


def _is_failed_job(one: Exchange, listing: Exchange, job: Mapping[str, Any], words: Mapping[str, Any]) -> bool:
    if not words or one.method != "GET" or rooms_of(one.answer) is not None:
        return False
    here, there = one.url.path.split("/"), listing.url.path.split("/")
    differing = sum(a != b for a, b in zip(here, there, strict=False))
    same_kind = len(here) == len(there) and differing <= (JOB in job["path"])
    word = outside_lists(one.answer).get(words["status"])
    return same_kind and word in words["failed"]


def _pause(polls: Sequence[Exchange], listing: Exchange) -> float:
    """The page's own rhythm in seconds, within what a profile allows; 2 when it cannot be seen."""
    moments = [one.began for one in (*polls, listing) if one.began]
    gaps = [(later - sooner).total_seconds() for sooner, later in itertools.pairwise(moments)]
    return round(min(max(statistics.median(gaps), 0.5), 60.0), 1) if gaps else 2.0
