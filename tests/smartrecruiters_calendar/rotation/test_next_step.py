"""From wherever a rotation state, one step is due, and it never takes away what SmartRecruiters may hold."""

from datetime import UTC, datetime
from itertools import product

import pytest

from smartrecruiters_calendar.rotation.state import RotationState, RotationStep
from tests.smartrecruiters_calendar.rotation.stands import A, B, C, deployed, situation

MID_LIFE = datetime(2027, 6, 1, tzinfo=UTC)

IN_ORDER = [
    (situation([A], [], None, now=datetime(2026, 12, 1, tzinfo=UTC)), RotationStep.UP),
    (situation([A], [deployed(A)], None, now=MID_LIFE), RotationStep.POST_DEPLOY),
    (situation([A], [deployed(A)], A, now=MID_LIFE), None),
    (situation([A], [deployed(A)], A), RotationStep.BEGIN),
    (situation([A, B], [deployed(A)], A), RotationStep.UP),
    (situation([A, B], [deployed(A), deployed(B)], A), RotationStep.POST_DEPLOY),
    (situation([A, B], [deployed(A), deployed(B)], None), RotationStep.POST_DEPLOY),
    (situation([A, B], [deployed(A), deployed(B)], B), RotationStep.FINISH),
    (situation([B], [deployed(A), deployed(B)], B), RotationStep.FINISH),
    (situation([B], [deployed(A, protected=False), deployed(B)], B), RotationStep.UP),
    (situation([B], [deployed(B)], B), None),
]


@pytest.mark.parametrize(("state", "step"), IN_ORDER)
def test_a_rotation_goes_from_step_to_step(state: RotationState, step: RotationStep | None) -> None:
    assert state.next_step() == step


def test_a_secret_made_by_an_update_that_failed_later_waits_for_the_next_update() -> None:
    assert situation([A, B], [deployed(A), deployed(B)], A, output=A).next_step() is RotationStep.UP


def test_a_rotation_can_be_asked_for_before_it_is_due_and_on_the_day_of_issue() -> None:
    assert situation([A], [deployed(A)], A, now=MID_LIFE).next_step(rotate_now=True) is RotationStep.BEGIN
    assert situation([B], [deployed(B)], B).next_step() is None
    assert situation([B], [deployed(B)], B).next_step(rotate_now=True) is RotationStep.BEGIN


def test_when_everything_declared_has_ended_a_new_secret_comes_first() -> None:
    late = datetime(2028, 12, 1, tzinfo=UTC)
    assert situation([A, B], [deployed(A), deployed(B)], B, now=late).next_step() is RotationStep.BEGIN
    assert situation([A], [], None, now=late).next_step() is RotationStep.BEGIN


def test_nothing_is_let_go_while_the_receipt_does_not_show_the_current_secret() -> None:
    days = [A, B, C]
    for declared, days_in, held in product(([A, B], [B], [B, C]), ([A], [A, B], [B], [A, B, C], [B, C]), (None, *days)):
        in_state = [deployed(day) for day in days_in]
        state = situation(declared, in_state, held, now=datetime(2027, 11, 10, 9, tzinfo=UTC))
        if state.next_step() is RotationStep.FINISH:
            assert held == state.current.issued


def test_every_step_has_a_command() -> None:
    state = situation([A], [deployed(A)], A, now=MID_LIFE)
    assert all("--stack acme" in state.command(step) for step in RotationStep)
    assert state.next_command is None
    assert situation([A], [deployed(A)], A).next_command == state.command(RotationStep.BEGIN)
