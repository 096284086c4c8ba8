"""What post-deploy and the audit print, typed as printed against a stack, Microsoft and a page that behave as told."""

import pytest

from smartrecruiters_calendar.audit.checks import ALL_CHECKS
from smartrecruiters_calendar.audit.evidence import SignIn
from smartrecruiters_calendar.entra.comparison import Permission
from smartrecruiters_calendar.outcome import ExitCode, Reason, Status
from smartrecruiters_calendar.page.channel import BotProtection, ChannelFailure, LoadedRoom, SignInNeeded
from smartrecruiters_calendar.post_deploy.claims import ClaimStatus, GraphReadyEvidence
from smartrecruiters_calendar.post_deploy.result import PostDeployResult
from smartrecruiters_calendar.post_deploy.services import PostDeployOptions
from smartrecruiters_calendar.stack.receipt_log import ReceiptLog
from smartrecruiters_calendar.stack.receipts import ClaimName
from tests.remedies import verb
from tests.remedies.printed import Remedy
from tests.smartrecruiters_calendar.audit.cases import case, found
from tests.smartrecruiters_calendar.audit.checks.test_use import SCOPE
from tests.smartrecruiters_calendar.post_deploy.causes import NO, OUTSIDE, REHEARSED, reading_alone_is_declared, scoped
from tests.smartrecruiters_calendar.post_deploy.world import World, token
from tests.smartrecruiters_calendar.rotation.stands import A, delivery, key
from tests.smartrecruiters_calendar.stack_values import DECLARED, KEY

POST_DEPLOY = "smartrecruiters-calendar post-deploy --stack {}"
ANOTHER_RUN = Remedy("smartrecruiters_calendar/post_deploy/run.py", POST_DEPLOY)
DECLARE_BOOKING = Remedy("smartrecruiters_calendar/post_deploy/rehearsal.py", "pulumi up --stack {}")
SIGN_IN = Remedy("smartrecruiters_calendar/post_deploy/delivery.py", "smartrecruiters-calendar sign-in --stack {}")
USE = "smartrecruiters_calendar/audit/checks/use.py"
UNUSED = Remedy(USE, "smartrecruiters-calendar post-deploy")
PROVES_SCOPE = Remedy(USE, POST_DEPLOY)
SCOPED = {"calendarAccess": "exchange-rbac", "calendarScope": SCOPE}


def typed(world: World, line: str) -> PostDeployResult:
    given = verb.read(line, "post-deploy")
    return world.run(PostDeployOptions(redeliver=given["again"], rehearse=given["rehearse"]))


def status(result: PostDeployResult, claim: ClaimName) -> ClaimStatus:
    (found_,) = [one.status for one in result.claims if one.claim is claim]
    return found_


def test_a_delivery_that_another_run_overtook_is_repeated_as_printed() -> None:
    world = World()
    listed = world.channel.listed

    def overtaken() -> list[LoadedRoom]:
        for name, value in ReceiptLog(world.tags).tags_of(delivery(A)):
            world.write_tag(name, value)
        return listed

    world.channel.load_resources = overtaken  # type: ignore[method-assign]
    in_doubt = world.run()
    assert (in_doubt.reason, world.receipt.held and world.receipt.held.key_id) == (Reason.DELIVERY_IN_DOUBT, key(A))
    world.channel.load_resources = lambda: listed  # type: ignore[method-assign]
    again = typed(world, ANOTHER_RUN.in_(in_doubt.sentence))
    assert (again.exit_code, again.delivery) == (ExitCode.OK, "made")
    assert world.receipt.held
    assert world.receipt.held.key_id == KEY


@pytest.mark.parametrize("asks", [SignInNeeded("Nobody is signed in."), BotProtection("A bot protection answered.")])
def test_where_the_page_asks_for_a_person_they_sign_in_as_printed(asks: ChannelFailure) -> None:
    """`tests.e2e.test_channels` signs in."""
    world = World()
    world.channel.opening = asks
    waiting = world.run()
    assert (waiting.exit_code, waiting.delivery) == (ExitCode.WAITS_FOR_PERSON, "not-made")
    assert verb.read(SIGN_IN.in_(waiting.sentence), "sign-in")["inspect"] is False
    world.channel.opening = None
    assert world.run().delivery == "made"


def test_booking_that_is_declared_and_deployed_as_printed_is_rehearsed() -> None:
    world = World()
    reading_alone_is_declared(world)
    refused = world.run(REHEARSED)
    assert (refused.reason, refused.exit_code) == (Reason.BOOKING_REFUSED, ExitCode.CHECK_FAILED)
    assert DECLARE_BOOKING.in_(refused.sentence) == "pulumi up --stack dev"
    world.deploy()  # what that does once the permission is declared
    world.microsoft.tokens, world.microsoft.calendar.booking = [token()], None
    assert status(world.run(REHEARSED), ClaimName.BOOKABLE) is ClaimStatus.REACHED


def test_the_scope_that_entra_does_not_show_is_proven_by_what_the_audit_prints() -> None:
    (finding,) = found("mailbox-scope", case(configured=SCOPED, granted=frozenset({Permission("Directory.Read.All")})))
    world = World()
    scoped("exchange-rbac", {OUTSIDE: NO}, DECLARED[0])(world)
    proven = typed(world, PROVES_SCOPE.in_(finding.sentence))
    assert proven.exit_code is ExitCode.OK
    evidence = next(one.evidence for one in proven.claims if one.claim is ClaimName.GRAPH_READY)
    assert isinstance(evidence, GraphReadyEvidence)
    assert evidence.scope


def test_an_app_that_nobody_uses_is_delivered_by_what_the_audit_prints() -> None:
    (check,) = [one for one in ALL_CHECKS if one.text.id == "used-lately"]
    assert found("used-lately", case(sign_in=SignIn(None)))[0].status is Status.FAIL
    world = World()
    delivered = typed(world, UNUSED.in_(check.text.of_stack("dev").remedy))
    assert (delivered.exit_code, delivered.delivery, len(world.microsoft.asked)) == (ExitCode.OK, "made", 1)
