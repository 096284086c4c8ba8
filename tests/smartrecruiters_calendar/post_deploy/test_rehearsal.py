"""A rehearsed booking, against the sandbox's Exchange: what it proves, what it leaves, and who may ask for it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from sandbox.directory.models import exchange_access
from sandbox.directory.models.exchange_access import AccessPolicy, RoleAssignment
from smartrecruiters_calendar.entra.app_token import AppToken
from smartrecruiters_calendar.entra.directory import Directory
from smartrecruiters_calendar.entra.errors import GraphUnreachable
from smartrecruiters_calendar.entra.mailbox import Booking, Mailbox
from smartrecruiters_calendar.outcome import ExitCode, Reason
from smartrecruiters_calendar.post_deploy.claims import BookableEvidence, ClaimStatus
from smartrecruiters_calendar.post_deploy.result import PostDeployResult
from smartrecruiters_calendar.post_deploy.services import PostDeployOptions
from smartrecruiters_calendar.stack.receipts import DEFAULT_CLAIMS, ClaimName
from tests.sandbox.conftest import entra, home, made_home
from tests.sandbox.in_process import Caller, InProcess
from tests.smartrecruiters_calendar.in_sandbox import directory_of
from tests.smartrecruiters_calendar.post_deploy.world import FakeMicrosoft, World, token
from tests.smartrecruiters_calendar.stack_values import DECLARED, ROOMS

__all__ = ["entra", "home", "made_home"]  # fixtures

PERSON = "recruiter@contoso.example"
GROUP = "/groups?$filter=mail eq 'headquarters-rooms@contoso.example'"


@dataclass
class Exchange(FakeMicrosoft):
    """Everything as a test says, but the mailbox is the sandbox's, seen by the app."""

    app: Caller | None = None
    make: Callable[[Directory, str], Mailbox] = Mailbox

    def mailbox(self, token: AppToken, address: str) -> Mailbox:
        assert self.app
        assert token.value == SecretStr("header.payload.signature")
        return self.make(directory_of(self.app.entra, self.app), address)


@dataclass
class Rehearsal:
    """A stack whose app holds some permissions in the sandbox, and the calendar that it books in."""

    entra: InProcess
    world: World

    def app(self, *permissions: str) -> Caller:
        caller = self.entra.caller(*permissions)
        self.world.microsoft = Exchange(app=caller)
        return caller

    def run(self, address: str = PERSON) -> PostDeployResult:
        return self.world.run(PostDeployOptions(rehearse=address))

    @property
    def events(self) -> list[dict[str, Any]]:
        """What any app would find in the calendars afterwards."""
        reader = self.entra.caller("Calendars.Read")
        return [
            event
            for address in (PERSON, *ROOMS)
            for event in reader.get(f"/users/{address}/events?$top=100").json()["value"]
            if "rehearsal" in event["subject"]
        ]


@pytest.fixture
def rehearsal(entra: InProcess, world: World) -> Iterator[Rehearsal]:
    made = Rehearsal(entra, world)
    made.app(*DECLARED)
    yield made
    assert made.events == []


def bookable(result: PostDeployResult) -> tuple[ClaimStatus, Reason | None]:
    (claim,) = [claim for claim in result.claims if claim.claim is ClaimName.BOOKABLE]
    return claim.status, claim.reason


class Noting(Mailbox):
    """Keeps what the event looked like while it stood there."""

    seen: list[dict[str, Any]]

    def book(self, booking: Booking) -> str:
        made = super().book(booking)
        Noting.seen = [self._directory.get(f"{self._path}/events/{made}")]
        return made


def test_a_booking_is_private_tentative_without_attendees_a_year_ahead_and_removed_again(rehearsal: Rehearsal) -> None:
    assert isinstance(rehearsal.world.microsoft, Exchange)
    rehearsal.world.microsoft.make = Noting
    result = rehearsal.run()
    assert (result.exit_code, bookable(result)) == (ExitCode.OK, (ClaimStatus.REACHED, None))
    (event,) = Noting.seen
    assert (event["showAs"], event["sensitivity"], event["attendees"]) == ("tentative", "private", [])
    assert event["start"]["dateTime"].startswith(f"{rehearsal.world.now + timedelta(days=365):%Y-%m-%dT%H:%M}")
    (claim,) = [claim for claim in result.claims if claim.claim is ClaimName.BOOKABLE]
    assert isinstance(claim.evidence, BookableEvidence)
    assert [(one.address, one.error) for one in claim.evidence.availability] == [
        (address, None) for address in (PERSON, *ROOMS)
    ]
    assert result.receipt
    assert result.receipt.claims == tuple(ClaimName)


def test_nothing_is_rehearsed_unless_asked_for(rehearsal: Rehearsal) -> None:
    def never(directory: Directory, address: str) -> Mailbox:
        raise AssertionError("a mailbox was opened")

    assert isinstance(rehearsal.world.microsoft, Exchange)
    rehearsal.world.microsoft.make = never
    result = rehearsal.world.run()
    assert tuple(claim.claim for claim in result.claims) == DEFAULT_CLAIMS
    assert result.exit_code == ExitCode.OK


def test_an_app_that_may_only_read_calendars_is_not_bookable(rehearsal: Rehearsal) -> None:
    reading = (DECLARED[0], "Calendars.Read")
    rehearsal.app(*reading)
    rehearsal.world.deploy(permissions=list(reading), requestedPermissions=list(reading))
    rehearsal.world.microsoft.tokens = [token(reading)]
    result = rehearsal.run()
    assert bookable(result) == (ClaimStatus.NOT_REACHED, Reason.BOOKING_REFUSED)
    assert "add it to `permissions`" in result.sentence
    assert rehearsal.world.channel.saved == []


def test_a_mailbox_outside_the_scope_assigned_in_exchange_is_not_bookable(rehearsal: Rehearsal) -> None:
    app = rehearsal.app(DECLARED[0])
    store, contoso = rehearsal.entra.store, rehearsal.entra.contoso
    for role in ("Calendars.Read", "Calendars.ReadWrite"):
        exchange_access.assign(store, contoso, RoleAssignment(app.identity.object_id, role, "purpose:room"))
    assert bookable(rehearsal.run(ROOMS[0])) == (ClaimStatus.REACHED, None)
    assert bookable(rehearsal.run(PERSON)) == (ClaimStatus.NOT_REACHED, Reason.AVAILABILITY_REFUSED)


def test_a_room_that_an_access_policy_leaves_out_is_not_bookable(rehearsal: Rehearsal) -> None:
    app = rehearsal.app(*DECLARED)
    group = rehearsal.entra.caller("Group.Read.All", "Directory.Read.All").get(GROUP).json()["value"][0]["id"]
    policy = AccessPolicy(app.identity.client_id, "deny", group)
    exchange_access.set_policy(rehearsal.entra.store, rehearsal.entra.contoso, policy)
    result = rehearsal.run()
    assert bookable(result) == (ClaimStatus.NOT_REACHED, Reason.AVAILABILITY_REFUSED)
    assert f"when {', '.join(ROOMS)} is free" in result.sentence


@pytest.mark.parametrize("nobody", ["nobody@contoso.example", "no.mailbox@contoso.example"])
def test_a_mailbox_that_is_not_there_is_named(rehearsal: Rehearsal, nobody: str) -> None:
    result = rehearsal.run(nobody)
    assert bookable(result) == (ClaimStatus.NOT_REACHED, Reason.REHEARSAL_MAILBOX_UNKNOWN)
    assert nobody in result.sentence


class Interrupted(Mailbox):
    """Ctrl-C comes while Graph's answer is on its way: the event is made, and nobody was told its ID."""

    def book(self, booking: Booking) -> str:
        super().book(booking)
        raise KeyboardInterrupt


class Silent(Mailbox):
    """The connection breaks after the event was made."""

    def book(self, booking: Booking) -> str:
        super().book(booking)
        raise GraphUnreachable("the connection broke")


class Late(Mailbox):
    """As `Silent`, and Exchange shows the event only when it is asked again."""

    def __init__(self, directory: Directory, address: str) -> None:
        super().__init__(directory, address)
        self.asked = 0

    def book(self, booking: Booking) -> str:
        super().book(booking)
        raise GraphUnreachable("the connection broke")

    def booked(self, booking: Booking) -> Iterator[str]:
        self.asked += 1
        return super().booked(booking) if self.asked > 1 else iter(())


def test_an_interrupted_rehearsal_removes_what_it_booked(rehearsal: Rehearsal) -> None:
    assert isinstance(rehearsal.world.microsoft, Exchange)
    rehearsal.world.microsoft.make = Interrupted
    with pytest.raises(KeyboardInterrupt):
        rehearsal.run()


@pytest.mark.parametrize("mailbox", [Silent, Late])
def test_an_event_whose_creation_was_not_answered_is_looked_for_and_removed(
    rehearsal: Rehearsal, mailbox: type[Mailbox]
) -> None:
    assert isinstance(rehearsal.world.microsoft, Exchange)
    rehearsal.world.microsoft.make = mailbox
    assert bookable(rehearsal.run()) == (ClaimStatus.NOT_REACHED, Reason.GRAPH_UNREACHABLE)


class Keeping(Mailbox):
    """A second ctrl-C comes while the event is removed."""

    def remove(self, event_id: str) -> None:
        super().remove(event_id)
        raise KeyboardInterrupt


def test_an_event_that_may_be_left_is_named_with_its_day_and_mailbox(rehearsal: Rehearsal) -> None:
    assert isinstance(rehearsal.world.microsoft, Exchange)
    rehearsal.world.microsoft.make = Keeping
    result = rehearsal.run()
    assert bookable(result) == (ClaimStatus.NOT_REACHED, Reason.BOOKING_NOT_REMOVED)
    assert f"{PERSON} may still hold the event 'Calendar integration rehearsal of " in result.sentence
    assert f"{rehearsal.world.now + timedelta(days=365):%Y-%m-%d}" in result.sentence
