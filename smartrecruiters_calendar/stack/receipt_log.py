"""The receipt as an append-only log of stack tags: one per event, never rewritten, and one for the last check.

The receipt is derived by replaying the events. A tag is written completely or not at all, so a process killed between
two leaves a log that says less, never one that names the wrong key. An event that cannot be read, or a gap in the
numbering, makes everything before it *unknown*; an event written only in part counts for nothing.

Pulumi Cloud accepts names of 40 characters and values of 256 bytes (`ValidateStackTags` of the CLI's package
`util/validation`), self-managed backends longer ones: a longer event continues in more tags, written before its first.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal, TypeAlias

from pydantic import AwareDatetime, ValidationError

from smartrecruiters_calendar.outcome import JsonModel, Reason
from smartrecruiters_calendar.stack.receipts import ClaimName, Delivery, InDoubt, Proof, Receipt, RoomsSeen

LONGEST_NAME: Final = 40
LONGEST_VALUE: Final = 256

_PREFIX: Final = "calendar-integration:"
LAST_CHECK: Final = f"{_PREFIX}receipt"
"""Tag with the outcome of the last run; the only one that is rewritten."""

_EVENT: Final = re.compile(rf"{_PREFIX}([0-9]{{4,18}})-([a-z-]+)(\.\d+)?")


class NotSaved(JsonModel):
    """A *Save* that was started and did not take place: SmartRecruiters still holds what it held before."""

    key_id: str
    at: AwareDatetime


class EventKind(StrEnum):
    """A kind is never given a second meaning."""

    BEGUN = "begun"
    """A *Save* is about to be sent. In doubt until one of the next two kinds follows."""
    NOT_SAVED = "not-saved"
    DELIVERED = "delivered"
    PROVEN = "proven"
    ROOMS_SEEN = "rooms-seen"


Details: TypeAlias = InDoubt | NotSaved | Delivery | Proof | RoomsSeen

_DETAILS: Final[Mapping[EventKind, type[Details]]] = {
    EventKind.BEGUN: InDoubt,
    EventKind.NOT_SAVED: NotSaved,
    EventKind.DELIVERED: Delivery,
    EventKind.PROVEN: Proof,
    EventKind.ROOMS_SEEN: RoomsSeen,
}
_KINDS: Final = {details: kind for kind, details in _DETAILS.items()}
_ORDER: Final = list(EventKind)


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


class _Replay:
    def __init__(self) -> None:
        self.forget()
        self.proven: Proof | None = None
        self.seen: RoomsSeen | None = None

    def forget(self) -> None:
        self.held: Delivery | None = None
        self.in_doubt: InDoubt | None = None

    def follow(self, event: Event) -> None:
        match event.details:
            case InDoubt() as begun:
                self.in_doubt = begun
            case Delivery() as delivery:
                self.held, self.in_doubt = delivery, None
            case NotSaved():
                self.in_doubt = None
            case Proof() as proof:
                self.proven = proof
            case RoomsSeen() as seen:
                self.seen = seen
            case None:
                self.forget()


class ReceiptLog:
    def __init__(self, tags: Mapping[str, str]) -> None:
        """Read the log; unreadable parts are not errors but make the receipt *unknown*."""
        self.events: tuple[Event, ...] = tuple(_events(tags))
        self._check = _last_check(tags.get(LAST_CHECK))
        begun = set(_numbers(tags))
        self._last = max([self._check.events if self._check else 0, *begun])
        self._replay = _Replay()
        follows = 1
        for number in sorted(begun):
            if number > follows:
                self._replay.forget()
            follows = number + 1
            for event in self.events:
                if event.number == number:
                    self._replay.follow(event)
        if follows <= self._last:
            self._replay.forget()

    @property
    def receipt(self) -> Receipt | None:
        """The latest receipt; None: never delivered and never checked, or nothing readable."""
        replayed, check = self._replay, self._check
        checked = check.events if check else 0
        if later := [
            _moment(event.details)
            for event in self.events
            if event.number > checked and isinstance(event.details, InDoubt | NotSaved | Delivery)
        ]:
            check = _LastCheck(checked_at=max(later))  # an earlier run says nothing about this delivery
        if check is None:
            return None
        return Receipt(
            held=None if replayed.in_doubt else replayed.held,
            in_doubt=replayed.in_doubt,
            proven=replayed.proven,
            seen=replayed.seen,
            claims=check.claims,
            reason=check.reason,
            checked_at=check.checked_at,
        )

    def tags_for(self, receipt: Receipt) -> Iterator[tuple[str, str]]:
        """The tags to write, in this order, so that the log gives this receipt."""
        number = self._last
        for details in self._news(receipt):
            number += 1
            yield from _pieces(f"{_PREFIX}{number:04}-{_KINDS[type(details)]}", _text(details))
        check = _LastCheck(claims=receipt.claims, reason=receipt.reason, checked_at=receipt.checked_at, events=number)
        if (check.claims or check.reason) and not check.same_as(self._check):
            yield LAST_CHECK, _text(check)

    def _news(self, receipt: Receipt) -> Iterator[Details]:
        known = self._replay
        if receipt.in_doubt and receipt.in_doubt != known.in_doubt:
            yield receipt.in_doubt
        if receipt.held and receipt.held != known.held:
            yield receipt.held
        elif known.in_doubt and not receipt.in_doubt:
            yield NotSaved(key_id=known.in_doubt.key_id, at=receipt.checked_at)
        if receipt.proven and receipt.proven != known.proven:
            yield receipt.proven
        if receipt.seen and receipt.seen != known.seen:
            yield receipt.seen


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
