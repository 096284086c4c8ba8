"""What keeps a claim from being reached: each cause, its reason and exit code, and what its sentence must name.

The fakes stop with what the real code raises for the cause, so that docs/when-it-goes-wrong.md shows what a user sees.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
import pytest

from smartrecruiters_calendar.entra import tls
from smartrecruiters_calendar.entra.cloud import find_cloud
from smartrecruiters_calendar.entra.errors import (
    EntraRefused,
    EntraUnreachable,
    GraphRefused,
    GraphUnreachable,
    Identity,
)
from smartrecruiters_calendar.entra.questions import Account
from smartrecruiters_calendar.outcome import ExitCode, Reason, Stopped
from smartrecruiters_calendar.page.channel import LoadedRoom
from smartrecruiters_calendar.page.choice import choose_channel
from smartrecruiters_calendar.page.person import Nobody
from smartrecruiters_calendar.post_deploy.services import PostDeployOptions
from smartrecruiters_calendar.rooms.comparison import LIST_LIMIT
from smartrecruiters_calendar.stack.name import StackName
from smartrecruiters_calendar.stack.receipts import DEFAULT_CLAIMS, ClaimName
from smartrecruiters_calendar.stack.stack import Stack
from tests.smartrecruiters_calendar.page.fake_page import CREDENTIALS, Answer, FakePage
from tests.smartrecruiters_calendar.post_deploy.world import OTHER_DIRECTORY, World, stack_settings, token
from tests.smartrecruiters_calendar.rotation.stands import NotingPulumi
from tests.smartrecruiters_calendar.stack_values import CLIENT, DECLARED, KEY, ROOMS, TENANT

SAVER = "recruiting.admin@contoso.example"
PROVISIONED, GRAPH_READY, DELIVERED, ROOMS_LOADED = DEFAULT_CLAIMS[:4]
PROJECT: Final = Path(__file__).resolve().parents[3]
SESSIONS: Final = "/home/riley/.config/smartrecruiters-calendar"
"""The folder that the page shows: no machine's own."""


@dataclass(frozen=True)
class Cause:
    happens: str
    """For people, in one clause."""
    reason: Reason
    claim: ClaimName
    exit_code: ExitCode
    arrange: Callable[[World], None]
    names: str
    """What the sentence must name."""
    options: PostDeployOptions | None = None


def raised(call: Callable[[], object]) -> Exception:
    """What the real code raises."""
    try:
        call()
    except Exception as failure:  # noqa: BLE001 (of any kind: the fake raises the same)
        return failure
    raise AssertionError("nothing was raised")


def deployed_meanwhile(world: World) -> None:
    world.checking = raised(lambda: Stack(StackName.parse("dev"), PROJECT, NotingPulumi(PROJECT)).check_current(KEY))


def entra(text: str | Exception) -> Callable[[World], None]:
    def arrange(world: World) -> None:
        world.microsoft.tokens = [EntraRefused(text) if isinstance(text, str) else text]

    return arrange


def cloud(environment: dict[str, str]) -> Callable[[World], None]:
    """What the verbs make of these variables; no metadata endpoint answers."""
    down = httpx.MockTransport(lambda _: httpx.Response(503))
    return lambda world: entra(raised(lambda: find_cloud(environment, down)))(world)


def trusting(file: str) -> Callable[[World], None]:
    def arrange(world: World) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SSL_CERT_FILE", file)
            entra(raised(tls.trust))(world)

    return arrange


def roles(*names: str) -> Callable[[World], None]:
    return lambda world: setattr(world.microsoft, "tokens", [token(names)])


def token_of_another_tenant(world: World) -> None:
    world.microsoft.tokens = [token(directory=OTHER_DIRECTORY)]


def consent_outside(world: World) -> None:
    world.configure(adminConsent="external")
    world.microsoft.tokens = [token([])]


def room_answers(status: int, code: str, message: str) -> Callable[[World], None]:
    def arrange(world: World) -> None:
        world.microsoft.closed = {ROOMS[1]: GraphRefused(status, code, message)}

    return arrange


INSIDE, OUTSIDE = "boardroom@contoso.example", "chief.executive@contoso.example"
DENIED = "Access is denied. Check credentials and try again."
INSUFFICIENT = GraphRefused(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
NO = GraphRefused(403, "ErrorAccessDenied", DENIED)


def scoped(access: str, closed: dict[str, GraphRefused], *names: str) -> Callable[[World], None]:
    """A stack with a scope, the mailboxes that do not open, and the roles in its token."""

    def arrange(world: World) -> None:
        scope = {"group": "scheduling@contoso.example", "inside": INSIDE, "outside": OUTSIDE}
        world.configure(calendarAccess=access, calendarScope=scope)
        if access == "exchange-rbac":
            world.deploy(requestedPermissions=[DECLARED[0]], exchangePermissions=[DECLARED[1]])
        world.microsoft.tokens = [token(names)]
        world.microsoft.closed = closed

    return arrange


def saver(found: Account | Exception | None) -> Callable[[World], None]:
    def arrange(world: World) -> None:
        world.configure(smartrecruiters={"savedBy": SAVER})
        world.microsoft.accounts = {SAVER: found} if found else {}

    return arrange


def a_list_cut_at_the_limit(world: World) -> None:
    rooms = [f"room-{number}@contoso.example" for number in range(LIST_LIMIT + 1)]
    world.configure(expectedRooms=rooms)
    world.channel.listed = [LoadedRoom("Room", address, "room") for address in rooms[:LIST_LIMIT]]


def page(**behaviour: object) -> Callable[[World], None]:
    def arrange(world: World) -> None:
        for name, value in behaviour.items():
            setattr(world.channel, name, value)

    return arrange


def cut(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadError("Connection reset by peer", request=request)


def saving(request: str, answer: httpx.Response | Answer) -> Callable[[World], None]:
    """The real channel saves, and the page answers one of its requests so."""
    return lambda world: setattr(world.channel, "saving", _from_page(request, answer, "save", CREDENTIALS))


def loading(request: str, answer: httpx.Response | Answer) -> Callable[[World], None]:
    return lambda world: setattr(world.channel, "loading", _from_page(request, answer, "load_resources"))


def _from_page(request: str, answer: httpx.Response | Answer, method: str, *arguments: object) -> Exception:
    fake = FakePage()
    fake.answers[request] = answer
    return raised(lambda: getattr(fake.channel(), method)(*arguments))


def opening(channel: str, **variables: str) -> Callable[[World], None]:
    """The real channel is opened with these variables."""

    def arrange(world: World) -> None:
        wanted = stack_settings(
            smartrecruiters={
                "channel": channel,
                "address": world.channel.address,
                "profile": "sandbox/smartrecruiters/profile.yaml",
            }
        ).smartrecruiters

        def opened() -> None:
            with choose_channel(wanted, variables, stack="dev", project=PROJECT).open():
                pass

        world.channel.opening = raised(opened)

    return arrange


def a_session_that_others_can_read(world: World) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "dev.session.json"
        path.touch()
        path.chmod(0o644)
        opening("page-requests", SMARTRECRUITERS_SESSION_FILE=str(path))(world)
    stopped = world.channel.opening
    assert isinstance(stopped, Stopped)
    world.channel.opening = Stopped(stopped.reason, stopped.sentence.replace(folder, SESSIONS))


REHEARSED: Final = PostDeployOptions(rehearse=ROOMS[0])


def rehearsal(**failures: object) -> Callable[[World], None]:
    def arrange(world: World) -> None:
        for name, failure in failures.items():
            setattr(world.microsoft.calendar, name, failure)

    return arrange


def reading_alone_is_declared(world: World) -> None:
    reading = [DECLARED[0], "Calendars.Read"]
    world.deploy(permissions=reading, requestedPermissions=reading)
    world.microsoft.tokens = [token(reading)]
    world.microsoft.calendar.booking = NO


def booking_is_out_of_scope(world: World) -> None:
    scoped("access-policy", {OUTSIDE: NO}, *DECLARED)(world)
    world.microsoft.calendar.asking = NO


CAUSES: Final = [
    Cause(
        "The configured directory is not the deployed one",
        Reason.TENANT_MISMATCH,
        PROVISIONED,
        ExitCode.USAGE,
        lambda world: world.configure(directoryId=OTHER_DIRECTORY),
        OTHER_DIRECTORY,
    ),
    Cause(
        "The app registration was deleted in Entra",
        Reason.APPLICATION_UNKNOWN,
        PROVISIONED,
        ExitCode.CHECK_FAILED,
        entra(f"AADSTS700016: Application with identifier '{CLIENT}' was not found in the directory '{TENANT}'."),
        "pulumi up",
    ),
    Cause(
        "The service principal was deleted in Entra",
        Reason.SERVICE_PRINCIPAL_MISSING,
        PROVISIONED,
        ExitCode.CHECK_FAILED,
        entra(f"AADSTS7000229: The client application {CLIENT} is missing service principal in the tenant {TENANT}."),
        "pulumi up",
    ),
    Cause(
        "The tenant domain belongs to another company's directory",
        Reason.TENANT_MISMATCH,
        GRAPH_READY,
        ExitCode.USAGE,
        token_of_another_tenant,
        "belongs to directory",
    ),
    Cause(
        "The client secret was removed in Entra, or another one was entered",
        Reason.SECRET_REFUSED,
        GRAPH_READY,
        ExitCode.CHECK_FAILED,
        entra("AADSTS7000215: Invalid client secret provided."),
        "AADSTS7000215",
    ),
    Cause(
        "The client secret has expired",
        Reason.SECRET_EXPIRED,
        GRAPH_READY,
        ExitCode.CHECK_FAILED,
        entra("AADSTS7000222: The provided client secret keys are expired."),
        "has expired",
    ),
    Cause(
        "An administrator disabled sign-in for the app",
        Reason.APPLICATION_DISABLED,
        GRAPH_READY,
        ExitCode.CHECK_FAILED,
        entra("AADSTS7000112: Application is disabled."),
        "enable it",
    ),
    Cause(
        "The configured tenant domain does not exist",
        Reason.TENANT_UNKNOWN,
        GRAPH_READY,
        ExitCode.CHECK_FAILED,
        entra(f"AADSTS90002: Tenant '{TENANT}' not found."),
        "tenantDomain",
    ),
    Cause(
        "Entra refuses for another cause",
        Reason.ENTRA_REFUSED,
        GRAPH_READY,
        ExitCode.CHECK_FAILED,
        entra("AADSTS53003: Access has been blocked by Conditional Access policies."),
        "AADSTS53003",
    ),
    Cause(
        "The connection to Entra is cut",
        Reason.ENTRA_UNREACHABLE,
        GRAPH_READY,
        ExitCode.UNKNOWN,
        entra(EntraUnreachable("Connection reset by peer")),
        "Connection reset by peer",
    ),
    Cause(
        "The metadata endpoint of a sovereign cloud is down",
        Reason.CLOUD_UNREACHABLE,
        GRAPH_READY,
        ExitCode.UNKNOWN,
        cloud({"ARM_METADATA_HOSTNAME": "management.usgovcloudapi.net"}),
        "management.usgovcloudapi.net",
    ),
    Cause(
        "The environment names a cloud that cannot be used",
        Reason.CLOUD_REFUSED,
        GRAPH_READY,
        ExitCode.USAGE,
        cloud({"ARM_ENVIRONMENT": "usgovernment"}),
        "ARM_METADATA_HOSTNAME",
    ),
    Cause(
        "The file of trusted authorities cannot be read",
        Reason.TRUST_UNREADABLE,
        GRAPH_READY,
        ExitCode.USAGE,
        trusting("/etc/ssl/contoso-root.pem"),
        "/etc/ssl/contoso-root.pem",
    ),
    Cause(
        "One of the grants was revoked",
        Reason.GRANT_MISSING,
        GRAPH_READY,
        ExitCode.CHECK_FAILED,
        roles(DECLARED[0]),
        DECLARED[1],
    ),
    Cause(
        "More is granted than is declared",
        Reason.GRANT_UNEXPECTED,
        GRAPH_READY,
        ExitCode.CHECK_FAILED,
        roles(*DECLARED, "Mail.Read"),
        "Mail.Read",
    ),
    Cause(
        "An administrator has not consented yet (`adminConsent: external`)",
        Reason.ADMIN_CONSENT_NEEDED,
        GRAPH_READY,
        ExitCode.WAITS_FOR_PERSON,
        consent_outside,
        "administrator",
    ),
    Cause(
        "Graph refuses the directory",
        Reason.DIRECTORY_REFUSED,
        GRAPH_READY,
        ExitCode.CHECK_FAILED,
        lambda w: setattr(w.microsoft, "organization", INSUFFICIENT),
        "Authorization_RequestDenied",
    ),
    Cause(
        "The person who saves (`savedBy`) has no account in the directory",
        Reason.SAVER_UNKNOWN,
        GRAPH_READY,
        ExitCode.CHECK_FAILED,
        saver(None),
        SAVER,
    ),
    Cause(
        "The account of the person who saves is disabled",
        Reason.SAVER_DISABLED,
        GRAPH_READY,
        ExitCode.CHECK_FAILED,
        saver(Account("1", enabled=False)),
        SAVER,
    ),
    Cause(
        "Graph refuses to show the account of the person who saves",
        Reason.DIRECTORY_REFUSED,
        GRAPH_READY,
        ExitCode.CHECK_FAILED,
        saver(INSUFFICIENT),
        SAVER,
    ),
    Cause(
        "Graph answers 503 until the wait ends",
        Reason.GRAPH_UNREACHABLE,
        GRAPH_READY,
        ExitCode.UNKNOWN,
        lambda w: setattr(w.microsoft, "unreachable", GraphUnreachable("answered 503 every time")),
        "503",
    ),
    Cause(
        "The operator gets no token",
        Reason.OPERATOR_REFUSED,
        GRAPH_READY,
        ExitCode.UNKNOWN,
        lambda w: setattr(
            w.microsoft,
            "address_list",
            EntraRefused("AADSTS7000215: Invalid client secret provided", Identity.OPERATOR),
        ),
        "AADSTS7000215",
        PostDeployOptions(expect_from_operator=True),
    ),
    Cause(
        "The operator lacks `Place.Read.All`",
        Reason.OPERATOR_REFUSED,
        GRAPH_READY,
        ExitCode.UNKNOWN,
        lambda w: setattr(
            w.microsoft,
            "address_list",
            GraphRefused(403, "UnknownError", "place.read.all permission is required to read company places"),
        ),
        "grant it Place.Read.All",
        PostDeployOptions(expect_from_operator=True),
    ),
    Cause(
        "The operator's address list holds no rooms",
        Reason.NO_ROOMS_EXPECTED,
        GRAPH_READY,
        ExitCode.CHECK_FAILED,
        lambda w: setattr(w.microsoft, "address_list", []),
        "no rooms at all",
        PostDeployOptions(expect_from_operator=True),
    ),
    Cause(
        "An expected room has no mailbox",
        Reason.ROOM_UNKNOWN,
        GRAPH_READY,
        ExitCode.CHECK_FAILED,
        room_answers(404, "ErrorInvalidUser", f"The requested user '{ROOMS[1]}' is invalid."),
        ROOMS[1],
    ),
    Cause(
        "An expected room's mailbox is on premises, inactive or soft-deleted",
        Reason.MAILBOX_ELSEWHERE,
        GRAPH_READY,
        ExitCode.CHECK_FAILED,
        room_answers(404, "MailboxNotEnabledForRESTAPI", "The mailbox is either inactive or hosted on-premise."),
        "can book only what is in Exchange Online",
    ),
    Cause(
        "An Exchange policy refuses an expected room's calendar",
        Reason.CALENDAR_REFUSED,
        GRAPH_READY,
        ExitCode.CHECK_FAILED,
        room_answers(403, "ErrorAccessDenied", DENIED),
        ROOMS[1],
    ),
    Cause(
        "Graph refuses every calendar",
        Reason.CALENDAR_REFUSED,
        GRAPH_READY,
        ExitCode.CHECK_FAILED,
        lambda w: setattr(
            w.microsoft,
            "unreachable",
            GraphRefused(401, "InvalidAuthenticationToken", "Access token validation failure."),
        ),
        "401 InvalidAuthenticationToken",
    ),
    Cause(
        "The scope in Exchange does not exist yet (`exchange-rbac`)",
        Reason.EXCHANGE_SCOPE_NEEDED,
        GRAPH_READY,
        ExitCode.WAITS_FOR_PERSON,
        scoped("exchange-rbac", {INSIDE: NO, OUTSIDE: NO}, DECLARED[0]),
        "exchange-scope --stack dev",
    ),
    Cause(
        "The policy in Exchange does not exist yet (`access-policy`)",
        Reason.EXCHANGE_SCOPE_NEEDED,
        GRAPH_READY,
        ExitCode.WAITS_FOR_PERSON,
        scoped("access-policy", {}, *DECLARED),
        OUTSIDE,
    ),
    Cause(
        "The scope in Exchange opens a mailbox that must stay closed",
        Reason.EXCHANGE_SCOPE_TOO_WIDE,
        GRAPH_READY,
        ExitCode.CHECK_FAILED,
        scoped("exchange-rbac", {}, DECLARED[0]),
        OUTSIDE,
    ),
    Cause(
        "The scope in Exchange omits a mailbox that it must open",
        Reason.EXCHANGE_SCOPE_TOO_NARROW,
        GRAPH_READY,
        ExitCode.CHECK_FAILED,
        scoped("access-policy", {INSIDE: NO, OUTSIDE: NO}, *DECLARED),
        INSIDE,
    ),
    Cause(
        "The mailbox that must stay closed does not exist",
        Reason.SCOPE_MAILBOX_UNKNOWN,
        GRAPH_READY,
        ExitCode.CHECK_FAILED,
        scoped(
            "exchange-rbac",
            {OUTSIDE: GraphRefused(404, "ErrorInvalidUser", f"The requested user '{OUTSIDE}' is invalid.")},
            DECLARED[0],
        ),
        OUTSIDE,
    ),
    Cause(
        "A tenant-wide grant defeats the scope in Exchange",
        Reason.GRANT_UNEXPECTED,
        GRAPH_READY,
        ExitCode.CHECK_FAILED,
        scoped("exchange-rbac", {OUTSIDE: NO}, *DECLARED),
        "every mailbox",
    ),
    Cause(
        "With `--rehearse`: the app may read calendars and not book",
        Reason.BOOKING_REFUSED,
        ClaimName.BOOKABLE,
        ExitCode.CHECK_FAILED,
        reading_alone_is_declared,
        "does not declare Calendars.ReadWrite",
        REHEARSED,
    ),
    Cause(
        "With `--rehearse`: an Exchange policy lets the app read and not book",
        Reason.BOOKING_REFUSED,
        ClaimName.BOOKABLE,
        ExitCode.CHECK_FAILED,
        rehearsal(booking=NO),
        "Exchange policy",
        REHEARSED,
    ),
    Cause(
        "With `--rehearse`: the mailbox is outside the scope in Exchange",
        Reason.AVAILABILITY_REFUSED,
        ClaimName.BOOKABLE,
        ExitCode.CHECK_FAILED,
        booking_is_out_of_scope,
        "name a mailbox in scope",
        REHEARSED,
    ),
    Cause(
        "With `--rehearse`: an expected room does not show when it is free",
        Reason.AVAILABILITY_REFUSED,
        ClaimName.BOOKABLE,
        ExitCode.CHECK_FAILED,
        rehearsal(unknown={ROOMS[1]: f"ErrorAccessDenied: {DENIED}"}),
        ROOMS[1],
        REHEARSED,
    ),
    Cause(
        "With `--rehearse`: nobody has that mailbox",
        Reason.REHEARSAL_MAILBOX_UNKNOWN,
        ClaimName.BOOKABLE,
        ExitCode.CHECK_FAILED,
        rehearsal(asking=GraphRefused(404, "ErrorInvalidUser", f"The requested user '{ROOMS[0]}' is invalid.")),
        f"{ROOMS[0]} has no mailbox",
        REHEARSED,
    ),
    Cause(
        "With `--rehearse`: Graph stops answering before the event is removed",
        Reason.BOOKING_NOT_REMOVED,
        ClaimName.BOOKABLE,
        ExitCode.UNKNOWN,
        rehearsal(removing=GraphUnreachable("answered 503 every time")),
        "may still hold the event",
        REHEARSED,
    ),
    Cause(
        "Nobody has signed in yet",
        Reason.SIGN_IN_NEEDED,
        DELIVERED,
        ExitCode.WAITS_FOR_PERSON,
        opening("page-requests", SMARTRECRUITERS_SESSION_FILE=f"{SESSIONS}/dev.session.json"),
        "dev.session.json",
    ),
    Cause(
        "Another run deploys the stack at the delivery",
        Reason.STACK_LOCKED,
        DELIVERED,
        ExitCode.UNKNOWN,
        deployed_meanwhile,
        "no longer its current secret",
    ),
    Cause(
        "Nobody answers when the browser asks before *Save*",
        Reason.PERSON_NEEDED,
        DELIVERED,
        ExitCode.WAITS_FOR_PERSON,
        page(saving=raised(lambda: Nobody().agrees(f"Save Client ID {CLIENT} for {TENANT}?"))),
        "--yes",
    ),
    Cause(
        "The configured browser is not installed",
        Reason.BROWSER_UNUSABLE,
        DELIVERED,
        ExitCode.USAGE,
        opening("browser", SMARTRECRUITERS_BROWSER="/opt/chromium/chrome"),
        "/opt/chromium/chrome",
    ),
    Cause(
        "Others can read the session file",
        Reason.SESSION_FILE_REFUSED,
        DELIVERED,
        ExitCode.USAGE,
        a_session_that_others_can_read,
        "chmod 600",
    ),
    Cause(
        "The page refuses the values",
        Reason.DELIVERY_REFUSED,
        DELIVERED,
        ExitCode.CHECK_FAILED,
        saving(
            "POST /instance/calendar/save",
            httpx.Response(422, json={"code": "VALIDATION_ERROR", "message": "Enter the domain of your tenant."}),
        ),
        "Enter the domain of your tenant",
    ),
    Cause(
        "The answer to *Save* never comes",
        Reason.DELIVERY_IN_DOUBT,
        DELIVERED,
        ExitCode.UNKNOWN,
        saving("POST /instance/calendar/save", cut),
        "delivers again",
    ),
    Cause(
        "SmartRecruiters cannot be reached",
        Reason.SMARTRECRUITERS_UNREACHABLE,
        DELIVERED,
        ExitCode.UNKNOWN,
        saving("GET /instance/calendar", cut),
        "did not answer",
    ),
    Cause(
        "A bot protection answers *Save* in place of the page",
        Reason.BOT_PROTECTION,
        DELIVERED,
        ExitCode.WAITS_FOR_PERSON,
        saving("POST /instance/calendar/save", httpx.Response(403, headers={"cf-mitigated": "challenge"})),
        "A bot protection (Cloudflare) answered in place of SmartRecruiters",
    ),
    Cause(
        "The page answers in a way that the profile does not describe",
        Reason.PAGE_CHANGED,
        DELIVERED,
        ExitCode.CHECK_FAILED,
        saving("POST /instance/calendar/save", httpx.Response(404)),
        "profile",
    ),
    Cause(
        "The page reports that Microsoft rejected the credentials",
        Reason.LOAD_REFUSED,
        ROOMS_LOADED,
        ExitCode.CHECK_FAILED,
        loading(
            "POST /instance/calendar/load",
            httpx.Response(
                409,
                json={
                    "code": "AUTHENTICATION_FAILED",
                    "message": "Microsoft did not accept the Client ID, Client Secret or Tenant ID.",
                },
            ),
        ),
        "Microsoft did not accept the Client ID",
    ),
    Cause(
        "The list ends after 100 rooms while more are expected",
        Reason.ROOM_LIST_CUT,
        ROOMS_LOADED,
        ExitCode.CHECK_FAILED,
        a_list_cut_at_the_limit,
        f"exactly {LIST_LIMIT} rooms",
    ),
    Cause(
        "The page lists no rooms",
        Reason.NO_ROOMS_LOADED,
        ROOMS_LOADED,
        ExitCode.CHECK_FAILED,
        page(listed=[]),
        "no rooms",
    ),
    Cause(
        "An expected room is not listed",
        Reason.ROOM_NOT_LOADED,
        ROOMS_LOADED,
        ExitCode.CHECK_FAILED,
        page(listed=[LoadedRoom("Boardroom", ROOMS[0], "room")]),
        ROOMS[1],
    ),
]

BEFORE_THE_CLAIMS: Final = {
    Reason.CLI_MISSING: "There is no usable `pulumi` on PATH",
    Reason.STACK_UNKNOWN: "The state backend has no such stack",
    Reason.STACK_NOT_DEPLOYED: "The stack was never deployed, or not completely",
    Reason.STACK_UNREADABLE: "The state backend cannot be reached",
    Reason.NOT_LOGGED_IN: "Pulumi is not logged in to a state backend",
    Reason.PASSPHRASE_REFUSED: "The stack's secrets cannot be decrypted",
    Reason.SETTINGS_REFUSED: "The configuration has mistakes",
    Reason.CHANNEL_REFUSED: "The channel's address or profile is missing or wrong",
    Reason.EXPECTED_ROOMS_REFUSED: "The file of expected rooms has mistakes or is missing",
}
"""Reported before a run begins."""
