"""Which key does SmartRecruiters hold, since when, who saw it work."""

from typing import Any

import pytest

from smartrecruiters_calendar.outcome import ExitCode, Reason, Stopped
from smartrecruiters_calendar.stack.receipt_answer import answer, described, unreadable
from smartrecruiters_calendar.stack.receipt_log import ReceiptLog
from smartrecruiters_calendar.stack.receipts import Basis, Receipt
from tests.smartrecruiters_calendar.receipt_values import AT, DOUBT, FULL, KEYS, delivery, written

EMPTY = Receipt(reason=Reason.SECRET_REFUSED, checked_at=AT)


def full(**changes: Any) -> Receipt:
    return FULL.model_copy(update=changes)


def seen(**changes: Any) -> Receipt:
    assert FULL.seen
    return full(seen=FULL.seen.model_copy(update=changes))


def test_a_key_that_was_seen_to_work_is_named_with_its_day_and_its_witness() -> None:
    told = answer("dev", ReceiptLog(written(seen(by="page-requests", basis=Basis.MEASURED))))
    assert (told.exit_code, told.reason) == (ExitCode.OK, None)
    assert told.sentence == (
        f"SmartRecruiters has held the key {KEYS[0]} since 2026-12-01 08:00 UTC, delivered by page-requests; "
        "on 2026-12-01 08:00 UTC page-requests saw 4 rooms and resources load."
    )


def test_what_a_person_states_is_told_as_a_statement() -> None:
    held = delivery().model_copy(update={"basis": Basis.STATED, "by": "Ada"})
    sentence = answer("dev", ReceiptLog(written(full(held=held)))).sentence
    assert "as Ada states" in sentence
    assert "recruiting@contoso.example states to have seen" in sentence


@pytest.mark.parametrize(
    ("receipt", "reason", "exit_code"),
    [
        (None, Reason.RECEIPT_MISSING, ExitCode.UNKNOWN),
        (EMPTY, Reason.RECEIPT_MISSING, ExitCode.UNKNOWN),
        (DOUBT, Reason.DELIVERY_IN_DOUBT, ExitCode.UNKNOWN),
        (full(seen=None), Reason.NOT_SEEN_TO_WORK, ExitCode.CHECK_FAILED),
        (seen(key_id=KEYS[1]), Reason.NOT_SEEN_TO_WORK, ExitCode.CHECK_FAILED),
        (seen(missing=1), Reason.NOT_SEEN_TO_WORK, ExitCode.CHECK_FAILED),
        (seen(listed=0), Reason.NOT_SEEN_TO_WORK, ExitCode.CHECK_FAILED),
    ],
    ids=["no receipt", "nothing delivered", "in doubt", "nobody", "another key", "a room missing", "no rooms"],
)
def test_what_is_not_known_to_work_is_no_success_and_tells_to_retire_nothing(
    receipt: Receipt | None, reason: Reason, exit_code: ExitCode
) -> None:
    told = answer("dev", ReceiptLog(written(receipt) if receipt else {}))
    assert (told.reason, told.exit_code) == (reason, exit_code)
    assert "smartrecruiters-calendar post-deploy --stack dev" in told.sentence
    assert "retire no" in told.sentence


def test_every_event_is_told_in_words() -> None:
    tags = written(DOUBT, EMPTY, FULL) | {"calendar-integration:0009-delivered": "?"}
    events = answer("dev", ReceiptLog(tags)).history
    told = [described(event) for event in events]
    assert len(told) == 5
    assert all(told)
    assert told[-1].startswith("cannot be read")


def test_a_stack_that_cannot_be_read_has_its_own_reason() -> None:
    told = unreadable("dev", Stopped(Reason.STACK_UNKNOWN, "There is no such stack: name another."))
    assert (told.exit_code, told.receipt) == (ExitCode.USAGE, None)
