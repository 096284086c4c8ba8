"""The receipt as an append-only log of stack tags: one per event, never rewritten, and one for the last check.

Each tag is a start of the CLI: a run notes what it saw and reached as one event, and repeats neither within the hour.

The receipt is derived by replaying the events. A tag is written completely or not at all, so a process killed between
two leaves a log that says less, never one that names the wrong key. An event that cannot be read, or a gap in the
numbering, makes everything before it *unknown*; an event written only in part counts for nothing. Two deliveries that
overlap in the log leave what SmartRecruiters holds *in doubt*, whichever of them was recorded last.

Pulumi Cloud accepts names of 40 characters and values of 256 bytes (`ValidateStackTags` of the CLI's package
`util/validation`): a longer event continues there in more tags, written before its first. Self-managed backends accept
any length, so there an event is one tag.
"""

import contextlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final, Literal, Self, TypeAlias, TypeVar

from pydantic import AwareDatetime, ValidationError

from smartrecruiters_calendar.outcome import JsonModel, Reason
from smartrecruiters_calendar.stack.receipts import (
    DEFAULT_CLAIMS,
    Basis,
    ClaimName,
    Delivery,
    InDoubt,
    Proof,
    Receipt,
    RoomsSeen,
)

LONGEST_NAME: Final = 40
LONGEST_VALUE: Final = 256

_PREFIX: Final = "calendar-integration:"
LAST_CHECK: Final = f"{_PREFIX}receipt"
"""Tag with the outcome of the last run that saw nothing new; the only one that is rewritten."""
_SAME_CHECK: Final = timedelta(hours=1)
"""Within it a run with the same outcome leaves the time of the last check as it is."""

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


class Checked(JsonModel):
    """What a run saw of a key for the first time, and what it reached."""

    key_id: str
    at: AwareDatetime
    permissions: tuple[str, ...] | None = None
    """Those that Entra and Graph responded to; None: as proven before."""
    listed: int | None = None
    """Rooms that SmartRecruiters listed; None: as seen before."""
    missing: int = 0
    by: str = ""
    basis: Basis = Basis.MEASURED
    claims: tuple[ClaimName, ...] = DEFAULT_CLAIMS
    reason: Reason | None = None

    @classmethod
    def of(cls, receipt: Receipt, proven: Proof | None, seen: RoomsSeen | None) -> Self | None:
        """What is new of a receipt; None: nothing is."""
        new = seen or proven
        if new is None:
            return None
        rooms = {} if seen is None else {name: getattr(seen, name) for name in ("listed", "missing", "by", "basis")}
        return cls(
            key_id=new.key_id,
            at=receipt.checked_at,
            permissions=proven.permissions if proven else None,
            claims=receipt.claims,
            reason=receipt.reason,
            **rooms,
        )

    @property
    def proven(self) -> Proof | None:
        return Proof(key_id=self.key_id, permissions=self.permissions, at=self.at) if self.permissions else None

    @property
    def seen(self) -> RoomsSeen | None:
        if self.listed is None:
            return None
        return RoomsSeen(
            key_id=self.key_id, at=self.at, listed=self.listed, missing=self.missing, by=self.by, basis=self.basis
        )


class EventKind(StrEnum):
    """A kind is never given a second meaning."""

    BEGUN = "begun"
    """A *Save* is about to be sent. In doubt until one of the next two kinds follows."""
    NOT_SAVED = "not-saved"
    DELIVERED = "delivered"
    PROVEN = "proven"
    """Of versions before the kind `checked`, as is the next one."""
    ROOMS_SEEN = "rooms-seen"
    CHECKED = "checked"
    REMOVING = "removing"
    """Nothing is delivered until the same run's `ended` follows."""
    ENDED = "ended"


Details: TypeAlias = InDoubt | NotSaved | Delivery | Proof | RoomsSeen | Checked | Removing | Ended

_DETAILS: Final[Mapping[EventKind, type[Details]]] = {
    EventKind.BEGUN: InDoubt,
    EventKind.NOT_SAVED: NotSaved,
    EventKind.DELIVERED: Delivery,
    EventKind.PROVEN: Proof,
    EventKind.ROOMS_SEEN: RoomsSeen,
    EventKind.CHECKED: Checked,
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
        if other is None or (self.claims, self.reason) != (other.claims, other.reason):
            return False
        return abs(self.checked_at - other.checked_at) < _SAME_CHECK


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
        self._check = _last_check(tags.get(LAST_CHECK), self.events)
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
            seen=self._seen_with(held.key_id) if held else self._last_of(RoomsSeen),
            claims=check.claims,
            reason=check.reason,
            checked_at=check.checked_at,
        )

    def _held(self) -> tuple[Delivery | None, InDoubt | None]:
        """What the last *Save* left with SmartRecruiters: known only if no other could come after it."""
        last = max((one for one in self._saves if one.delivery), key=lambda one: one.begun, default=None)
        others = [one for one in self._saves if one is not last and not (last and one.is_settled_before(last))]
        if others:
            latest = max([*others, *([last] if last else [])], key=lambda one: one.begun).details
            return None, latest if isinstance(latest, InDoubt) else None
        known = last is not None and last.begun > self._unknown_until
        return (last.delivery if last and known else None), None

    def _last_of(self, kind: type[_Seen]) -> _Seen | None:
        return next(self._all_of(kind), None)

    def _seen_with(self, key_id: str) -> RoomsSeen | None:
        """What was seen with the key that is held; a slow run may have noted later what it saw with another one."""
        return next((seen for seen in self._all_of(RoomsSeen) if seen.key_id == key_id), None)

    def _all_of(self, kind: type[_Seen]) -> Iterator[_Seen]:
        """Newest first."""
        for event in reversed(self.events):
            known = event.details
            for one in (known.proven, known.seen) if isinstance(known, Checked) else (known,):
                if isinstance(one, kind):
                    yield one

    def holds(self, details: "Details") -> bool:
        return any(event.details == details for event in self.events)

    def overlaps(self, run: str | None) -> bool:
        """Whether a *Save* of another run had not ended when this one began."""
        own = next(turn for turn in self._turns if turn.run == run)
        return any(turn is not own and not turn.is_settled_before(own) for turn in self._saves)

    @property
    def _saves(self) -> list[Turn]:
        """Those that took place, or may have."""
        return [one for one in self._turns if isinstance(one.details, InDoubt) and not one.saved_nothing]

    def tags_of(self, details: "Details", longest: int | None = LONGEST_VALUE) -> Iterator[tuple[str, str]]:
        """The tags to write, in this order, so that the log ends with this event.

        Args:
            longest: value that the backend accepts; None: any.
        """
        yield from self._tags_of(details, self._last + 1, longest)

    def tags_for(self, receipt: Receipt, longest: int | None = LONGEST_VALUE) -> Iterator[tuple[str, str]]:
        """The tags to write, in this order, so that the log has what the receipt says was seen and reached.

        Args:
            longest: as of `tags_of`.
        """
        proven = receipt.proven if receipt.proven != self._last_of(Proof) else None
        seen = receipt.seen if receipt.seen != self._last_of(RoomsSeen) else None
        if checked := Checked.of(receipt, proven, seen):
            yield from self._tags_of(checked, self._last + 1, longest)
            return
        check = _LastCheck(
            claims=receipt.claims, reason=receipt.reason, checked_at=receipt.checked_at, events=self._last
        )
        if (check.claims or check.reason) and not check.same_as(self._check):
            yield LAST_CHECK, _text(check)

    @staticmethod
    def _tags_of(details: "Details", number: int, longest: int | None) -> Iterator[tuple[str, str]]:
        name, text = f"{_PREFIX}{number:04}-{_KINDS[type(details)]}", _text(details)
        longest = longest or len(text)
        if run := getattr(details, "run", None):
            # Two runs may choose the same number, and neither may write over what the other wrote.
            room = LONGEST_NAME - (len(".2") if len(text) > longest else 0)
            name = f"{name}-{run.rpartition('-')[2]}"[:room]
        yield from _pieces(name, text, longest)


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


def _last_check(text: str | None, events: Iterable[Event]) -> _LastCheck | None:
    """The tag of that name, or the event that came after it."""
    last = None
    with contextlib.suppress(ValidationError):
        last = _LastCheck.model_validate_json(text or "")
    for event in events:
        known = event.details
        if isinstance(known, Checked) and (last is None or event.number > last.events):
            last = _LastCheck(claims=known.claims, reason=known.reason, checked_at=known.at, events=event.number - 1)
    return last


def _moment(details: InDoubt | NotSaved | Delivery) -> datetime:
    return details.since if isinstance(details, InDoubt) else details.at


def _text(document: JsonModel) -> str:
    """Plain ASCII, so that a character is a byte wherever the backend counts."""
    return json.dumps(document.model_dump(mode="json", exclude_defaults=True), separators=(",", ":"))


def _pieces(name: str, text: str, longest: int) -> Iterator[tuple[str, str]]:
    """A text as one tag, or as several, the first of which comes last."""
    cut = [text[start : start + longest] for start in range(0, len(text), longest)]
    for further in range(len(cut), 1, -1):
        yield f"{name}.{further}", cut[further - 1]
    yield name, cut[0]


def _whole(tags: Mapping[str, str], name: str) -> str:
    text, further = tags[name], 2
    while piece := tags.get(f"{name}.{further}"):
        text, further = text + piece, further + 1
    return text
