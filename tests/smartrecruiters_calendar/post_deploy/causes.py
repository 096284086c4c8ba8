"""What keeps a claim from being reached: each cause, its reason and exit code, and what its sentence must name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from smartrecruiters_calendar.entra.cloud import CloudRefused, CloudUnreachable
from smartrecruiters_calendar.entra.errors import (
    EntraRefused,
    EntraUnreachable,
    GraphRefused,
    GraphUnreachable,
)
from smartrecruiters_calendar.entra.questions import Account
from smartrecruiters_calendar.entra.tls import TrustUnreadable
from smartrecruiters_calendar.outcome import ExitCode, Reason, Stopped
from smartrecruiters_calendar.page.channel import (
    LoadedRoom,
    PageChanged,
    PersonNeeded,
    Refused,
    SignInNeeded,
    Unreachable,
)
from smartrecruiters_calendar.post_deploy.services import PostDeployOptions
from smartrecruiters_calendar.rooms.comparison import LIST_LIMIT
from smartrecruiters_calendar.stack.receipts import ClaimName
from tests.smartrecruiters_calendar.post_deploy.world import OTHER_DIRECTORY, World, token
from tests.smartrecruiters_calendar.stack_values import DECLARED, ROOMS

SAVER = "recruiting.admin@contoso.example"
PROVISIONED, GRAPH_READY, DELIVERED, ROOMS_LOADED = list(ClaimName)[:4]


@dataclass(frozen=True)
class Cause:
    """Something that keeps a claim from being reached, and how it is told."""

    happens: str
    """For people, in one clause."""
    reason: Reason
    claim: ClaimName
    exit_code: ExitCode
    arrange: Callable[[World], None]
    names: str
    """What the sentence must name."""
    options: PostDeployOptions | None = None


def entra(text: str | Exception) -> Callable[[World], None]:
    def arrange(world: World) -> None:
        world.microsoft.tokens = [EntraRefused(text) if isinstance(text, str) else text]

    return arrange


def roles(*names: str) -> Callable[[World], None]:
    return lambda world: setattr(world.microsoft, "tokens", [token(names)])


def token_of_another_tenant(world: World) -> None:
    world.microsoft.tokens = [token(directory=OTHER_DIRECTORY)]


def consent_outside(world: World) -> None:
    world.configure(adminConsent="external")
    world.microsoft.tokens = [token([])]


def room_answers(status: int, code: str) -> Callable[[World], None]:
    def arrange(world: World) -> None:
        world.microsoft.closed = {ROOMS[1]: GraphRefused(status, code, "No.")}

    return arrange


INSIDE, OUTSIDE = "boardroom@contoso.example", "chief.executive@contoso.example"
NO = GraphRefused(403, "ErrorAccessDenied", "No.")


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


CAUSES: Final = [
    Cause(
        "The stack's configuration names another directory than it was deployed to",
        Reason.TENANT_MISMATCH,
        PROVISIONED,
        ExitCode.USAGE,
        lambda world: world.configure(directoryId=OTHER_DIRECTORY),
        OTHER_DIRECTORY,
    ),
    Cause(
        "Somebody deleted the app registration in Entra",
        Reason.APPLICATION_UNKNOWN,
        PROVISIONED,
        ExitCode.CHECK_FAILED,
        entra("AADSTS700016: no app"),
        "pulumi up",
    ),
    Cause(
        "Somebody deleted the service principal in Entra",
        Reason.SERVICE_PRINCIPAL_MISSING,
        PROVISIONED,
        ExitCode.CHECK_FAILED,
        entra("AADSTS7000229: no SP"),
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
        "Somebody removed the client secret in Entra, or another one was entered",
        Reason.SECRET_REFUSED,
        GRAPH_READY,
        ExitCode.CHECK_FAILED,
        entra("AADSTS7000215: wrong"),
        "AADSTS7000215",
    ),
    Cause(
        "The client secret has expired",
        Reason.SECRET_EXPIRED,
        GRAPH_READY,
        ExitCode.CHECK_FAILED,
        entra("AADSTS7000222: old"),
        "has expired",
    ),
    Cause(
        "An administrator disabled sign-in for the app",
        Reason.APPLICATION_DISABLED,
        GRAPH_READY,
        ExitCode.CHECK_FAILED,
        entra("AADSTS7000112: off"),
        "enable it",
    ),
    Cause(
        "The configured tenant domain does not exist",
        Reason.TENANT_UNKNOWN,
        GRAPH_READY,
        ExitCode.CHECK_FAILED,
        entra("AADSTS90002: none"),
        "tenantDomain",
    ),
    Cause(
        "Entra refuses for a cause that has no reason of its own",
        Reason.ENTRA_REFUSED,
        GRAPH_READY,
        ExitCode.CHECK_FAILED,
        entra("AADSTS50999: odd"),
        "AADSTS50999",
    ),
    Cause(
        "The connection to Entra is cut",
        Reason.ENTRA_UNREACHABLE,
        GRAPH_READY,
        ExitCode.UNKNOWN,
        entra(EntraUnreachable("cut")),
        "cut",
    ),
    Cause(
        "The metadata endpoint of a sovereign cloud does not answer",
        Reason.CLOUD_UNREACHABLE,
        GRAPH_READY,
        ExitCode.UNKNOWN,
        entra(CloudUnreachable("Down: wait.")),
        "wait",
    ),
    Cause(
        "The environment names a cloud that cannot be used",
        Reason.CLOUD_REFUSED,
        GRAPH_READY,
        ExitCode.USAGE,
        entra(CloudRefused("Odd: set it.")),
        "set it",
    ),
    Cause(
        "The file of trusted authorities cannot be read",
        Reason.TRUST_UNREADABLE,
        GRAPH_READY,
        ExitCode.USAGE,
        entra(TrustUnreadable("No file: name one.")),
        "name",
    ),
    Cause(
        "Somebody revoked one of the grants",
        Reason.GRANT_MISSING,
        GRAPH_READY,
        ExitCode.CHECK_FAILED,
        roles(DECLARED[0]),
        DECLARED[1],
    ),
    Cause(
        "Somebody granted more than is declared",
        Reason.GRANT_UNEXPECTED,
        GRAPH_READY,
        ExitCode.CHECK_FAILED,
        roles(*DECLARED, "Mail.Read"),
        "Mail.Read",
    ),
    Cause(
        "An administrator's consent is still outstanding (`adminConsent: external`)",
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
        lambda w: setattr(w.microsoft, "organization", GraphRefused(403, "Authorization_RequestDenied", "No.")),
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
        saver(GraphRefused(403, "Authorization_RequestDenied", "No.")),
        SAVER,
    ),
    Cause(
        "Graph answers 503 for as long as is waited",
        Reason.GRAPH_UNREACHABLE,
        GRAPH_READY,
        ExitCode.UNKNOWN,
        lambda w: setattr(w.microsoft, "unreachable", GraphUnreachable("answered 503 every time")),
        "503",
    ),
    Cause(
        "The operator lacks `Place.Read.All`",
        Reason.OPERATOR_REFUSED,
        GRAPH_READY,
        ExitCode.USAGE,
        lambda w: setattr(w.microsoft, "address_list", GraphRefused(403, "UnknownError", "Place.Read.All")),
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
        room_answers(404, "ErrorInvalidUser"),
        ROOMS[1],
    ),
    Cause(
        "An Exchange policy refuses an expected room's calendar",
        Reason.CALENDAR_REFUSED,
        GRAPH_READY,
        ExitCode.CHECK_FAILED,
        room_answers(403, "ErrorAccessDenied"),
        ROOMS[1],
    ),
    Cause(
        "Graph refuses to be asked for calendars at all",
        Reason.CALENDAR_REFUSED,
        GRAPH_READY,
        ExitCode.CHECK_FAILED,
        lambda w: setattr(w.microsoft, "unreachable", GraphRefused(401, "InvalidAuthenticationToken", "No.")),
        "401 InvalidAuthenticationToken",
    ),
    Cause(
        "The scope in Exchange was not made yet (`exchange-rbac`)",
        Reason.EXCHANGE_SCOPE_NEEDED,
        GRAPH_READY,
        ExitCode.WAITS_FOR_PERSON,
        scoped("exchange-rbac", {INSIDE: NO, OUTSIDE: NO}, DECLARED[0]),
        "exchange-scope --stack dev",
    ),
    Cause(
        "The policy in Exchange was not made yet (`access-policy`)",
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
        "The scope in Exchange leaves out a mailbox that it must open",
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
        scoped("exchange-rbac", {OUTSIDE: GraphRefused(404, "ErrorInvalidUser", "No.")}, DECLARED[0]),
        OUTSIDE,
    ),
    Cause(
        "A tenant-wide grant makes the scope in Exchange meaningless",
        Reason.GRANT_UNEXPECTED,
        GRAPH_READY,
        ExitCode.CHECK_FAILED,
        scoped("exchange-rbac", {OUTSIDE: NO}, *DECLARED),
        "in addition to the scope in Exchange",
    ),
    Cause(
        "Nobody is signed in to SmartRecruiters",
        Reason.SIGN_IN_NEEDED,
        DELIVERED,
        ExitCode.WAITS_FOR_PERSON,
        page(opening=SignInNeeded("Nobody is signed in.")),
        "Nobody is signed in",
    ),
    Cause(
        "The browser waits for a person's agreement before *Save*, and nobody is there",
        Reason.PERSON_NEEDED,
        DELIVERED,
        ExitCode.WAITS_FOR_PERSON,
        page(saving=PersonNeeded("A person has to agree.", "run this again with --yes")),
        "--yes",
    ),
    Cause(
        "The machine's browser does not start",
        Reason.BROWSER_UNUSABLE,
        DELIVERED,
        ExitCode.USAGE,
        page(opening=Stopped(Reason.BROWSER_UNUSABLE, "It does not start: start it by hand once.")),
        "by hand",
    ),
    Cause(
        "Others can read the session file",
        Reason.SESSION_FILE_REFUSED,
        DELIVERED,
        ExitCode.USAGE,
        page(opening=Stopped(Reason.SESSION_FILE_REFUSED, "Others may read it: chmod 600 it.")),
        "chmod 600",
    ),
    Cause(
        "The page refuses the values",
        Reason.DELIVERY_REFUSED,
        DELIVERED,
        ExitCode.CHECK_FAILED,
        page(saving=Refused("validation-error", "SmartRecruiters refused Save: bad tenant.", {"tenantId": "bad"})),
        "bad tenant",
    ),
    Cause(
        "The answer to *Save* never comes",
        Reason.DELIVERY_IN_DOUBT,
        DELIVERED,
        ExitCode.UNKNOWN,
        page(saving=Unreachable("The answer never came.", may_have_been_saved=True)),
        "delivers again",
    ),
    Cause(
        "SmartRecruiters cannot be reached",
        Reason.SMARTRECRUITERS_UNREACHABLE,
        DELIVERED,
        ExitCode.UNKNOWN,
        page(saving=Unreachable("No route.")),
        "No route",
    ),
    Cause(
        "The page answers in a way that nobody described",
        Reason.PAGE_CHANGED,
        DELIVERED,
        ExitCode.CHECK_FAILED,
        page(saving=PageChanged("No field.")),
        "profile",
    ),
    Cause(
        "The page says that Microsoft turned the credentials down",
        Reason.LOAD_REFUSED,
        ROOMS_LOADED,
        ExitCode.CHECK_FAILED,
        page(loading=Refused("authentication-failed", "Microsoft did not accept them.")),
        "enters the secret again",
    ),
    Cause(
        "The list is cut at 100 rooms while more are expected",
        Reason.ROOM_LIST_CUT,
        ROOMS_LOADED,
        ExitCode.CHECK_FAILED,
        a_list_cut_at_the_limit,
        f"exactly {LIST_LIMIT} rooms",
    ),
    Cause(
        "SmartRecruiters lists no rooms",
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
    Reason.STACK_NOT_DEPLOYED: "The stack was never deployed, or not to its end",
    Reason.STACK_UNREADABLE: "The state backend cannot be reached",
    Reason.NOT_LOGGED_IN: "Pulumi is not logged in to a state backend",
    Reason.PASSPHRASE_REFUSED: "The stack's secrets cannot be decrypted",
    Reason.SETTINGS_REFUSED: "The configuration has mistakes",
    Reason.CHANNEL_REFUSED: "The channel's address or profile is missing or wrong",
    Reason.EXPECTED_ROOMS_REFUSED: "The file of expected rooms has mistakes, or is not there",
}
"""Told before a run begins: tests of `stacks`, `channel_choice`, `room_file` and the script."""
