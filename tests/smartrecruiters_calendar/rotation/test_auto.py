"""A rotation killed anywhere and run again ends with one secret, delivered, and never with a gap."""

import subprocess
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from components.client_secrets import ClientSecret
from smartrecruiters_calendar.outcome import ExitCode, Reason
from smartrecruiters_calendar.progress import UNTIL_REMOVED
from smartrecruiters_calendar.rotation.checkout import Checkout
from tests.smartrecruiters_calendar.rotation.stands import A, B
from tests.smartrecruiters_calendar.rotation.world import Killed, World

STEPS = ["auto: begin", "auto: up", "auto: post-deploy", "auto: finish", f"auto: up ({UNTIL_REMOVED})"]
"""The second deployment removes a secret, for which the azuread provider waits; the first only adds one."""


TICKS = pytest.mark.parametrize("step", [4, pytest.param(1, marks=pytest.mark.full)])
"""At which ticks it is killed: every fourth, or each."""


def rotated(world: World) -> bool:
    return (world.declared, set(world.state), world.tenant, world.held) == ([B], {B}, {B}, B) and world.knows_held


@pytest.mark.parametrize("protect", [True, False])
def test_a_rotation_goes_through_its_steps_and_a_second_run_finds_nothing_to_do(protect: bool, tmp_path: Path) -> None:
    world = World(tmp_path, protect=protect, state={A: protect})
    result = world.auto()
    assert (result.exit_code, world.announced) == (ExitCode.OK, STEPS)
    assert rotated(world)
    world.announced.clear()
    again = world.auto()
    assert (again.done, again.exit_code, world.announced) == ((), ExitCode.OK, [])


def rotated_on_the_day_of_issue(world: World) -> bool:
    (left,) = world.state
    return (world.declared, world.tenant, world.held) == ([left], {left}, left) and left > B and world.knows_held


def test_a_leak_on_the_day_of_issue_is_rotated_away_each_time_it_is_asked_for(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.auto()
    for number in (2, 3):
        world.announced.clear()
        result = world.auto(rotate_now=True)
        assert (result.exit_code, world.announced) == (ExitCode.OK, STEPS)
        assert list(map(str, world.state)) == [f"2027-11-10.{number}"]
        assert rotated_on_the_day_of_issue(world)
    assert world.auto().done == ()


@TICKS
def test_killed_at_any_tick_such_a_rotation_is_completed_by_the_same_command(
    step: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    def begun(name: str, kill_at: int | None = None) -> World:
        world = World(tmp_path_factory.mktemp(name), tenant={B}, state={B: True}, output=B, held=B)
        world.stack.file.add(ClientSecret(B, years=1))
        world.stack.file.remove([A])
        world.kill_at = kill_at
        return world

    whole = begun("whole")
    whole.auto(rotate_now=True)
    assert whole.ticks > 15
    for tick in range(1, whole.ticks + 1, step):
        world = begun("killed", kill_at=tick)
        with pytest.raises(Killed):
            world.auto(rotate_now=True)
        assert world.auto(rotate_now=True).exit_code is ExitCode.OK, f"killed at {tick}"
        assert rotated_on_the_day_of_issue(world), f"killed at {tick}"


def test_a_rotation_in_progress_is_completed_and_the_leaked_current_secret_replaced(tmp_path: Path) -> None:
    world = World(tmp_path, tenant={A, B}, state={A: True, B: True}, output=B)
    world.stack.file.add(ClientSecret(B, years=1))
    assert world.auto(rotate_now=True).exit_code is ExitCode.OK
    assert rotated_on_the_day_of_issue(world)


def test_nothing_is_rotated_before_it_is_due_unless_asked_for(tmp_path: Path) -> None:
    world = World(tmp_path, now=datetime(2027, 6, 1, tzinfo=UTC))
    assert world.auto().done == ()
    assert world.declared == [A]
    world.auto(rotate_now=True)
    assert world.declared == [datetime(2027, 6, 1, tzinfo=UTC).date()]


@TICKS
@pytest.mark.parametrize("protect", [True, False])
def test_killed_at_any_tick_and_run_again_it_ends_the_same_way(
    protect: bool, step: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    whole = World(tmp_path_factory.mktemp("whole"), protect=protect, state={A: protect})
    whole.auto()
    assert whole.ticks > 15
    for tick in range(1, whole.ticks + 1, step):
        world = World(tmp_path_factory.mktemp("killed"), protect=protect, state={A: protect}, kill_at=tick)
        with pytest.raises(Killed):
            world.auto()
        world.auto()
        assert rotated(world), f"killed at {tick}"


def test_a_run_from_an_old_checkout_between_any_steps_removes_nothing_in_use(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    for declared in ([A], [A, B]):
        world = World(tmp_path_factory.mktemp("old"))
        result = world.auto(also=lambda world=world, declared=declared: world.up(declared) and None)  # type: ignore[misc]
        assert world.held in world.tenant
        if result.exit_code:
            world.auto()
        assert rotated(world)


@pytest.mark.parametrize("reason", [Reason.SIGN_IN_NEEDED, Reason.SECRET_REFUSED])
def test_a_delivery_that_fails_leaves_both_secrets_and_the_next_run_goes_on(reason: Reason, tmp_path: Path) -> None:
    world = World(tmp_path, refuses=reason)
    stopped = world.auto()
    assert stopped.reason is reason
    assert (world.tenant, world.held, world.declared) == ({A, B}, A, [A, B])
    world.refuses = None
    assert world.auto().exit_code is ExitCode.OK
    assert rotated(world)


def test_an_update_that_fails_stops_the_rotation_and_the_next_run_goes_on(tmp_path: Path) -> None:
    world = World(tmp_path, failing_updates=1)
    result = world.auto()
    assert result.reason is Reason.UPDATE_FAILED
    assert "it continues from here" in result.sentence
    assert (world.tenant, world.held, world.declared) == ({A}, A, [A, B])
    world.auto()
    assert rotated(world)


def test_a_dead_secret_that_was_left_lying_goes_first(tmp_path: Path) -> None:
    old = date(2020, 1, 1)
    world = World(tmp_path, tenant={old, A}, state={old: True, A: True})
    world.auto()
    assert rotated(world)


@TICKS
def test_a_rotation_left_lying_for_years_is_killed_anywhere_and_still_ends_well(
    step: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    def left_lying(kill_at: int | None = None) -> World:
        world = World(tmp_path_factory.mktemp("lying"), tenant={A, B}, state={A: True, B: True}, output=B, held=None)
        world.stack.file.add(ClientSecret(B, years=1))
        world.now, world.kill_at = datetime(2029, 1, 1, tzinfo=UTC), kill_at
        return world

    whole = left_lying()
    assert whole.auto().exit_code is ExitCode.OK
    today = whole.now.date()
    for tick in range(1, whole.ticks + 1, step):
        world = left_lying(tick)
        with pytest.raises(Killed):
            world.auto()
        world.up([A, B])  # an update from an older checkout protects anew what it declares
        world.auto()
        assert (world.declared, world.tenant, world.held) == ([today], {today}, today), f"killed at {tick}"


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=Pipeline", "-c", "user.email=pipeline@example.com"]
    return subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    remote = tmp_path / "remote.git"
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", str(remote))
    return remote


def published(world: World, remote: Path) -> Checkout:
    git(world.project, "init", "--quiet", "--initial-branch=main")
    git(world.project, "config", "user.name", "Pipeline")
    git(world.project, "config", "user.email", "pipeline@example.com")
    git(world.project, "remote", "add", "origin", str(remote))
    git(world.project, "add", "Pulumi.yaml", "Pulumi.acme.yaml")
    git(world.project, "commit", "--quiet", "-m", "first")
    git(world.project, "push", "--quiet", "origin", "main")
    return Checkout(world.stack.file, "origin/main")


def test_in_a_pipeline_it_deploys_only_what_the_deployed_branch_declares(tmp_path: Path, remote: Path) -> None:
    folder = tmp_path / "checkout"
    folder.mkdir()
    world = World(folder)
    checkout = published(world, remote)
    begun = world.auto(checkout=checkout)
    assert begun.reason is Reason.COMMIT_NOT_DEPLOYED
    assert begun.exit_code is ExitCode.WAITS_FOR_PERSON
    assert (world.tenant, world.state) == ({A}, {A: True})
    assert git(folder, "status", "--porcelain") == ""
    assert world.auto(checkout=checkout).reason is Reason.COMMIT_NOT_DEPLOYED

    git(folder, "push", "--quiet", "origin", "main")
    finished = world.auto(checkout=checkout)
    assert finished.reason is Reason.COMMIT_NOT_DEPLOYED
    assert (world.tenant, world.held, world.declared) == ({A, B}, B, [B])
    git(folder, "push", "--quiet", "origin", "main")
    assert world.auto(checkout=checkout).exit_code is ExitCode.OK
    assert rotated(world)


def test_a_squashed_merge_counts_and_a_revert_does_not(tmp_path: Path, remote: Path) -> None:
    folder = tmp_path / "checkout"
    folder.mkdir()
    world = World(folder)
    checkout = published(world, remote)
    world.auto(checkout=checkout)
    text = world.stack.file.path.read_text()
    other = tmp_path / "other"
    git(tmp_path, "clone", "--quiet", str(remote), str(other))
    (other / "Pulumi.acme.yaml").write_text(f"{text}# squashed\n")
    git(other, "commit", "--quiet", "-am", "squashed")
    git(other, "push", "--quiet", "origin", "main")
    checkout.check_deployed()
    git(other, "revert", "--no-edit", "HEAD")
    git(other, "push", "--quiet", "origin", "main")
    assert world.auto(checkout=checkout).reason is Reason.COMMIT_NOT_DEPLOYED
    assert world.tenant == {A}


def test_a_branch_that_git_does_not_know_is_told(tmp_path: Path, remote: Path) -> None:
    folder = tmp_path / "checkout"
    folder.mkdir()
    world = World(folder)
    published(world, remote)
    result = world.auto(checkout=Checkout(world.stack.file, "origin/production"))
    assert result.reason is Reason.GIT_FAILED
    assert "--deployed-branch" in result.sentence
