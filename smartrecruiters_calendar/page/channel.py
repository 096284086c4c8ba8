"""What every channel offers and how it may end: the credentials, what was seen, and the named failures.

A channel delivers and looks; it never infers. "Rooms loaded" is said by SmartRecruiters or not at all. The failures are
sorted by what a caller has to do next, and none of them ever holds the secret.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias, runtime_checkable

from pydantic import SecretStr


@dataclass(frozen=True)
class Credentials:
    client_id: str
    """Application (client) ID: a GUID."""
    client_secret: SecretStr
    """The secret's value, not its key id."""
    tenant_id: str
    """The tenant's domain, e.g. `contoso.onmicrosoft.com`: what the page calls *Tenant ID*."""


@dataclass(frozen=True)
class Saved:
    """SmartRecruiters accepted the credentials. It does not mean that they work: only loaded rooms show that."""

    channel: str
    page: str
    """Which page accepted them: URL without query."""
    stated_by: str | None = None
    """Who reported it; None: the channel saw it."""


@dataclass(frozen=True)
class SavedFields:
    """What the page shows as saved now. The secret is never shown, so equal fields do not prove an equal secret."""

    client_id: str | None
    tenant_id: str | None


Kind: TypeAlias = Literal["room", "equipment", "unknown"]


@dataclass(frozen=True)
class LoadedRoom:
    """One room or other reservable resource as SmartRecruiters lists it after *Load Resources*."""

    name: str
    address: str
    """SMTP address, letter case as listed."""
    kind: Kind = "unknown"


@dataclass(frozen=True)
class StatedList:
    """What a person says about the list after *Load Resources*: a statement, not a measurement."""

    by: str
    listed: int
    missing: tuple[str, ...]


class ChannelFailure(Exception):
    """Base of what a channel raises. `reason` is stable and meant for machines; `str()` is one sentence or two."""

    reason: str

    def __init__(self, message: str, *, may_have_been_saved: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.may_have_been_saved = may_have_been_saved
        """*Save* was sent, and its answer never came or was not understood: which secret SmartRecruiters holds is then
        unknown."""


class SignInNeeded(ChannelFailure):
    """No session, or one that has ended: a person has to sign in. A normal outcome, not a defect."""

    reason = "sign-in-needed"


class BotProtection(ChannelFailure):
    """A bot protection answered in place of the page: only a person gets past it. Nothing was saved."""

    reason = "bot-protection"


class PersonNeeded(ChannelFailure):
    """A person has to act or to agree, and none is at a terminal, or they said *later*. Nothing was saved."""

    reason = "person-needed"

    def __init__(self, message: str, next_step: str) -> None:
        super().__init__(message)
        self.next_step = next_step
        """What to do, in words that follow a colon."""


class Refused(ChannelFailure):
    """SmartRecruiters answered and said no: wrong values, wrong account, or Microsoft turned the credentials down."""

    def __init__(self, reason: str, message: str, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.reason = reason
        self.fields: Mapping[str, str] = dict(fields or {})
        """The page's own words per field, by the page's own field names. Empty when it named none."""


class Unreachable(ChannelFailure):
    """No usable answer: connection refused or cut, time-out, maintenance, too many requests, a load that never ends."""

    reason = "unreachable"


class Busy(Unreachable):
    """The page itself says that its trouble is temporary, such as a load that is already running: ask again."""


class PageChanged(ChannelFailure):
    """The page answered in a way the channel does not know. Nothing is concluded from such an answer."""

    reason = "page-changed"


def send_at_once() -> None:
    """Nothing has to be done before the secret is handed over."""


@runtime_checkable
class Channel(Protocol):
    """One way to hand over credentials. Every method may raise any `ChannelFailure`."""

    @property
    def name(self) -> str:
        """The name used in configuration and receipts, e.g. `page-requests`."""

    def saved_fields(self) -> SavedFields | None:
        """What the page shows as saved now; None when this channel cannot see it."""

    def save(self, credentials: Credentials, before_sending: Callable[[], None] = send_at_once) -> Saved:
        """Enter the three values and press *Save*. Never repeated by the channel itself.

        Args:
            before_sending: called once, right before the secret leaves the program; what it raises ends the delivery.
        """

    def load_resources(self) -> Sequence[LoadedRoom] | StatedList:
        """Press *Load Resources*, wait (bounded) for the list, and return it as SmartRecruiters shows it.

        A channel that does not see the list itself returns what a person says about it.
        """
