"""The message for SmartRecruiters Support."""

from datetime import UTC, datetime

from smartrecruiters_calendar.post_deploy.claims import DeliveredEvidence
from smartrecruiters_calendar.post_deploy.support_message import write_message
from smartrecruiters_calendar.rooms.comparison import Room

DELIVERED = DeliveredEvidence(
    channel="page-requests",
    page="https://www.smartrecruiters.com/settings",
    key_id="a0000000-0000-4000-8000-00000000000a",
    client_id="c1d2e3f4-0000-4000-8000-000000000001",
    tenant_id="contoso.onmicrosoft.com",
    at=datetime(2026, 12, 1, 8, tzinfo=UTC),
    in_this_run=True,
)


def message(count: int, saved_by: str | None = "recruiting.admin@contoso.example") -> str:
    return write_message(
        DELIVERED,
        directory_id="3f0c2f5e-8a57-4c1b-9d6e-1b7a52c0d101",
        secret_ends="2027-12-01",
        permissions=["Calendars.ReadWrite"],
        rooms=[Room(name=f"Room $ {n}", address=f"room-{n}@contoso.example", kind="room") for n in range(count)],
        listed=count,
        saved_by=saved_by,
    )


def test_it_begins_with_recipient_and_subject_and_holds_what_support_needs() -> None:
    written = message(2)
    assert written.splitlines()[:2] == [
        "To: SmartRecruiters Support",
        "Subject: Please complete our Office 365 calendar integration (contoso.onmicrosoft.com)",
    ]
    for needed in (
        "Credentials saved: 2026-12-01 08:00 UTC by recruiting.admin@contoso.example",
        DELIVERED.client_id,
        "2026-12-01 08:00 UTC",
        "2027-12-01",
        "- Room $ 1 <room-1@contoso.example>",
    ):
        assert needed in written
    assert "Credentials saved: 2026-12-01 08:00 UTC\n" in message(2, saved_by=None)


def test_a_long_list_of_rooms_is_counted_rather_than_written_out() -> None:
    written = message(1000)
    assert "- and 980 more" in written
    assert "listed: 1000" in written
    assert len(written.splitlines()) < 50
