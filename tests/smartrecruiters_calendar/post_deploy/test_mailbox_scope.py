"""A scope made in Exchange is proven by two mailboxes, and only then claimed."""

import pytest

from smartrecruiters_calendar.outcome import ExitCode
from smartrecruiters_calendar.post_deploy.claims import GraphReadyEvidence, SupportEvidence
from smartrecruiters_calendar.stack.receipts import ClaimName
from tests.smartrecruiters_calendar.post_deploy.causes import INSIDE, NO, OUTSIDE, scoped
from tests.smartrecruiters_calendar.post_deploy.world import World
from tests.smartrecruiters_calendar.stack_values import DECLARED


@pytest.mark.parametrize(
    ("access", "roles"), [("exchange-rbac", DECLARED[:1]), ("access-policy", DECLARED)], ids=["rbac", "policy"]
)
def test_a_scope_in_force_is_claimed_with_both_mailboxes(world: World, access: str, roles: tuple[str, ...]) -> None:
    scoped(access, {OUTSIDE: NO}, *roles)(world)
    result = world.run()
    assert result.exit_code == ExitCode.OK
    ready = next(claim for claim in result.claims if claim.claim is ClaimName.GRAPH_READY)
    assert f"{INSIDE} is in scope and {OUTSIDE} is refused" in ready.sentence
    assert isinstance(ready.evidence, GraphReadyEvidence)
    assert ready.evidence.scope is not None
    assert ready.evidence.scope.access == access
    assert ready.evidence.scope.inside.error is None
    assert "ErrorAccessDenied" in (ready.evidence.scope.outside.error or "")


def test_expected_rooms_are_opened_although_no_role_shows_the_right(world: World) -> None:
    scoped("exchange-rbac", {OUTSIDE: NO}, DECLARED[0])(world)
    ready = world.run().claims[1]
    assert isinstance(ready.evidence, GraphReadyEvidence)
    assert ready.evidence.calendars


def test_support_is_told_that_the_calendars_are_scoped(world: World) -> None:
    scoped("exchange-rbac", {OUTSIDE: NO}, DECLARED[0])(world)
    message = world.run().claims[-1].evidence
    assert isinstance(message, SupportEvidence)
    assert "Calendars.ReadWrite (for some mailboxes, in Exchange)" in message.message


def test_without_a_scope_nothing_is_claimed_about_one(world: World) -> None:
    ready = world.run().claims[1]
    assert isinstance(ready.evidence, GraphReadyEvidence)
    assert ready.evidence.scope is None
    assert "in scope" not in ready.sentence
