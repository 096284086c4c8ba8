"""A deployment and a rotation killed at every request they make; recovery and a second run end as if nothing had been.

`make test` samples the distinct states (`test_recovery.py`); this is every point, for `make test-full`. At each of them
the secret that SmartRecruiters holds opens the tenant: right after the crash, after the recovery, and at the end.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.crash import Point, killed, killed_between
from tests.e2e.snapshot import Snapshot
from tests.e2e.test_recovery import ROTATE, UP, check_no_gap, check_one_of_everything, check_rotated, recover
from tests.e2e.workplace import Workplace

pytestmark = [pytest.mark.engine, pytest.mark.full]

WRITES = "^(POST|PATCH|PUT|DELETE) /(v1.0|smartrecruiters)/"


def before(request: int) -> Any:
    """The request never reaches the service."""
    return pytest.param(Point(request), id=f"before request {request}")


def after(write: int) -> Any:
    """The change is made, and its answer lost."""
    return pytest.param(Point(write, WRITES, answered=True), id=f"after write {write}")


def points(requests: int, writes: int) -> list[Any]:
    """Before each request, and after each one that changes something."""
    return [before(at + 1) for at in range(requests)] + [after(at + 1) for at in range(writes)]


DEPLOYMENT = (40, 8)
"""Requests and writes, at most: the plugin polls a new secret while the rest goes on, so their number varies."""
ROTATION = (54, 8)
ENGINE_STARTS = 30
"""Of a rotation, at most."""


def check_finished_without_a_gap(workplace: Workplace) -> None:
    """Recover, rotate again, and see SmartRecruiters' secret open the tenant all the while."""
    check_no_gap(workplace)
    recover(workplace)
    check_no_gap(workplace)
    workplace.run(*ROTATE)
    check_rotated(workplace)
    assert recover(workplace).json()["steps"] == []


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    folder = tmp_path_factory.mktemp("fresh")
    with contextlib.closing(Workplace.open(folder / "workplace")) as opened:
        yield Snapshot(opened, folder / "snapshot")


def delivered_before(days: int, folder: Path) -> Iterator[Snapshot]:
    with contextlib.closing(Workplace.open_delivered(folder / "workplace")) as opened:
        opened.sandbox("fault", "clock", "--forward", f"{days}d")
        yield Snapshot(opened, folder / "snapshot")


@pytest.fixture(scope="module")
def rotation_due(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    yield from delivered_before(340, tmp_path_factory.mktemp("rotation-due"))


@pytest.fixture(scope="module")
def rotation_overdue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    """The only secret has ended, so SmartRecruiters cannot sign in until it is rotated."""
    yield from delivered_before(366, tmp_path_factory.mktemp("rotation-overdue"))


@pytest.mark.parametrize("point", points(*DEPLOYMENT))
def test_a_deployment_killed_there_is_recovered_and_finished(fresh: Snapshot, point: Point) -> None:
    workplace = fresh.restore()
    if not killed(workplace, point, *UP):
        pytest.skip("the deployment had ended before")
    recover(workplace)
    workplace.deploy()
    check_one_of_everything(workplace)
    assert recover(workplace).json()["steps"] == []
    assert workplace.post_deploy().json()["delivery"] == "made"
    check_no_gap(workplace)


@pytest.mark.parametrize("point", points(*ROTATION))
def test_a_rotation_killed_there_is_recovered_and_finished_without_a_gap(rotation_due: Snapshot, point: Point) -> None:
    workplace = rotation_due.restore()
    if not killed(workplace, point, *ROTATE):
        pytest.skip("the rotation had ended before")
    check_finished_without_a_gap(workplace)


@pytest.mark.parametrize("start", range(1, ENGINE_STARTS + 1))
def test_a_rotation_killed_between_its_steps_is_finished_without_a_gap(rotation_due: Snapshot, start: int) -> None:
    workplace = rotation_due.restore()
    if not killed_between(workplace, start, *ROTATE):
        pytest.skip("the rotation had ended before")
    check_finished_without_a_gap(workplace)


@pytest.mark.parametrize("start", range(1, ENGINE_STARTS + 1, 4))
def test_a_rotation_of_an_ended_secret_killed_between_its_steps_is_finished(
    rotation_overdue: Snapshot, start: int
) -> None:
    workplace = rotation_overdue.restore()
    if not killed_between(workplace, start, *ROTATE):
        pytest.skip("the rotation had ended before")
    recover(workplace)
    workplace.run(*ROTATE)
    check_rotated(workplace, expires_on="2028-12-02")
    assert recover(workplace).json()["steps"] == []


@pytest.mark.parametrize("point", [before(DEPLOYMENT[0] + 1), after(DEPLOYMENT[1] + 1)])
def test_no_point_of_a_deployment_is_left_out(fresh: Snapshot, point: Point) -> None:
    assert not killed(fresh.restore(), point, *UP)


@pytest.mark.parametrize("point", [before(ROTATION[0] + 1), after(ROTATION[1] + 1)])
def test_no_point_of_a_rotation_is_left_out(rotation_due: Snapshot, point: Point) -> None:
    assert not killed(rotation_due.restore(), point, *ROTATE)


def test_no_step_of_a_rotation_is_left_out(rotation_due: Snapshot) -> None:
    assert not killed_between(rotation_due.restore(), ENGINE_STARTS + 1, *ROTATE)
