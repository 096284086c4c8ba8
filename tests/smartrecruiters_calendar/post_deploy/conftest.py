"""A world for each test, in which nothing really waits."""

from collections.abc import Iterator

import pytest
import stamina

from tests.smartrecruiters_calendar.post_deploy.world import World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    with stamina.set_testing(True, attempts=3, cap=True):
        yield
