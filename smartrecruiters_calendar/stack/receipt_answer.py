"""What a stack's receipt answers: which key SmartRecruiters holds, since when, and who saw it work.

Only the stack's tags are read: no state, no secret, no service. Whether the key is still the stack's current one is
therefore not told here; post-deploy tells it.
"""

from typing import Final

from smartrecruiters_calendar.outcome import EXIT_CODES, ExitCode, JsonModel, Reason, Stopped
from smartrecruiters_calendar.stack.receipt_log import Event, ReceiptLog
from smartrecruiters_calendar.stack.receipts import Basis, Delivery, InDoubt, Proof, Receipt, RoomsSeen

_WHEN: Final = "%Y-%m-%d %H:%M UTC"


class ReceiptAnswer(JsonModel):
    """The document that `--json` prints."""

    stack: str
    exit_code: ExitCode
    reason: Reason | None = None
    """Why the answer is not: this key, seen to work."""
    sentence: str
    receipt: Receipt | None = None
    history: tuple[Event, ...] = ()
    """Every event, in order."""


def unreadable(stack: str, stopped: Stopped) -> ReceiptAnswer:
    """The answer when the stack's tags could not be read."""
    return ReceiptAnswer(stack=stack, exit_code=stopped.exit_code, reason=stopped.reason, sentence=stopped.sentence)


def answer(stack: str, log: ReceiptLog) -> ReceiptAnswer:
    """What the log tells."""
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


def _judged(stack: str, receipt: Receipt | None) -> tuple[Reason | None, str]:
    deliver = f"run `smartrecruiters-calendar post-deploy --stack {stack}`, which delivers the current key, and retire none before"
    if receipt and receipt.in_doubt:
        doubt = receipt.in_doubt
        return Reason.DELIVERY_IN_DOUBT, (
            f"Unknown: the delivery of the key {doubt.key_id} was begun on {doubt.since:{_WHEN}} and its outcome never "
            f"came: {deliver}."
        )
    if receipt is None or receipt.held is None:
        return Reason.RECEIPT_MISSING, f"Unknown: the stack has no receipt of a delivery: {deliver}."
    held, seen = receipt.held, receipt.seen
    told = f"SmartRecruiters holds the key {held.key_id} since {held.at:{_WHEN}}, {_accepted(held)}"
    if seen and seen.key_id == held.key_id and seen.works:
        return None, f"{told}; {_worked(seen)}."
    return Reason.NOT_SEEN_TO_WORK, (
        f"{told}, and nobody saw every expected room load with it yet: run `smartrecruiters-calendar post-deploy --stack "
        f"{stack}`, and retire no other key before."
    )


def described(event: Event) -> str:
    """An event in a few words, with its time."""
    match event.details:
        case InDoubt() as begun:
            return f"{begun.since:{_WHEN}}"
        case Delivery() as held:
            return f"{held.at:{_WHEN}}, {_accepted(held)}, as {held.tenant_id} at {held.page}"
        case Proof() as proof:
            return f"{proof.at:{_WHEN}}, a token with {', '.join(proof.permissions)}"
        case RoomsSeen() as seen:
            missing = f", {seen.missing} expected ones missing" if seen.missing else ""
            return f"{_worked(seen)}{missing}"
        case None:
            return "cannot be read, so what was known before it counts no more"
        case not_saved:
            return f"{not_saved.at:{_WHEN}}, SmartRecruiters holds what it held before"


def _accepted(held: Delivery) -> str:
    how = f"delivered by {held.channel}"
    return f"{how}, as {held.by or 'a person'} states" if held.basis is Basis.STATED else how


def _worked(seen: RoomsSeen) -> str:
    word = "states to have seen" if seen.basis is Basis.STATED else "saw"
    return f"on {seen.at:{_WHEN}} {seen.by} {word} {seen.listed} rooms and resources load"
