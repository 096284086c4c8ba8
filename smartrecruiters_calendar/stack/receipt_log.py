"""The receipt as an append-only log of stack tags: one per event, never rewritten, and one for the last check.

The receipt is derived by replaying the events. A tag is written completely or not at all, so a process killed between
two leaves a log that says less, never one that names the wrong key. An event that cannot be read, or a gap in the
numbering, makes everything before it *unknown*; an event written only in part counts for nothing. Two deliveries that
overlap in the log leave what SmartRecruiters holds *in doubt*, whichever of them was recorded last.

Pulumi Cloud accepts names of 40 characters and values of 256 bytes (`ValidateStackTags` of the CLI's package
`util/validation`), self-managed backends longer ones: a longer event continues in more tags, written before its first.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import Final, Literal, TypeAlias, TypeVar

from pydantic import AwareDatetime, ValidationError

from smartrecruiters_calendar.outcome import JsonModel, Reason
from smartrecruiters_calendar.stack.receipts import ClaimName, Delivery, InDoubt, Proof, Receipt, RoomsSeen

LONGEST_NAME: Final = 40
LONGEST_VALUE: Final = 256

_PREFIX: Final = "calendar-integration:"
LAST_CHECK: Final = f"{_PREFIX}receipt"
"""Tag with the outcome of the last run; the only one that is rewritten."""

_EVENT: Final = re.compile(rf"{_PREFIX}([0-9]{{4,18}})-([a-z-]+?)(?:-[0-9a-f]+)?(\.\d+)?")


class NotSaved(JsonModel):
    """A *Save* that was started and did not take place: SmartRecruiters still holds what it held before."""

    key_id: str
    at: AwareDatetime
    run: str | None = None


class Removing(JsonModel):
    """A key is about to be released or revoked, on the grounds of what SmartRecruiters holds at this moment."""

    key_id: str
    since: AwareDatetime
    run: str


class Ended(JsonModel):
    """A run is over and does nothing more, whether or not what it had begun took place."""

    key_id: str
    at: AwareDatetime
    run: str


class EventKind(StrEnum):
    """A kind is never given a second meaning."""

    BEGUN = "begun"
    """A *Save* is about to be sent. In doubt until one of the next two kinds follows."""
    NOT_SAVED = "not-saved"
    DELIVERED = "delivered"
    PROVEN = "proven"
    ROOMS_SEEN = "rooms-seen"
    REMOVING = "removing"
    """Nothing is delivered until the same run's `ended` follows."""
    ENDED = "ended"


Details: TypeAlias = InDoubt | NotSaved | Delivery | Proof | RoomsSeen | Removing | Ended

_DETAILS: Final[Mapping[EventKind, type[Details]]] = {
    EventKind.BEGUN: InDoubt,
    EventKind.NOT_SAVED: NotSaved,
    EventKind.DELIVERED: Delivery,
    EventKind.PROVEN: Proof,
    EventKind.ROOMS_SEEN: RoomsSeen,
    EventKind.REMOVING: Removing,
    EventKind.ENDED: Ended,
}
_KINDS: Final = {details: kind for kind, details in _DETAILS.items()}
_ORDER: Final = list(EventKind)
_Seen = TypeVar("_Seen", Proof, RoomsSeen)


class Event(JsonModel):
    number: int
    happening: EventKind | None
    """None: of a kind that this version does not know."""
    details: Details | None
    """None: it cannot be read."""


class _LastCheck(JsonModel):
    version: Literal[1] = 1
    claims: tuple[ClaimName, ...] = ()
    reason: Reason | None = None
    checked_at: AwareDatetime
    events: int = 0
    """Number of the last event then: a log that ends earlier is incomplete."""

    def same_as(self, other: "_LastCheck | None") -> bool:
        return other is not None and self.model_copy(update={"events": other.events}) == other


@dataclass
class Turn:
    """What one run began, and how it ended. Nothing else may be under way meanwhile."""

    run: str
    details: InDoubt | Removing
    begun: int
    """Number of its first event; 0: unknown, so it may have begun before everything else."""
    ended: int | None = None
    """None: it is still under way, or was killed."""
    delivery: Delivery | None = None
    saved_nothing: bool = False

    def is_settled_before(self, other: "Turn") -> bool:
        return self.ended is not None and self.ended < other.begun


class ReceiptLog:
    def __init__(self, tags: Mapping[str, str]) -> None:
        """Read the log; unreadable parts are not errors but make the receipt *unknown*."""
        self.events: tuple[Event, ...] = tuple(_events(tags))
        self._check = _last_check(tags.get(LAST_CHECK))
        begun = sorted(set(_numbers(tags)))
        self._last = max([self._check.events if self._check else 0, *begun])
        missing = {number - 1 for previous, number in pairwise([0, *begun]) if number > previous + 1}
        unreadable = {event.number for event in self.events if event.details is None}
        lost_at_the_end = {self._last} if self._last not in {0, *begun} else set()
        self._unknown_until = max([0, *missing, *unreadable, *lost_at_the_end])
        """What was recorded up to this number does not count."""
        self._turns = _turns(self.events)

    @property
    def under_way(self) -> list[Turn]:
        """What was begun and has not ended."""
        return [turn for turn in self._turns if turn.ended is None]

    @property
    def receipt(self) -> Receipt | None:
        """The latest receipt; None: never delivered and never checked, or nothing readable."""
        check = self._check
        checked = check.events if check else 0
        if later := [
            _moment(event.details)
            for event in self.events
            if event.number > checked and isinstance(event.details, InDoubt | NotSaved | Delivery)
        ]:
            check = _LastCheck(checked_at=max(later))  # an earlier run says nothing about this delivery
        if check is None:
            return None
        held, in_doubt = self._held()
        return Receipt(
            held=held,
            in_doubt=in_doubt,
            proven=self._last_of(Proof),
            seen=self._last_of(RoomsSeen),
            claims=check.claims,
            reason=check.reason,
            checked_at=check.checked_at,
        )

    def _held(self) -> tuple[Delivery | None, InDoubt | None]:
        """What the last *Save* left with SmartRecruiters: known only if no other could come after it."""
        saves = [one for one in self._turns if isinstance(one.details, InDoubt) and not one.saved_nothing]
        last = max((one for one in saves if one.delivery), key=lambda one: one.begun, default=None)
        others = [one for one in saves if one is not last and not (last and one.is_settled_before(last))]
        if others:
            latest = max([*others, *([last] if last else [])], key=lambda one: one.begun).details
            return None, latest if isinstance(latest, InDoubt) else None
        known = last is not None and last.begun > self._unknown_until
        return (last.delivery if last and known else None), None

    def _last_of(self, kind: type[_Seen]) -> _Seen | None:
        return next((event.details for event in reversed(self.events) if isinstance(event.details, kind)), None)

    def holds(self, details: "Details") -> bool:
        return any(event.details == details for event in self.events)

    def tags_of(self, details: "Details") -> Iterator[tuple[str, str]]:
        """The tags to write, in this order, so that the log ends with this event."""
        yield from self._tags_of(details, self._last + 1)

    def tags_for(self, receipt: Receipt) -> Iterator[tuple[str, str]]:
        """The tags to write, in this order, so that the log has what the receipt says was seen, and its last check."""
        number = self._last
        seen = ((receipt.proven, self._last_of(Proof)), (receipt.seen, self._last_of(RoomsSeen)))
        for now, before in seen:
            if now and now != before:
                number += 1
                yield from self._tags_of(now, number)
        check = _LastCheck(claims=receipt.claims, reason=receipt.reason, checked_at=receipt.checked_at, events=number)
        if (check.claims or check.reason) and not check.same_as(self._check):
            yield LAST_CHECK, _text(check)

    @staticmethod
    def _tags_of(details: "Details", number: int) -> Iterator[tuple[str, str]]:
        name = f"{_PREFIX}{number:04}-{_KINDS[type(details)]}"
        if isinstance(details, InDoubt | Removing) and details.run:
            # Two runs may choose the same number, and neither may write over what the other began.
            name = f"{name}-{details.run.rpartition('-')[2]}"[:LONGEST_NAME]
        yield from _pieces(name, _text(details))


def _turns(events: Iterable[Event]) -> list[Turn]:
    turns: dict[str, Turn] = {}
    for event in events:
        match event.details:
            case InDoubt(run=None) as begun:
                for earlier in turns.values():  # such a version began again only where the run before was over
                    if earlier.details.run is None and earlier.ended is None:
                        earlier.ended = event.number - 1
                name = f"{event.number}"
                turns[name] = Turn(name, begun, event.number)
            case (InDoubt() | Removing()) as begun:
                name = begun.run or ""
                turns[name] = Turn(name, begun, event.number)
            case (Delivery() | NotSaved() | Ended()) as ending:
                _end(turns, event.number, ending)
    return list(turns.values())


def _end(turns: dict[str, Turn], number: int, ending: Delivery | NotSaved | Ended) -> None:
    if ending.run:
        turn = turns.get(ending.run)
    else:
        turn = next((one for one in turns.values() if one.details.run is None and one.ended is None), None)
    if turn is None:
        if isinstance(ending, Delivery):  # its beginning was lost
            begun = InDoubt(key_id=ending.key_id, since=ending.at, run=ending.run)
            name = ending.run or f"{number}"
            turns[name] = Turn(name, begun, 0 if ending.run else number, number, ending)
        return
    turn.ended = number
    if isinstance(ending, Delivery):
        turn.delivery = ending
    elif isinstance(ending, NotSaved):
        turn.saved_nothing = True


def _numbers(tags: Mapping[str, str]) -> Iterable[int]:
    """Every number of which at least a part was written."""
    return (int(event[1]) for name in tags if (event := _EVENT.fullmatch(name)))


def _events(tags: Mapping[str, str]) -> Iterable[Event]:
    found = []
    for name in tags:
        event = _EVENT.fullmatch(name)
        if event and not event[3]:
            found.append(_event(int(event[1]), event[2], _whole(tags, name)))
    return sorted(found, key=lambda event: (event.number, _ORDER.index(event.happening) if event.happening else 0))


def _event(number: int, kind: str, text: str) -> Event:
    try:
        happening = EventKind(kind)
        return Event(number=number, happening=happening, details=_DETAILS[happening].model_validate_json(text))
    except ValidationError:
        return Event(number=number, happening=happening, details=None)
    except ValueError:
        return Event(number=number, happening=None, details=None)


def _last_check(text: str | None) -> _LastCheck | None:
    try:
        return _LastCheck.model_validate_json(text or "")
    except ValidationError:
        return None


def _moment(details: InDoubt | NotSaved | Delivery) -> datetime:
    return details.since if isinstance(details, InDoubt) else details.at


def _text(document: JsonModel) -> str:
    """Plain ASCII, so that a character is a byte wherever the backend counts."""
    return json.dumps(document.model_dump(mode="json", exclude_defaults=True), separators=(",", ":"))


def _pieces(name: str, text: str) -> Iterator[tuple[str, str]]:
    """A text as one tag, or as several, the first of which comes last."""
    cut = [text[start : start + LONGEST_VALUE] for start in range(0, len(text), LONGEST_VALUE)]
    for further in range(len(cut), 1, -1):
        yield f"{name}.{further}", cut[further - 1]
    yield name, cut[0]


def _whole(tags: Mapping[str, str], name: str) -> str:
    text, further = tags[name], 2
    while piece := tags.get(f"{name}.{further}"):
        text, further = text + piece, further + 1
    return text
