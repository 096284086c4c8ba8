"""Receipts, and the tags a stack keeps them in."""

from datetime import UTC, datetime
from typing import Final

from smartrecruiters_calendar.stack.receipt_log import ReceiptLog
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
    tags: dict[str, str] = {"other": "tag"}
    for receipt in receipts:
        tags |= dict(ReceiptLog(tags).tags_for(receipt))
    return tags
