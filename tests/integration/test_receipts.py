"""The receipt in a stack tag."""

from datetime import UTC, datetime

import pytest

from integration import receipts
from integration.claims import ClaimName
from integration.receipts import Delivery, InDoubt, Proof, Receipt, ReceiptTooLong

AT = datetime(2026, 12, 1, 8, tzinfo=UTC)
DELIVERY = Delivery(
    key_id="a0000000-0000-4000-8000-00000000000a",
    client_id="c1d2e3f4-0000-4000-8000-000000000001",
    tenant_id="contoso.onmicrosoft.com",
    channel="page-requests",
    page="https://www.smartrecruiters.com/settings",
    address="https://www.smartrecruiters.com",
    at=AT,
)
FULL = Receipt(
    held=DELIVERY,
    in_doubt=InDoubt(key_id=DELIVERY.key_id, since=AT),
    proven=Proof(key_id=DELIVERY.key_id, permissions=("Directory.Read.All", "Calendars.ReadWrite"), at=AT),
    claims=tuple(ClaimName),
    checked_at=AT,
)


def test_a_receipt_survives_its_tag() -> None:
    assert receipts.read(FULL.text()) == FULL


@pytest.mark.parametrize(
    "text",
    [None, "", "no receipt", "{}", '{"version": 2, "checkedAt": "2026-12-01T08:00:00Z"}', FULL.text()[:-5]],
    ids=["none", "empty", "words", "empty object", "a later version", "cut off"],
)
def test_what_is_no_receipt_of_this_version_means_unknown(text: str | None) -> None:
    assert receipts.read(text) is None


def test_a_receipt_that_a_tag_would_cut_is_refused() -> None:
    tag = FULL.model_copy(update={"held": DELIVERY.model_copy(update={"page": "https://x.example/" + "p" * 3000})})
    with pytest.raises(ReceiptTooLong):
        tag.text()
    assert len(FULL.text()) < receipts.LONGEST / 3
