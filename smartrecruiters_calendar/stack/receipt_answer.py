"""What a stack's receipt says: which key SmartRecruiters holds, since when, and who saw it work.

Only the stack's tags are read: no state, no secret, no service. Whether the key is still the stack's current one is
therefore unknown here; post-deploy checks it.
"""

from typing import Final

from smartrecruiters_calendar.outcome import EXIT_CODES, ExitCode, Outcome, Reason, Stopped
from smartrecruiters_calendar.stack.receipt_log import Checked, Details, Ended, Event, NotSaved, ReceiptLog, Removing
from smartrecruiters_calendar.stack.receipts import Basis, Delivery, InDoubt, Proof, Receipt, RoomsSeen

_WHEN: Final = "%Y-%m-%d %H:%M UTC"


class ReceiptAnswer(Outcome):
    stack: str
    exit_code: ExitCode
    reason: Reason | None = None
    """Why no key is known to work; None: one is."""
    sentence: str
    receipt: Receipt | None = None
    history: tuple[Event, ...] = ()
    """Every event, in order."""


def unreadable(stack: str, stopped: Stopped) -> ReceiptAnswer:
    return ReceiptAnswer.of_stop(stopped, stack=stack)


def answer(stack: str, log: ReceiptLog) -> ReceiptAnswer:
    receipt = log.receipt
    reason, sentence = _judged(stack, receipt)
    return ReceiptAnswer(
        stack=stack,
        exit_code=EXIT_CODES[reason] if reason else ExitCode.OK,
        reason=reason,
        sentence=sentence,
        receipt=receipt,
        history=log.events,
    )


def why_unknown(receipt: Receipt | None) -> Reason | None:
    """Why nobody knows which key SmartRecruiters holds; None: it is known."""
    if receipt and receipt.in_doubt:
        return Reason.DELIVERY_IN_DOUBT
    return None if receipt and receipt.held else Reason.RECEIPT_MISSING


def _judged(stack: str, receipt: Receipt | None) -> tuple[Reason | None, str]:
    deliver = f"run `smartrecruiters-calendar post-deploy --stack {stack}`"
    if receipt and receipt.in_doubt:
        doubt = receipt.in_doubt
        return why_unknown(receipt), (
            f"Unknown: a delivery of the key {doubt.key_id} was started on {doubt.since:{_WHEN}} and its outcome was "
            f"never recorded: {deliver}, which delivers the current key, and retire none before."
        )
    if receipt is None or receipt.held is None:
        return why_unknown(receipt), (
            f"Unknown: the stack has no receipt of a delivery: {deliver}, which delivers the current key, and retire "
            "none before."
        )
    held, seen = receipt.held, receipt.seen
    holds = f"SmartRecruiters has held the key {held.key_id} since {held.at:{_WHEN}}, {_accepted(held)}"
    if seen and seen.key_id == held.key_id and seen.works:
        return None, f"{holds}; {_worked(seen)}."
    return Reason.NOT_SEEN_TO_WORK, (
        f"{holds}, but nobody has seen every expected room load with it yet: {deliver}, and retire no other key before."
    )


def described(event: Event) -> str:
    return _described(event.details)


def _described(details: Details | None) -> str:
    match details:
        case InDoubt() as begun:
            return f"{begun.since:{_WHEN}}"
        case Delivery() as held:
            return f"{held.at:{_WHEN}}, {_accepted(held)}, as {held.tenant_id} at {held.page}"
        case Proof() as proof:
            return f"{proof.at:{_WHEN}}, a token with {', '.join(proof.permissions)}"
        case RoomsSeen() as seen:
            missing = f", {seen.missing} expected ones missing" if seen.missing else ""
            return f"{_worked(seen)}{missing}"
        case Checked() as checked:
            return "; ".join(_described(part) for part in (checked.proven, checked.seen) if part)
        case None:
            return "cannot be read, so nothing recorded before it counts"
        case NotSaved() as not_saved:
            return f"{not_saved.at:{_WHEN}}, SmartRecruiters still holds what it held before"
        case Removing() as removing:
            return f"{removing.since:{_WHEN}}, about to be released or revoked"
        case Ended() as ended:
            return f"{ended.at:{_WHEN}}, the run is over"


def _accepted(held: Delivery) -> str:
    how = f"delivered by {held.channel}"
    return f"{how}, as {held.by or 'a person'} states" if held.basis is Basis.STATED else how


def _worked(seen: RoomsSeen) -> str:
    word = "states to have seen" if seen.basis is Basis.STATED else "saw"
    return f"on {seen.at:{_WHEN}} {seen.by} {word} {seen.listed} rooms and resources load"
