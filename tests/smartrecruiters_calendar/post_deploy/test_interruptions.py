"""Ended at any moment, a run leaves an honest receipt, and a plain second run heals it."""

from collections.abc import Callable

import pytest

from smartrecruiters_calendar.outcome import ExitCode
from smartrecruiters_calendar.stack.receipt_log import ReceiptLog
from smartrecruiters_calendar.stack.receipts import DEFAULT_CLAIMS
from tests.smartrecruiters_calendar.post_deploy.interruptions import Watched, first_delivery, moments_of, next_delivery

MADE = {"the first delivery": first_delivery, "the delivery of a new key": next_delivery}
ENDINGS = [
    pytest.param(make, number, id=f"{which}: {number}, {what}")
    for which, make in MADE.items()
    for number, what in enumerate(moments_of(make()), 1)
]


@pytest.mark.parametrize(("make", "moment"), ENDINGS)
def test_the_receipt_names_what_smartrecruiters_holds_or_nothing(make: Callable[[], Watched], moment: int) -> None:
    world = make()
    secrets = {world.facts.outputs.secret_key_id: world.facts.outputs.client_secret.get_secret_value()}
    earlier = (
        {delivery.key_id: world.held_secret for delivery in [world.receipt.held] if delivery} if world.tags else {}
    )
    world.run_until(moment)
    receipt = ReceiptLog(world.tags).receipt
    if receipt and receipt.held:
        assert world.held_secret == (secrets | earlier)[receipt.held.key_id]
        assert receipt.claims in ((), DEFAULT_CLAIMS)


@pytest.mark.parametrize(("make", "moment"), ENDINGS)
def test_a_plain_second_run_heals_it_with_the_current_key_in_force(make: Callable[[], Watched], moment: int) -> None:
    world = make()
    before = len(world.channel.saved)
    world.run_until(moment)
    assert world.run().exit_code == ExitCode.OK
    outputs = world.facts.outputs
    assert world.held_secret == outputs.client_secret.get_secret_value()
    assert world.receipt.held
    assert (world.receipt.held.key_id, world.receipt.in_doubt) == (outputs.secret_key_id, None)
    assert world.receipt.claims == DEFAULT_CLAIMS
    assert len(world.channel.saved) - before in (1, 2)
    assert world.run().delivery == "not-needed"


def test_every_step_every_tag_and_both_sides_of_every_request_are_among_the_moments() -> None:
    whats = moments_of(first_delivery())
    assert sum("Save" in what for what in whats) == 2
    assert sum("Load Resources" in what for what in whats) == 1
    for kind in ("begun", "delivered", "checked"):
        assert any(f"*{kind}*" in what for what in whats), kind
    assert sum("at the step" in what for what in whats) >= 6
