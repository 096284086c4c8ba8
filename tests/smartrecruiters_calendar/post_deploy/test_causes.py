"""Each cause has an exit code, a reason code of its own, one sentence with the next step, and an honest receipt."""

import re
from pathlib import Path

import pytest

import smartrecruiters_calendar
from smartrecruiters_calendar.outcome import EXIT_CODES, ExitCode, Reason, Stopped
from smartrecruiters_calendar.post_deploy.claims import ClaimStatus
from smartrecruiters_calendar.post_deploy.result import not_begun
from smartrecruiters_calendar.stack.receipts import DEFAULT_CLAIMS
from tests.smartrecruiters_calendar.post_deploy.causes import BEFORE_THE_CLAIMS, CAUSES, SESSIONS, Cause
from tests.smartrecruiters_calendar.post_deploy.world import OTHER_DIRECTORY, World, token
from tests.smartrecruiters_calendar.stack_values import SECRET

INTEGRATION = Path(smartrecruiters_calendar.__file__).parent


def told_by(cause: Cause) -> str:
    return f"{cause.claim}: {cause.reason}, {cause.names}"


@pytest.mark.parametrize("cause", CAUSES, ids=told_by)
def test_a_cause_is_told_and_only_what_was_reached_is_claimed(world: World, cause: Cause) -> None:
    cause.arrange(world)
    result = world.run(cause.options)
    assert (result.reason, result.exit_code) == (cause.reason, cause.exit_code)
    assert cause.names in result.sentence
    assert result.sentence.endswith((".", "chmod 600 " + SESSIONS + "/dev.session.json"))  # a command ends bare
    tried = [claim.claim for claim in result.claims]
    before = tried[: tried.index(cause.claim)]
    if cause.reason is Reason.PERSON_NEEDED:
        assert world.tags == {}
    else:
        assert world.receipt.claims == tuple(before)
        assert world.receipt.reason is cause.reason
    missed = result.claims[len(before)]
    assert (missed.claim, missed.status, missed.reason) == (cause.claim, ClaimStatus.NOT_REACHED, cause.reason)
    assert {claim.status for claim in result.claims[len(before) + 1 :]} == {ClaimStatus.NOT_ATTEMPTED}


@pytest.mark.parametrize("cause", CAUSES, ids=told_by)
def test_a_plain_second_run_heals_once_the_cause_is_gone(cause: Cause) -> None:
    broken = World()
    cause.arrange(broken)
    broken.run(cause.options)
    healed = World(tags=broken.tags, now=broken.now)
    assert healed.run().exit_code == ExitCode.OK
    assert healed.receipt.claims == DEFAULT_CLAIMS
    assert len(broken.channel.saved) + len(healed.channel.saved) == (2 if cause.reason is Reason.LOAD_REFUSED else 1)


@pytest.mark.parametrize("cause", CAUSES, ids=told_by)
def test_the_secret_is_in_nothing_that_is_told_or_kept(world: World, cause: Cause) -> None:
    cause.arrange(world)
    told = world.run(cause.options).model_dump_json() + repr(world.facts) + "".join(world.steps)
    assert SECRET not in told + str(world.tags)


def test_nothing_is_delivered_to_a_tenant_that_is_not_the_stacks_own(world: World) -> None:
    world.microsoft.tokens = [token(directory=OTHER_DIRECTORY)]
    world.run()
    assert world.channel.saved == []


NAMED_BY = ("post_deploy", "page", "rooms", "entra/errors.py", "stack/stack.py")
"""What post-deploy stops with is decided there."""


def test_every_reason_that_post_deploy_names_has_a_cause_here_or_before_the_claims() -> None:
    named = set()
    for place in NAMED_BY:
        path = INTEGRATION / place
        assert path.exists()
        for file in [path] if path.is_file() else path.rglob("*.py"):
            named |= {Reason[name] for name in re.findall(r"\bReason\.([A-Z_]+)", file.read_text())}
    late = {Reason.RECEIPT_NOT_KEPT}
    told = {cause.reason for cause in CAUSES} | set(BEFORE_THE_CLAIMS) | late
    by_other_verbs = {Reason.RECORDING_REFUSED, Reason.IDENTITY_REFUSED}
    assert named > by_other_verbs
    assert named - by_other_verbs <= told


def test_a_run_that_could_not_begin_attempts_no_claim() -> None:
    result = not_begun("dev", Stopped(Reason.STACK_UNKNOWN, "There is no such stack: name another."))
    assert result.exit_code == EXIT_CODES[Reason.STACK_UNKNOWN]
    assert {claim.status for claim in result.claims} == {ClaimStatus.NOT_ATTEMPTED}
