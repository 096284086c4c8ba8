"""A stack, Microsoft and SmartRecruiters that behave as each test says, and remember what was asked of them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from components import configuration, settings
from smartrecruiters_calendar.entra.app_token import AppToken
from smartrecruiters_calendar.entra.errors import GraphRefused
from smartrecruiters_calendar.entra.mailbox import Availability, Booking, Mailbox
from smartrecruiters_calendar.entra.questions import Account, CalendarAnswer, DirectoryRoom
from smartrecruiters_calendar.outcome import Stopped
from smartrecruiters_calendar.page.channel import (
    Channel,
    Credentials,
    LoadedRoom,
    PersonNeeded,
    Saved,
    SavedFields,
    send_at_once,
)
from smartrecruiters_calendar.page.choice import ChosenChannel
from smartrecruiters_calendar.post_deploy.microsoft import MicrosoftCloud
from smartrecruiters_calendar.post_deploy.result import PostDeployResult
from smartrecruiters_calendar.post_deploy.run import run
from smartrecruiters_calendar.post_deploy.services import PostDeployOptions, Services
from smartrecruiters_calendar.rooms.expected import choose_expected_rooms
from smartrecruiters_calendar.stack.receipt_log import ReceiptLog
from smartrecruiters_calendar.stack.receipts import Receipt
from smartrecruiters_calendar.stack.stack import Outputs, StackFacts
from tests.smartrecruiters_calendar.stack_values import CLIENT, CONFIGURATION, DECLARED, DIRECTORY, OUTPUTS, ROOMS
from tests.smartrecruiters_calendar.tag_store import deliveries

OTHER_DIRECTORY = "7b9d4e21-6c38-4f0a-8e55-2c8b63d1e202"
NEXT_KEY = "b0000000-0000-4000-8000-00000000000b"
START = datetime(2026, 12, 1, 8, tzinfo=UTC)


def outputs(**changes: Any) -> Outputs:
    return Outputs.model_validate(OUTPUTS | changes)


def stack_settings(**changes: Any) -> settings.Settings:
    return configuration.parse(CONFIGURATION | changes)


def token(roles: Sequence[str] = DECLARED, directory: str = DIRECTORY) -> AppToken:
    return AppToken(SecretStr("header.payload.signature"), directory, CLIENT, frozenset(roles))


@dataclass
class FakeMailbox(Mailbox):
    """The mailbox in which a booking is rehearsed; each failure is raised at its request."""

    unknown: dict[str, str] = field(default_factory=dict)
    asking: GraphRefused | None = None
    booking: GraphRefused | None = None
    removing: Stopped | None = None
    events: list[str] = field(default_factory=list)

    def __exit__(self, *_: object) -> None:
        pass

    def availability(self, addresses: Sequence[str], start: datetime, end: datetime) -> list[Availability]:
        if self.asking:
            raise self.asking
        return [Availability(address, self.unknown.get(address)) for address in addresses]

    def book(self, booking: Booking) -> str:
        if self.booking:
            raise self.booking
        self.events.append(booking.subject)
        return booking.subject

    def booked(self, booking: Booking) -> Iterator[str]:
        return (event for event in self.events if event == booking.subject)

    def remove(self, event_id: str) -> None:
        if self.removing:
            raise self.removing
        if event_id in self.events:
            self.events.remove(event_id)


@dataclass
class FakeMicrosoft(MicrosoftCloud):
    """Each entry of `tokens` answers one request; the last one answers all later ones."""

    tokens: list[AppToken | Exception] = field(default_factory=lambda: [token()])
    organization: str | Exception = DIRECTORY
    closed: dict[str, GraphRefused] = field(default_factory=dict)
    unreachable: Exception | None = None
    accounts: dict[str, Account | Exception] = field(default_factory=dict)
    address_list: list[DirectoryRoom] | Exception = field(default_factory=list)
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    calendar: "FakeMailbox" = field(default_factory=lambda: FakeMailbox())

    def fetch_token(self, tenant: str, client_id: str, client_secret: SecretStr) -> AppToken:
        answer = self.tokens[min(len(self.asked), len(self.tokens) - 1)]
        self.asked.append((tenant, client_id, client_secret.get_secret_value()))
        if isinstance(answer, Exception):
            raise answer
        return answer

    def organization_id(self, token: AppToken) -> str:
        if isinstance(self.organization, Exception):
            raise self.organization
        return self.organization

    def mailbox(self, token: AppToken, address: str) -> Mailbox:
        return self.calendar

    def account(self, token: AppToken, address: str) -> Account | None:
        found = self.accounts.get(address)
        if isinstance(found, Exception):
            raise found
        return found

    def rooms_by_operator(self, directory_id: str) -> list[DirectoryRoom]:
        assert directory_id == DIRECTORY
        if isinstance(self.address_list, Exception):
            raise self.address_list
        return self.address_list

    def calendars(
        self, token: AppToken, addresses: Sequence[str], opened: Callable[[int], None]
    ) -> list[CalendarAnswer]:
        if self.unreachable:
            raise self.unreachable
        for done in range(1, len(addresses) + 1):
            opened(done)
        return [CalendarAnswer(address, self.closed.get(address)) for address in addresses]


@dataclass
class FakeChannel:
    """SmartRecruiters' page, and the choice of the channel that leads to it."""

    name: str = "page-requests"
    address: str = "https://www.smartrecruiters.example"
    opening: Exception | None = None
    looking: Exception | None = None
    saving: BaseException | None = None
    loading: BaseException | None = None
    listed: list[LoadedRoom] = field(
        default_factory=lambda: [LoadedRoom("Boardroom", ROOMS[0], "room"), LoadedRoom("Atrium", ROOMS[1], "room")]
    )
    shows: SavedFields | None = None
    saved: list[Credentials] = field(default_factory=list)

    @contextmanager
    def open(self) -> Iterator[Channel]:
        if self.opening:
            raise self.opening
        yield self

    def saved_fields(self) -> SavedFields | None:
        if self.looking:
            raise self.looking
        return self.shows

    def save(self, credentials: Credentials, before_sending: Callable[[], None] = send_at_once) -> Saved:
        if isinstance(self.saving, PersonNeeded):
            raise self.saving
        before_sending()
        if self.saving:
            raise self.saving
        self.saved.append(credentials)
        return Saved(self.name, f"{self.address}/settings")

    def load_resources(self) -> Sequence[LoadedRoom]:
        if self.loading:
            raise self.loading
        return self.listed


@dataclass
class World:
    """Everything around one stack. `run` is one run of post-deploy; the tags it writes are there for the next."""

    facts: StackFacts = field(default_factory=lambda: StackFacts("dev", outputs(), stack_settings(), None))
    microsoft: FakeMicrosoft = field(default_factory=FakeMicrosoft)
    channel: FakeChannel = field(default_factory=FakeChannel)
    tags: dict[str, str] = field(default_factory=dict)
    keeping: list[Stopped | None] = field(default_factory=list)
    """How each coming tag fails to be written; None: it does not."""
    checking: Exception | None = None
    """Why the key must not be delivered any more; None: it may."""
    steps: list[str] = field(default_factory=list)
    now: datetime = START

    @property
    def receipt(self) -> Receipt:
        kept = ReceiptLog(self.tags).receipt
        assert kept
        return kept

    def deploy(self, **changes: Any) -> None:
        self.facts = replace(self.facts, outputs=outputs(**changes))

    def configure(self, **changes: Any) -> None:
        self.facts = replace(self.facts, settings=stack_settings(**changes))

    def run(self, options: PostDeployOptions | None = None) -> PostDeployResult:
        self.now += timedelta(hours=1)
        log = ReceiptLog(self.tags)
        facts = replace(self.facts, receipt=log.receipt, under_way=bool(log.under_way))
        options = options or PostDeployOptions()
        rooms = choose_expected_rooms(
            facts.settings, Path(), self.microsoft.rooms_by_operator, from_operator=options.expect_from_operator
        )
        channel = ChosenChannel(self.channel.name, self.channel.address, self.channel.open)
        written = deliveries(lambda: dict(self.tags), self._keep)
        services = Services(self.microsoft, channel, rooms, written, self.check_key, lambda: self.now, self)
        return run(facts, services, options)

    def check_key(self, key_id: str) -> None:
        assert key_id == self.facts.outputs.secret_key_id
        if self.checking:
            raise self.checking

    def _keep(self, name: str, value: str) -> None:
        failure = self.keeping.pop(0) if self.keeping else None
        if failure:
            raise failure
        self.write_tag(name, value)

    def write_tag(self, name: str, value: str) -> None:
        self.tags = self.tags | {name: value}

    def step(self, text: str) -> None:
        self.steps.append(text)

    def wait(self, text: str) -> None:
        self.step(text)

    def count(self, done: int, total: int) -> None:
        assert 1 <= done <= total
