"""Receipts, and the tags a stack keeps them in."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from smartrecruiters_calendar.stack.receipt_log import Details, NotSaved, ReceiptLog
from smartrecruiters_calendar.stack.receipts import Basis, ClaimName, Delivery, InDoubt, Proof, Receipt, RoomsSeen

AT: Final = datetime(2026, 12, 1, 8, tzinfo=UTC)
KEYS: Final = ("a0000000-0000-4000-8000-00000000000a", "b0000000-0000-4000-8000-00000000000b")


def delivery(key: str = KEYS[0], at: datetime = AT, page: str = "https://www.smartrecruiters.com/tab") -> Delivery:
    return Delivery(
        key_id=key,
        client_id="c1d2e3f4-0000-4000-8000-000000000001",
        tenant_id="contoso.onmicrosoft.com",
        channel="page-requests",
        page=page,
        address="https://www.smartrecruiters.com",
        at=at,
    )


FULL: Final = Receipt(
    held=delivery(),
    proven=Proof(key_id=KEYS[0], permissions=("Directory.Read.All", "Calendars.ReadWrite"), at=AT),
    seen=RoomsSeen(key_id=KEYS[0], at=AT, listed=4, missing=0, by="recruiting@contoso.example", basis=Basis.STATED),
    claims=tuple(ClaimName),
    checked_at=AT,
)
DOUBT: Final = Receipt(in_doubt=InDoubt(key_id=KEYS[1], since=AT), claims=(ClaimName.PROVISIONED,), checked_at=AT)


def written(*receipts: Receipt) -> dict[str, str]:
    """The tags of one run after another, each of which left that receipt."""
    tags: dict[str, str] = {"other": "tag"}
    for receipt in receipts:
        tags |= dict(tags_of_run(tags, receipt))
    return tags


def tags_of_run(tags: dict[str, str], receipt: Receipt) -> Iterator[tuple[str, str]]:
    """The tags that a run writes, in this order, so that a log becomes this receipt."""
    tags = dict(tags)
    for details in _deliveries(ReceiptLog(tags).receipt, receipt):
        for name, value in ReceiptLog(tags).tags_of(details):
            tags[name] = value
            yield name, value
    yield from ReceiptLog(tags).tags_for(receipt)


def _deliveries(before: Receipt | None, after: Receipt) -> Iterator[Details]:
    doubt, held = (before.in_doubt, before.held) if before else (None, None)
    if after.in_doubt and after.in_doubt != doubt:
        yield after.in_doubt
    if after.held and after.held != held:
        yield after.held
    elif doubt and not after.in_doubt:
        yield NotSaved(key_id=doubt.key_id, at=after.checked_at)
