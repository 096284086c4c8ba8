"""Two verbs that write, on two machines, in many orders of their steps: nothing deletes the key in use.

After every step the world itself checks that SmartRecruiters holds no deleted key and that the receipt names no other
than the held one. The one who is not first may be told to run again; what they type again then ends right.
"""

import random
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from itertools import combinations_with_replacement
from pathlib import Path

import pytest

from smartrecruiters_calendar.outcome import Outcome, Reason
from tests.smartrecruiters_calendar.rotation.stands import A, B
from tests.smartrecruiters_calendar.rotation.world import World, told
from tests.smartrecruiters_calendar.side_by_side import SideRun, pass_on

VERBS: dict[str, Callable[[World], Outcome]] = {
    "post-deploy": World.deliver,
    "post-deploy --again": partial(World.deliver, again=True),
    "rotate finish": World.finish,
    "rotate rollback": World.rollback,
    "rotate auto": World.auto,
    "rotate revoke": lambda world: world.revoke(A),
}
ORDERS = pytest.mark.parametrize("orders", [4, pytest.param(20, marks=pytest.mark.full)])


def in_rotation(folder: Path) -> World:
    """Both secrets are deployed, and the current one is delivered."""
    now = datetime(2027, 11, 11, tzinfo=UTC)
    return World(folder, declared=[A, B], tenant={A, B}, state={A: True, B: True}, output=B, held=B, now=now)


def at_once(
    one: World, other: World, verbs: tuple[Callable[[World], Outcome], Callable[[World], Outcome]], order: random.Random
) -> list[Reason | None]:
    """Let both make their steps in that order, and return how each ended."""
    ends: dict[int, Reason | None] = {}

    def act(number: int) -> None:
        ends[number] = told(lambda: verbs[number]((one, other)[number]))

    for world in (one, other):
        world.passing = pass_on
    going = [SideRun(partial(act, number)) for number in (0, 1)]
    while going := [run for run in going if not run.has_ended]:
        # Long stretches of one and then the other find more than a fair coin.
        run = order.choice(going)
        for _ in range(order.choice((1, 1, 2, 5, 30))):
            if not run.has_ended:
                run.go_on()
    for world in (one, other):
        world.passing = lambda: None
    return [ends[0], ends[1]]


@ORDERS
@pytest.mark.parametrize("names", list(combinations_with_replacement(VERBS, 2)), ids=" and ".join)
def test_two_verbs_at_once_delete_no_key_in_use_and_typed_again_end_right(
    names: tuple[str, str], orders: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    for seed in range(orders):
        folder = tmp_path_factory.mktemp("pair")
        one = in_rotation(folder / "one")
        other = one.beside(folder / "other")
        ends = at_once(one, other, (VERBS[names[0]], VERBS[names[1]]), random.Random(seed))  # noqa: S311
        one.shared.check()
        assert told(one.deliver) is None, (seed, ends)
        assert (one.held, one.knows_held) == (B, True), (seed, ends)


@ORDERS
def test_of_two_rotations_at_once_either_ends_what_the_other_leaves(
    orders: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    for seed in range(orders):
        folder = tmp_path_factory.mktemp("rotations")
        one = World(folder / "one")
        other = one.beside(folder / "other")
        at_once(one, other, (World.auto, World.auto), random.Random(seed))  # noqa: S311
        for world in (one, other):
            world.auto()
        assert (one.tenant, one.held, one.knows_held) == ({B}, B, True)
