"""The record's tags come one after the other, and every backend takes them."""

from smartrecruiters_calendar.rotation.record import Entry, RecordedAction, next_tag
from smartrecruiters_calendar.stack.receipt_log import LONGEST_NAME, LONGEST_VALUE, ReceiptLog
from tests.smartrecruiters_calendar.rotation.stands import NOW, A, B, key


def test_each_deed_gets_a_tag_of_its_own_that_every_backend_takes() -> None:
    tags = {"calendar-integration:0007-delivered": "{}"}
    for what in (RecordedAction.LET_GO, RecordedAction.ROLLED_BACK, RecordedAction.REVOKED, RecordedAction.LET_GO):
        name, value = next_tag(tags, what, Entry(at=NOW, key_id=key(A), because="x" * 120))
        assert name not in tags
        assert len(name) <= LONGEST_NAME
        assert len(value.encode()) <= LONGEST_VALUE
        tags[name] = value
    assert max(tags) == "calendar-secrets:0004-let-go"


def test_the_record_is_no_part_of_the_receipt() -> None:
    name, value = next_tag({}, RecordedAction.LET_GO, Entry(at=NOW, key_id=key(B), because="ended"))
    assert ReceiptLog({name: value}).receipt is None
