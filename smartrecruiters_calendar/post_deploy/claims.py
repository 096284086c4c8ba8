"""How far each claim of post-deploy got, with its evidence.

A claim that was not reached says why; those after it were not attempted. Nothing is inferred: only SmartRecruiters
itself can say that rooms loaded.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from pydantic import Field, model_validator

from smartrecruiters_calendar.outcome import JsonModel, Reason
from smartrecruiters_calendar.rooms.comparison import RoomComparison
from smartrecruiters_calendar.rooms.expected import ExpectedFrom
from smartrecruiters_calendar.stack.receipts import ClaimName


class ClaimStatus(StrEnum):
    REACHED = "reached"
    STATED = "stated"
    """Reported by a person, not verified here."""
    NOT_REACHED = "not-reached"
    NOT_ATTEMPTED = "not-attempted"


class ProvisionedEvidence(JsonModel):
    client_id: str
    application_object_id: str
    service_principal_object_id: str
    secret_key_id: str
    secret_expires_on: datetime
    redirect_url: str | None


class EntraEvidence(JsonModel):
    code: int | None
    """The number after `AADSTS`; None when there was none."""
    text: str


class CalendarEvidence(JsonModel):
    """One expected room's calendar. `error` is Graph's code and text; None: the calendar opened."""

    address: str
    error: str | None = None


class ScopeEvidence(JsonModel):
    """One mailbox inside the scope made in Exchange, which must open, and one outside, which must be refused."""

    access: str
    """`calendarAccess`, as configured."""
    inside: CalendarEvidence
    outside: CalendarEvidence


class SaverEvidence(JsonModel):
    address: str
    object_id: str | None
    """None: the directory has no such account."""
    enabled: bool = False


class GraphReadyEvidence(JsonModel):
    directory_id: str
    declared: tuple[str, ...]
    roles: tuple[str, ...]
    missing: tuple[str, ...]
    unexpected: tuple[str, ...]
    directory_read: bool | None = None
    """None: no declared permission allows reading the directory, so it was not asked."""
    saver: SaverEvidence | None = None
    """None: `smartrecruiters.savedBy` is not configured, or the directory was not asked."""
    expected_from: ExpectedFrom | None = None
    """Where the expected rooms are known from; None: it did not come to that."""
    calendars: tuple[CalendarEvidence, ...] | None = None
    """None: no declared permission allows opening calendars, or it did not come to that."""
    scope: ScopeEvidence | None = None
    """None: the calendar permissions reach every mailbox, or it did not come to that."""


class BookableEvidence(JsonModel):
    address: str
    """The mailbox in which the booking was rehearsed."""
    subject: str
    start: datetime
    availability: tuple[CalendarEvidence, ...]


class DeliveredEvidence(JsonModel):
    channel: str
    page: str
    key_id: str
    client_id: str
    tenant_id: str
    at: datetime
    in_this_run: bool
    """False: delivered earlier, known from the receipt."""
    stated_by: str | None = None
    """Who reported it; None: it was measured here."""


class RefusalEvidence(JsonModel):
    channel_reason: str
    """The channel's or the page's own code."""
    fields: Mapping[str, str] = Field(default_factory=dict)


class RoomsEvidence(JsonModel):
    rooms: RoomComparison


class StatedRoomsEvidence(JsonModel):
    by: str
    at: datetime
    listed: int
    missing: tuple[str, ...]


class SupportEvidence(JsonModel):
    message: str


Evidence = (
    ProvisionedEvidence
    | EntraEvidence
    | GraphReadyEvidence
    | BookableEvidence
    | DeliveredEvidence
    | RefusalEvidence
    | RoomsEvidence
    | StatedRoomsEvidence
    | SupportEvidence
)


class Claim(JsonModel):
    claim: ClaimName
    status: ClaimStatus
    sentence: str
    """For people: what was seen, or the cause and the next step."""
    reason: Reason | None = None
    """Given exactly when the claim was not reached."""
    evidence: Evidence | None = None

    @model_validator(mode="after")
    def _reason_when_not_reached(self) -> "Claim":
        if (self.status is ClaimStatus.NOT_REACHED) != (self.reason is not None):
            raise ValueError("a claim has a reason exactly when it was not reached")
        return self
