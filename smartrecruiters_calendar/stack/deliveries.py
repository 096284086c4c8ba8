"""One delivery at a time on one stack, wherever it is run: what each run writes to the receipt log, and looks at first.

No backend locks its tags, and the CLI writes all of them to set one. So a run announces what it is about to do, reads
the tags again, and goes on only where nothing else is under way. Of two runs that announce at the same time each sees
the other, or one of them sees it in time: at most one goes on. An announcement that turns out to be older than another
run's is withdrawn and made again. What a run wrote is read back before it ends, and written again where it was lost;
what overlapped counts as *in doubt* (`smartrecruiters_calendar.stack.receipt_log`).

Each look is a start of the CLI. A run therefore goes on from the tags that it read last, its own writing included, as
long as nobody can have taken it for killed since.

A run that was killed never says that it is over. On this machine its lock tells; on another one it is waited for, by
this machine's own clock alone, as long as a run may take to send what it announced.
"""

import contextlib
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Final, TypeVar

from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.stack.name import StackName
from smartrecruiters_calendar.stack.receipt_log import (
    LONGEST_VALUE,
    Details,
    Ended,
    NotSaved,
    ReceiptLog,
    Removing,
    Turn,
)
from smartrecruiters_calendar.stack.receipts import Delivery, InDoubt, Receipt

LONGEST: Final = 300.0
"""Seconds within which a run sends what it announced, and has an answer or gives up."""
_LOOK_AGAIN: Final = 5.0
_MOST_TURNS: Final = 3
"""Of others that this run waits for, one after the other."""
_PROMPTLY: Final = 60.0
"""Seconds within which a run that looked goes on, or looks again; far fewer than `LONGEST`."""
SETTLED: Final = 3.0
"""Seconds within which a CLI elsewhere that has read all tags has written them, without what is announced meanwhile.

Nothing shows whether one is at it, so there is no condition to wait for.
"""
_ATTEMPTS: Final = 3
"""Of writing how a run ended, where a run elsewhere wrote all tags at the same moment."""


_Turn = TypeVar("_Turn", InDoubt, Removing)


class Deliveries:
    """The receipt log of one stack, as one run reads and continues it."""

    def __init__(
        self,
        stack: StackName,
        read: Callable[[], Mapping[str, str]],
        write: Callable[[str, str], None],
        machine: str,
        *,
        alone_here: Callable[[], bool],
        settled: float = SETTLED,
        longest_value: int | None = LONGEST_VALUE,
        pause: Callable[[float], None] = time.sleep,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        """Nothing is read yet.

        Args:
            read: all tags of the stack.
            write: sets one of them.
            machine: `ThisMachine.name`.
            alone_here: whether no other run of this machine can be at work on the stack.
            settled: seconds between an announcement and the look whether it is still there, alone.
            longest_value: of a tag, as the backend accepts it; None: any.
        """
        self._stack = stack
        self._read = read
        self._write = write
        self._machine = machine
        self._alone_here = alone_here
        self._settled = settled
        self._longest_value = longest_value
        self._pause = pause
        self._elapsed = elapsed
        self._tags: dict[str, str] | None = None
        """As read last, and what was written since; None: not read, or a writing failed."""
        self._read_at = 0.0
        self._unseen: Delivery | None = None
        """Written, and not read back yet."""

    def log(self) -> ReceiptLog:
        """Read the tags; a delivery that this run wrote and that was lost meanwhile is written again."""
        self._tags, self._read_at = dict(self._read()), self._elapsed()
        unseen, self._unseen = self._unseen, None
        if unseen and not ReceiptLog(self._tags).holds(unseen):
            self._end(unseen)
        return ReceiptLog(self._tags)

    def recent(self) -> ReceiptLog:
        """The log as this run knows it, where it looked lately."""
        return ReceiptLog(self.recent_tags())

    def recent_tags(self) -> Mapping[str, str]:
        """All tags of the stack, known as lately."""
        if self._tags is None or self._elapsed() - self._read_at > _PROMPTLY:
            self.log()
        return dict(self._tags or {})

    def wrote(self, name: str, value: str) -> None:
        """Note a tag that was set past this log, as for `recent_tags`."""
        if self._tags is not None:
            self._tags[name] = value

    def receipt(self) -> Receipt | None:
        return self.log().receipt

    def wait(self, announce: Callable[[str], None], now: datetime, *, given_up: bool = False) -> Receipt | None:
        """Wait until nothing is under way, bounded, and note which runs are certainly over; the receipt then.

        Args:
            given_up: a person states that nobody else who was given the secret will save it.

        Raises:
            Stopped: a person elsewhere was given the secret and has not said what became of it.
        """
        return self._waited(announce, now, given_up=given_up).receipt

    def _waited(self, announce: Callable[[str], None], now: datetime, *, given_up: bool = False) -> ReceiptLog:
        log, waited = self.recent(), 0.0
        since: dict[str, float] = {}
        while under_way := [one for one in log.under_way if not self._is_over(one, given_up=given_up)]:
            self._stop_for_a_person(under_way)
            for one in under_way:
                since.setdefault(one.run, waited)
            if all(waited - since[one.run] >= LONGEST for one in under_way):
                break
            if waited >= _MOST_TURNS * LONGEST:
                raise self._under_way(under_way)
            announce("Waiting for a run elsewhere that is delivering too, or was killed")
            self._pause(_LOOK_AGAIN)
            waited += _LOOK_AGAIN
            log = self.log()
        for one in log.under_way:
            self._end(Ended(key_id=one.details.key_id, at=now, run=one.run))
        return self.recent() if log.under_way else log

    def begin(self, key_id: str, now: datetime, *, by_person: bool, check: Callable[[], None]) -> InDoubt:
        """Announce a *Save*, right before it is sent.

        Args:
            check: that the key is still the one to deliver, looked at once no other run can remove it any more.

        Raises:
            Stopped: another run is at work on the stack, or the tags cannot be written. Nothing may be sent then.
        """
        looked = self._elapsed()
        log, begun = self._announced(
            self.recent(), lambda run: InDoubt(key_id=key_id, since=now, run=run, by_person=by_person)
        )
        try:
            check()
            if self._elapsed() - looked > _PROMPTLY:
                raise self._under_way(log.under_way)
        except Stopped:
            with contextlib.suppress(Stopped):  # what stopped it is the one to report
                self._end(_withdrawn(begun))
            raise
        return begun

    @contextlib.contextmanager
    def removing(self, key_id: str, now: datetime, announce: Callable[[str], None]) -> Iterator[Receipt | None]:
        """Keep every delivery away while a key is released or revoked; gives the receipt that holds meanwhile.

        Raises:
            Stopped: as `begin`. Nothing may be removed then.
        """
        log, removing = self._announced(
            self._waited(announce, now), lambda run: Removing(key_id=key_id, since=now, run=run)
        )
        over = _withdrawn(removing)
        try:
            yield log.receipt
        except Exception:
            with contextlib.suppress(Stopped):  # what stopped it is the one to report
                self._end(over)
            raise
        self._end(over)

    def not_saved(self, begun: InDoubt, now: datetime) -> None:
        self._end(NotSaved(key_id=begun.key_id, at=now, run=begun.run))

    def delivered(self, delivery: Delivery) -> None:
        """Write that a *Save* took place; the next look sees that it is there."""
        log = self.recent()
        if not log.holds(delivery):
            self._append(log, delivery)
        self._unseen = delivery

    def keep(self, receipt: Receipt, *, look: bool = True) -> Receipt | None:
        """Write what was seen in this run, and what it reached; the receipt that the stack has then.

        Args:
            look: see that it is there; False where this run goes on to `removing`, which looks.

        Raises:
            Stopped: a tag could not be written; what was written before it stays.
        """
        log = self.recent()
        found = log.receipt
        if found and (found.held, found.in_doubt) != (receipt.held, receipt.in_doubt):
            log = self.log()
        else:
            written = dict(log.tags_for(receipt, self._longest_value))
            for name, value in written.items():
                self._set(name, value)
            log = self.log() if look and (written or self._unseen) else self.recent()
        return log.receipt

    def _announced(self, log: ReceiptLog, make: Callable[[str], _Turn]) -> tuple[ReceiptLog, _Turn]:
        for _ in range(_ATTEMPTS):
            if log.under_way:
                break
            details = make(self._new_run())
            self._append(log, details)
            if self._settled:
                self._pause(self._settled)
            log = self.log()
            alone = log.holds(details) and [one.run for one in log.under_way] == [details.run]
            if alone and not log.overlaps(details.run):
                return log, details
            self._end(_withdrawn(details))
            if not alone:
                break
            log = self.recent()  # what others wrote meanwhile has its place before a new announcement
        raise self._under_way(log.under_way)

    def _append(self, log: ReceiptLog, details: Details) -> None:
        for name, value in log.tags_of(details, self._longest_value):
            self._set(name, value)

    def _set(self, name: str, value: str) -> None:
        try:
            self._write(name, value)
        except BaseException:
            self._tags = None  # it may be there or not
            raise
        self.wrote(name, value)

    def _end(self, details: NotSaved | Ended | Delivery) -> None:
        """Write how a run ended, and see that it is there."""
        log = self.recent()
        for _ in range(_ATTEMPTS):
            if not log.holds(details):
                self._append(log, details)
            log = self.log()
            if log.holds(details):
                return
        raise Stopped(
            Reason.RECEIPT_NOT_KEPT,
            f"Other runs keep writing the tags of the stack {self._stack!r}: wait until they end, then run this again.",
        )

    def _new_run(self) -> str:
        return f"{self._machine}-{secrets.token_hex(4)}"

    def _is_over(self, turn: Turn, *, given_up: bool) -> bool:
        run = turn.details.run
        if run is None or (given_up and _by_person(turn)):
            return True
        return run.startswith(f"{self._machine}-") and self._alone_here()

    def _stop_for_a_person(self, under_way: list[Turn]) -> None:
        for one in under_way:
            if _by_person(one):
                raise Stopped(
                    Reason.STACK_LOCKED,
                    f"On another machine a person was given the secret {one.details.key_id} on "
                    f"{one.details.since:%Y-%m-%d %H:%M UTC} and has not said yet whether it is saved: wait for them. "
                    f"If they gave up, run `smartrecruiters-calendar post-deploy --again --stack {self._stack}`.",
                )

    def _under_way(self, turns: list[Turn]) -> Stopped:
        keys = ", ".join(dict.fromkeys(one.details.key_id for one in turns)) or "unknown"
        return Stopped(
            Reason.STACK_LOCKED,
            f"Another run is delivering or removing a secret of the stack {self._stack!r} at this moment (key {keys}), "
            "so nothing was changed: wait until it ends, then run this again.",
        )


def _withdrawn(announced: InDoubt | Removing) -> NotSaved | Ended:
    ended: type[NotSaved | Ended] = NotSaved if isinstance(announced, InDoubt) else Ended
    return ended(key_id=announced.key_id, at=announced.since, run=announced.run or "")


def _by_person(turn: Turn) -> bool:
    return isinstance(turn.details, InDoubt) and turn.details.by_person
