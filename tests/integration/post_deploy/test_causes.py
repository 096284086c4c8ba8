"""Each cause has an exit code, a reason code of its own, one sentence with the next step, and an honest receipt."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

import integration
from integration.claims import ClaimName, Status
from integration.exit_codes import ExitCode
from integration.graph.cloud import CloudRefused, CloudUnreachable
from integration.graph.errors import EntraRefused, EntraUnreachable, GraphRefused, GraphUnreachable
from integration.graph.questions import Account
from integration.post_deploy.result import not_begun
from integration.post_deploy.services import Wish
from integration.reasons import EXIT_CODES, Reason, Stopped
from integration.rooms import LIST_LIMIT
from integration.smartrecruiters.channel import (
    LoadedRoom,
    PageChanged,
    PersonNeeded,
    Refused,
    SignInNeeded,
    Unreachable,
)
from integration.tls import TrustUnreadable
from tests.integration.post_deploy.world import OTHER_DIRECTORY, World, token
from tests.integration.stack_values import DECLARED, ROOMS, SECRET

INTEGRATION = Path(integration.__file__).parent
SAVER = "recruiting.admin@contoso.example"
PROVISIONED, GRAPH_READY, DELIVERED, ROOMS_LOADED = list(ClaimName)[:4]


@dataclass
class Cause:
    reason: Reason
    claim: ClaimName
    exit_code: ExitCode
    arrange: Callable[[World], None]
    names: str
    """What the sentence must name."""
    wish: Wish | None = None


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


CAUSES = [
    Cause(
        Reason.TENANT_MISMATCH,
        PROVISIONED,
        ExitCode.USAGE,
        lambda world: world.configure(directoryId=OTHER_DIRECTORY),
        OTHER_DIRECTORY,
    ),
    Cause(Reason.APPLICATION_UNKNOWN, PROVISIONED, ExitCode.FINDINGS, entra("AADSTS700016: no app"), "pulumi up"),
    Cause(Reason.SERVICE_PRINCIPAL_MISSING, PROVISIONED, ExitCode.FINDINGS, entra("AADSTS7000229: no SP"), "pulumi up"),
    Cause(Reason.TENANT_MISMATCH, GRAPH_READY, ExitCode.USAGE, token_of_another_tenant, "belongs to directory"),
    Cause(Reason.SECRET_REFUSED, GRAPH_READY, ExitCode.FINDINGS, entra("AADSTS7000215: wrong"), "AADSTS7000215"),
    Cause(Reason.SECRET_EXPIRED, GRAPH_READY, ExitCode.FINDINGS, entra("AADSTS7000222: old"), "has expired"),
    Cause(Reason.APPLICATION_DISABLED, GRAPH_READY, ExitCode.FINDINGS, entra("AADSTS7000112: off"), "enable it"),
    Cause(Reason.TENANT_UNKNOWN, GRAPH_READY, ExitCode.FINDINGS, entra("AADSTS90002: none"), "tenantDomain"),
    Cause(Reason.ENTRA_REFUSED, GRAPH_READY, ExitCode.FINDINGS, entra("AADSTS50999: odd"), "AADSTS50999"),
    Cause(Reason.ENTRA_UNREACHABLE, GRAPH_READY, ExitCode.UNKNOWN, entra(EntraUnreachable("cut")), "cut"),
    Cause(Reason.CLOUD_UNREACHABLE, GRAPH_READY, ExitCode.UNKNOWN, entra(CloudUnreachable("Down: wait.")), "wait"),
    Cause(Reason.CLOUD_REFUSED, GRAPH_READY, ExitCode.USAGE, entra(CloudRefused("Odd: set it.")), "set it"),
    Cause(Reason.TRUST_UNREADABLE, GRAPH_READY, ExitCode.USAGE, entra(TrustUnreadable("No file: name one.")), "name"),
    Cause(Reason.GRANT_MISSING, GRAPH_READY, ExitCode.FINDINGS, roles(DECLARED[0]), DECLARED[1]),
    Cause(Reason.GRANT_UNEXPECTED, GRAPH_READY, ExitCode.FINDINGS, roles(*DECLARED, "Mail.Read"), "Mail.Read"),
    Cause(Reason.ADMIN_CONSENT_NEEDED, GRAPH_READY, ExitCode.WAITS_FOR_PERSON, consent_outside, "administrator"),
    Cause(
        Reason.DIRECTORY_REFUSED,
        GRAPH_READY,
        ExitCode.FINDINGS,
        lambda w: setattr(w.microsoft, "organization", GraphRefused(403, "Authorization_RequestDenied", "No.")),
        "Authorization_RequestDenied",
    ),
    Cause(Reason.SAVER_UNKNOWN, GRAPH_READY, ExitCode.FINDINGS, saver(None), SAVER),
    Cause(Reason.SAVER_DISABLED, GRAPH_READY, ExitCode.FINDINGS, saver(Account("1", enabled=False)), SAVER),
    Cause(
        Reason.DIRECTORY_REFUSED,
        GRAPH_READY,
        ExitCode.FINDINGS,
        saver(GraphRefused(403, "Authorization_RequestDenied", "No.")),
        SAVER,
    ),
    Cause(
        Reason.GRAPH_UNREACHABLE,
        GRAPH_READY,
        ExitCode.UNKNOWN,
        lambda w: setattr(w.microsoft, "unreachable", GraphUnreachable("answered 503 5 times")),
        "503",
    ),
    Cause(
        Reason.OPERATOR_REFUSED,
        GRAPH_READY,
        ExitCode.USAGE,
        lambda w: setattr(w.microsoft, "address_list", GraphRefused(403, "UnknownError", "Place.Read.All")),
        "grant it Place.Read.All",
        Wish(expect_from_operator=True),
    ),
    Cause(
        Reason.NO_ROOMS_EXPECTED,
        GRAPH_READY,
        ExitCode.FINDINGS,
        lambda w: setattr(w.microsoft, "address_list", []),
        "no rooms at all",
        Wish(expect_from_operator=True),
    ),
    Cause(Reason.ROOM_UNKNOWN, GRAPH_READY, ExitCode.FINDINGS, room_answers(404, "ErrorInvalidUser"), ROOMS[1]),
    Cause(Reason.CALENDAR_REFUSED, GRAPH_READY, ExitCode.FINDINGS, room_answers(403, "ErrorAccessDenied"), ROOMS[1]),
    Cause(
        Reason.EXCHANGE_SCOPE_NEEDED,
        GRAPH_READY,
        ExitCode.WAITS_FOR_PERSON,
        scoped("exchange-rbac", {INSIDE: NO, OUTSIDE: NO}, DECLARED[0]),
        "exchange_scope.py --stack dev",
    ),
    Cause(
        Reason.EXCHANGE_SCOPE_NEEDED,
        GRAPH_READY,
        ExitCode.WAITS_FOR_PERSON,
        scoped("access-policy", {}, *DECLARED),
        OUTSIDE,
    ),
    Cause(
        Reason.EXCHANGE_SCOPE_TOO_WIDE,
        GRAPH_READY,
        ExitCode.FINDINGS,
        scoped("exchange-rbac", {}, DECLARED[0]),
        OUTSIDE,
    ),
    Cause(
        Reason.EXCHANGE_SCOPE_TOO_NARROW,
        GRAPH_READY,
        ExitCode.FINDINGS,
        scoped("access-policy", {INSIDE: NO, OUTSIDE: NO}, *DECLARED),
        INSIDE,
    ),
    Cause(
        Reason.SCOPE_MAILBOX_UNKNOWN,
        GRAPH_READY,
        ExitCode.FINDINGS,
        scoped("exchange-rbac", {OUTSIDE: GraphRefused(404, "ErrorInvalidUser", "No.")}, DECLARED[0]),
        OUTSIDE,
    ),
    Cause(
        Reason.GRANT_UNEXPECTED,
        GRAPH_READY,
        ExitCode.FINDINGS,
        scoped("exchange-rbac", {OUTSIDE: NO}, *DECLARED),
        "beside the scope in Exchange",
    ),
    Cause(
        Reason.SIGN_IN_NEEDED,
        DELIVERED,
        ExitCode.WAITS_FOR_PERSON,
        page(opening=SignInNeeded("Nobody is signed in.")),
        "Nobody is signed in",
    ),
    Cause(
        Reason.PERSON_NEEDED,
        DELIVERED,
        ExitCode.WAITS_FOR_PERSON,
        page(saving=PersonNeeded("A person has to agree.")),
        "--yes",
    ),
    Cause(
        Reason.BROWSER_UNUSABLE,
        DELIVERED,
        ExitCode.USAGE,
        page(opening=Stopped(Reason.BROWSER_UNUSABLE, "It does not start: start it by hand once.")),
        "by hand",
    ),
    Cause(
        Reason.SESSION_FILE_REFUSED,
        DELIVERED,
        ExitCode.USAGE,
        page(opening=Stopped(Reason.SESSION_FILE_REFUSED, "Others may read it: chmod 600 it.")),
        "chmod 600",
    ),
    Cause(
        Reason.DELIVERY_REFUSED,
        DELIVERED,
        ExitCode.FINDINGS,
        page(saving=Refused("validation-error", "SmartRecruiters refused Save: bad tenant.", {"tenantId": "bad"})),
        "bad tenant",
    ),
    Cause(
        Reason.DELIVERY_IN_DOUBT,
        DELIVERED,
        ExitCode.UNKNOWN,
        page(saving=Unreachable("The answer never came.", may_have_been_saved=True)),
        "delivers once more",
    ),
    Cause(
        Reason.SMARTRECRUITERS_UNREACHABLE,
        DELIVERED,
        ExitCode.UNKNOWN,
        page(saving=Unreachable("No route.")),
        "No route",
    ),
    Cause(
        Reason.PAGE_CHANGED, DELIVERED, ExitCode.FINDINGS, page(saving=PageChanged("a field", "No field.")), "profile"
    ),
    Cause(
        Reason.LOAD_REFUSED,
        ROOMS_LOADED,
        ExitCode.FINDINGS,
        page(loading=Refused("authentication-failed", "Microsoft did not accept them.")),
        "--redeliver",
    ),
    Cause(
        Reason.ROOM_LIST_CUT, ROOMS_LOADED, ExitCode.FINDINGS, a_list_cut_at_the_limit, f"exactly {LIST_LIMIT} rooms"
    ),
    Cause(Reason.NO_ROOMS_LOADED, ROOMS_LOADED, ExitCode.FINDINGS, page(listed=[]), "no rooms"),
    Cause(
        Reason.ROOM_NOT_LOADED,
        ROOMS_LOADED,
        ExitCode.FINDINGS,
        page(listed=[LoadedRoom("Boardroom", ROOMS[0], "room")]),
        ROOMS[1],
    ),
]


def told_by(cause: Cause) -> str:
    return f"{cause.claim}: {cause.reason}, {cause.names}"


BEFORE_THE_CLAIMS = {
    Reason.CLI_MISSING,
    Reason.STACK_UNKNOWN,
    Reason.STACK_NOT_DEPLOYED,
    Reason.STACK_UNREADABLE,
    Reason.NOT_LOGGED_IN,
    Reason.PASSPHRASE_REFUSED,
    Reason.SETTINGS_REFUSED,
    Reason.CHANNEL_REFUSED,
    Reason.EXPECTED_ROOMS_REFUSED,
}
"""Told before a run begins: tests of `stacks`, `channel_choice` and the script."""


@pytest.mark.parametrize("cause", CAUSES, ids=told_by)
def test_a_cause_is_told_and_only_what_was_reached_is_claimed(world: World, cause: Cause) -> None:
    cause.arrange(world)
    result = world.run(cause.wish)
    assert (result.reason, result.exit_code) == (cause.reason, cause.exit_code)
    assert cause.names in result.sentence
    assert result.sentence.endswith(".")
    before = list(ClaimName)[: list(ClaimName).index(cause.claim)]
    assert world.receipt.claims == tuple(before)
    assert world.receipt.reason is cause.reason
    missed = result.claims[len(before)]
    assert (missed.claim, missed.status, missed.reason) == (cause.claim, Status.NOT_REACHED, cause.reason)
    assert {claim.status for claim in result.claims[len(before) + 1 :]} == {Status.NOT_ATTEMPTED}


@pytest.mark.parametrize("cause", CAUSES, ids=told_by)
def test_a_plain_second_run_heals_once_the_cause_is_gone(cause: Cause) -> None:
    broken = World()
    cause.arrange(broken)
    broken.run(cause.wish)
    healed = World(tags=broken.tags, now=broken.now)
    assert healed.run().exit_code == ExitCode.AS_WISHED
    assert healed.receipt.claims == tuple(ClaimName)
    assert len(broken.channel.saved) + len(healed.channel.saved) == 1


@pytest.mark.parametrize("cause", CAUSES, ids=told_by)
def test_the_secret_is_in_nothing_that_is_told_or_kept(world: World, cause: Cause) -> None:
    cause.arrange(world)
    told = world.run(cause.wish).model_dump_json() + repr(world.facts) + "".join(world.steps)
    assert SECRET not in told + str(world.tags)


def test_nothing_is_delivered_to_a_tenant_that_is_not_the_stacks_own(world: World) -> None:
    world.microsoft.tokens = [token(directory=OTHER_DIRECTORY)]
    world.run()
    assert world.channel.saved == []


NAMED_BY = (
    "post_deploy",
    "channel_choice.py",
    "expected_rooms.py",
    "room_file.py",
    "stacks.py",
    "graph/errors.py",
    "smartrecruiters",
)
"""What post-deploy stops with is decided there."""


def test_every_reason_that_post_deploy_names_has_a_cause_here_or_before_the_claims() -> None:
    named = set()
    for place in NAMED_BY:
        path = INTEGRATION / place
        for file in [path] if path.is_file() else path.rglob("*.py"):
            named |= {Reason[name] for name in re.findall(r"\bReason\.([A-Z_]+)", file.read_text())}
    late = {Reason.RECEIPT_NOT_KEPT}
    told = {cause.reason for cause in CAUSES} | BEFORE_THE_CLAIMS | late
    assert named
    assert named <= told


def test_a_run_that_could_not_begin_attempts_no_claim() -> None:
    result = not_begun("dev", Stopped(Reason.STACK_UNKNOWN, "There is no such stack: name another."))
    assert result.exit_code == EXIT_CODES[Reason.STACK_UNKNOWN]
    assert {claim.status for claim in result.claims} == {Status.NOT_ATTEMPTED}
