"""What a person says is recorded as their word, never as a measurement, and they are not asked twice for the same."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from components.page_labels import PageLabels
from smartrecruiters_calendar.outcome import Reason
from smartrecruiters_calendar.page.channel import Channel
from smartrecruiters_calendar.page.hand_off import HandOff
from smartrecruiters_calendar.page.person import Nobody, Person
from smartrecruiters_calendar.post_deploy.claims import ClaimStatus, StatedRoomsEvidence
from smartrecruiters_calendar.post_deploy.result import PostDeployResult
from smartrecruiters_calendar.post_deploy.services import PostDeployOptions
from smartrecruiters_calendar.stack.receipt_log import ReceiptLog
from smartrecruiters_calendar.stack.receipts import Basis, ClaimName
from tests.smartrecruiters_calendar.page.scripted_person import Scripted
from tests.smartrecruiters_calendar.post_deploy.world import NEXT_KEY, FakeChannel, World
from tests.smartrecruiters_calendar.stack_values import KEY, ROOMS, SECRET

DELIVERED, ROOMS_LOADED = ClaimName.DELIVERED, ClaimName.ROOMS_LOADED


@dataclass
class ByHand(FakeChannel):
    """The choice of the channel hand-off, with somebody or nobody at the terminal."""

    name: str = "hand-off"
    person: Person = field(default_factory=Nobody)

    @contextmanager
    def open(self) -> Iterator[Channel]:
        yield HandOff(self.address, PageLabels(), self.person)


def statuses(result: PostDeployResult) -> dict[ClaimName, ClaimStatus]:
    return {claim.claim: claim.status for claim in result.claims}


def done_by_riley(world: World) -> PostDeployResult:
    world.channel = ByHand(person=Scripted(["show", "saved", "Riley", "list", "5", "y"]))
    return world.run()


def test_a_statement_is_no_measurement_in_claims_sentence_and_receipt(world: World) -> None:
    result = done_by_riley(world)
    assert (result.exit_code, result.delivery) == (0, "made")
    assert statuses(result)[DELIVERED] is statuses(result)[ROOMS_LOADED] is ClaimStatus.STATED
    assert "Reported by a person, not verified here: delivered, rooms-loaded" in result.sentence
    (loaded,) = [claim for claim in result.claims if claim.claim is ROOMS_LOADED]
    assert isinstance(loaded.evidence, StatedRoomsEvidence)
    assert (loaded.evidence.by, loaded.evidence.listed, loaded.evidence.at) == ("Riley", 5, world.now)
    held, seen = world.receipt.held, world.receipt.seen
    assert held is not None
    assert seen is not None
    assert (held.key_id, held.channel, held.basis, held.by) == (KEY, "hand-off", Basis.STATED, "Riley")
    assert (seen.key_id, seen.basis, seen.by, seen.listed, seen.missing) == (KEY, Basis.STATED, "Riley", 5, 0)
    assert DELIVERED not in world.receipt.claims
    assert ROOMS_LOADED not in world.receipt.claims
    assert SECRET not in result.model_dump_json() + "".join(world.tags.values())


def test_nobody_is_asked_again_for_what_was_said(world: World) -> None:
    done_by_riley(world)
    world.channel = ByHand()
    again = world.run()
    assert (again.exit_code, again.delivery) == (0, "not-needed")
    assert statuses(again)[DELIVERED] is statuses(again)[ROOMS_LOADED] is ClaimStatus.STATED


def test_another_secret_needs_another_statement(world: World) -> None:
    done_by_riley(world)
    world.deploy(secretKeyId=NEXT_KEY)
    world.channel = ByHand()
    waiting = world.run()
    assert (waiting.exit_code, waiting.reason, waiting.delivery) == (4, Reason.PERSON_NEEDED, "not-made")
    assert "in a terminal" in waiting.sentence
    assert world.receipt.held is not None
    assert world.receipt.held.key_id == KEY


def test_where_nobody_is_there_nothing_is_claimed_and_the_next_step_told(world: World) -> None:
    world.channel = ByHand()
    result = world.run()
    assert (result.exit_code, result.reason) == (4, Reason.PERSON_NEEDED)
    assert statuses(result)[DELIVERED] is ClaimStatus.NOT_REACHED
    assert world.tags == {}


def test_a_person_who_stops_after_save_goes_on_at_the_list(world: World) -> None:
    world.channel = ByHand(person=Scripted(["show", "saved", "Riley", "later"]))
    stopped = world.run()
    assert (stopped.exit_code, stopped.reason, stopped.delivery) == (4, Reason.PERSON_NEEDED, "made")
    resumed = Scripted(["list", "5", "y", "Riley"])
    world.channel = ByHand(person=resumed)
    assert world.run().exit_code == 0
    assert not any("Step 1" in text for text in resumed.shown)


def test_a_room_that_a_person_misses_is_a_finding(world: World) -> None:
    world.channel = ByHand(person=Scripted(["show", "saved", "Riley", "list", "1", "n", ROOMS[1]]))
    result = world.run()
    assert (result.exit_code, result.reason) == (1, Reason.ROOM_NOT_LOADED)
    assert ROOMS[1] in result.sentence


def test_a_measured_channel_takes_a_persons_word_for_the_delivery_and_measures_the_list(world: World) -> None:
    done_by_riley(world)
    world.channel = FakeChannel(shows=None)
    result = world.run()
    assert (result.exit_code, result.delivery) == (0, "not-needed")
    assert statuses(result)[DELIVERED] is ClaimStatus.STATED
    assert statuses(result)[ROOMS_LOADED] is ClaimStatus.REACHED
    assert world.receipt.seen is not None
    assert world.receipt.seen.basis is Basis.MEASURED


def test_before_another_key_is_released_a_person_confirms_the_current_one(world: World) -> None:
    done_by_riley(world)
    world.channel = ByHand(person=Scripted(["yes", "Riley"]))
    proven = world.run(PostDeployOptions(prove=True))
    assert (proven.exit_code, proven.delivery) == (0, "not-needed")


def test_a_person_who_is_not_sure_enters_it_again(world: World) -> None:
    done_by_riley(world)
    world.channel = ByHand(person=Scripted(["no", "show", "saved", "Riley", "list", "5", "y"]))
    assert world.run(PostDeployOptions(prove=True)).delivery == "made"


def test_where_nobody_can_confirm_it_waits_for_a_person_and_writes_nothing(world: World) -> None:
    done_by_riley(world)
    before = dict(world.tags)
    world.channel = ByHand()
    waiting = world.run(PostDeployOptions(prove=True))
    assert (waiting.exit_code, waiting.reason) == (4, Reason.PERSON_NEEDED)
    assert world.tags == before


@pytest.mark.parametrize("answers", [["later"], ["show"]], ids=["not shown yet", "cannot be shown"])
def test_a_hand_off_that_never_showed_the_secret_is_not_in_doubt(world: World, answers: list[str]) -> None:
    world.channel = ByHand(person=Scripted(answers, clears_its_screen=False))
    assert world.run().exit_code == 4
    receipt = ReceiptLog(world.tags).receipt
    assert receipt is None or receipt.in_doubt is None


def test_on_any_other_channel_the_current_key_is_saved_once_more(world: World) -> None:
    world.run()
    assert world.run(PostDeployOptions(prove=True)).delivery == "made"
    assert len(world.channel.saved) == 2
