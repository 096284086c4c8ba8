"""The receipt: which key SmartRecruiters holds, who accepted it when, and what was last seen to work.

It never holds a secret. `smartrecruiters_calendar.stack.receipt_log` keeps it with the stack; without a readable one
the answer to "which key does SmartRecruiters hold" is *unknown*.
"""

from enum import StrEnum
from typing import Final, Literal

from pydantic import AwareDatetime

from smartrecruiters_calendar.outcome import JsonModel, Reason


class ClaimName(StrEnum):
    """What post-deploy may claim, in the order in which it can be reached."""

    PROVISIONED = "provisioned"
    """The stack holds the integration app, and Entra does not contradict it."""
    GRAPH_READY = "graph-ready"
    """The secret gets a token whose roles are exactly the declared ones; directory and expected calendars answer."""
    BOOKABLE = "bookable"
    """The app read availability, booked an event and removed it; only in a run that rehearses a booking."""
    DELIVERED = "delivered"
    """SmartRecruiters accepted Client ID, Client Secret and Tenant ID."""
    ROOMS_LOADED = "rooms-loaded"
    """SmartRecruiters itself listed rooms, and every expected one is among them."""
    SUPPORT_NOTIFIED = "support-notified"
    """The message for SmartRecruiters Support is ready to send. A person sends it; nothing here does."""


DEFAULT_CLAIMS: Final = tuple(name for name in ClaimName if name is not ClaimName.BOOKABLE)
"""What every run of post-deploy tries to reach."""


class Basis(StrEnum):
    MEASURED = "measured"
    """The program saw it."""
    STATED = "stated"
    """A person stated it."""


class Delivery(JsonModel):
    key_id: str
    """Key ID of the secret, never its value."""
    client_id: str
    tenant_id: str
    """What was entered as *Tenant ID*."""
    channel: str
    page: str
    address: str
    """Address of SmartRecruiters that was configured."""
    at: AwareDatetime
    basis: Basis = Basis.MEASURED
    by: str | None = None
    """The person, where the basis is a statement."""
    run: str | None = None
    """The run that delivered, as in its `InDoubt`; None: of a version that did not note it."""


class InDoubt(JsonModel):
    """A *Save* that was started and whose outcome is unknown."""

    key_id: str
    since: AwareDatetime
    run: str | None = None
    """Which run on which machine, without naming either; None: of a version that did not note it."""
    by_person: bool = False
    """A person was given the secret, so nobody can tell from outside until when they may save it."""


class Proof(JsonModel):
    """Entra and Graph responded to the integration app as declared."""

    key_id: str
    permissions: tuple[str, ...]
    at: AwareDatetime
    """The first time for this key and these permissions; the last time is the receipt's own `checked_at`."""


class RoomsSeen(JsonModel):
    key_id: str
    at: AwareDatetime
    """The first time with this outcome."""
    listed: int
    """How many rooms and resources it listed then."""
    missing: int
    """How many expected ones were not among them."""
    by: str
    """Who saw it: the channel that read the list, or the person who stated it."""
    basis: Basis = Basis.MEASURED

    @property
    def works(self) -> bool:
        """Whether rooms were listed, and every expected one among them."""
        return self.listed > 0 and self.missing == 0

    def same_as(self, other: "RoomsSeen | None") -> bool:
        """Whether the other says the same; a different number of rooms alone does not count."""
        return other is not None and (
            (self.key_id, self.by, self.basis, self.works) == (other.key_id, other.by, other.basis, other.works)
        )


class Receipt(JsonModel):
    version: Literal[1] = 1
    held: Delivery | None = None
    """What SmartRecruiters holds; None: nothing delivered, or unknown."""
    in_doubt: InDoubt | None = None
    """Set while, and after, a *Save* whose outcome is unknown; `held` is None then."""
    proven: Proof | None = None
    seen: RoomsSeen | None = None
    claims: tuple[ClaimName, ...] = ()
    """What the last run reached."""
    reason: Reason | None = None
    """Why the last run reached no further; None: it reached everything."""
    checked_at: AwareDatetime
