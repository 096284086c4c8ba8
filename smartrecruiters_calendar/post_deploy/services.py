"""Everything outside this process that post-deploy needs, as protocols, and what its caller may wish for."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pydantic import SecretStr

from smartrecruiters_calendar.entra.app_token import AppToken
from smartrecruiters_calendar.entra.questions import Account, CalendarAnswer
from smartrecruiters_calendar.page.channel import Channel
from smartrecruiters_calendar.rooms.expected import FindRooms
from smartrecruiters_calendar.stack.receipts import Receipt


class Microsoft(Protocol):
    """What is asked of Entra and Graph; `smartrecruiters_calendar.post_deploy.microsoft.MicrosoftCloud` is the real
    one.
    """

    def fetch_token(self, tenant: str, client_id: str, client_secret: SecretStr) -> AppToken:
        """A new app-only token."""
        ...

    def organization_id(self, token: AppToken) -> str:
        """The directory ID that the directory itself tells."""
        ...

    def account(self, token: AppToken, address: str) -> Account | None:
        """The directory's account of a person."""
        ...

    def calendars(
        self, token: AppToken, addresses: Sequence[str], opened: Callable[[int], None]
    ) -> list[CalendarAnswer]:
        """Whether each mailbox's calendar opens."""
        ...


class Progress(Protocol):
    """Is told what is being done or waited for."""

    def step(self, text: str) -> None:
        """A step begins."""
        ...

    def count(self, done: int, total: int) -> None:
        """How far the present step is."""
        ...


class ChannelChoice(Protocol):
    """A channel that is chosen and not open yet."""

    @property
    def name(self) -> str:
        """The channel's name in configuration and receipts."""
        ...

    @property
    def address(self) -> str:
        """The configured address of SmartRecruiters."""
        ...

    def open(self) -> AbstractContextManager[Channel]:
        """Open it; may raise `SignInNeeded` or `Stopped`."""
        ...


@dataclass(frozen=True)
class Services:
    """Everything outside this process."""

    microsoft: Microsoft
    channel: ChannelChoice
    find_expected_rooms: FindRooms
    keep: Callable[[Receipt], None]
    """Keeps the receipt with the stack; raises `Stopped`."""
    now: Callable[[], datetime]
    progress: Progress


@dataclass(frozen=True)
class PostDeployOptions:
    """What the caller asks for beyond the configuration."""

    wait_seconds: float = 120.0
    """Bound of the wait for a new secret or grant to be known everywhere in Entra."""
    redeliver: bool = False
    """Deliver although the receipt says that SmartRecruiters holds the current key."""
    expect_from_operator: bool = False
    """Expect the rooms that the operator sees in the tenant, whatever is configured."""
