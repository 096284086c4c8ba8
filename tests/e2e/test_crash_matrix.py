"""A deployment killed at every request it makes; each time recovery and a second run end with one of everything.

`make test` samples the distinct states (`test_recovery.py`); this is every point, for `make test-full`.
"""

import pytest

from tests.e2e.crash import Point, killed
from tests.e2e.test_recovery import UP, check_one_of_everything, recover
from tests.e2e.workplace import Workplace

pytestmark = [pytest.mark.engine, pytest.mark.full]

WRITES = "^(POST|PATCH|PUT|DELETE) /v1.0/"
MOST_REQUESTS, MOST_WRITES = 48, 8
"""Of a first deployment: the plugin polls a new secret while the rest goes on, so the number of requests varies."""

BEFORE = [Point(at) for at in range(1, MOST_REQUESTS + 1)]
AFTER = [Point(at, WRITES, answered=True) for at in range(1, MOST_WRITES + 1)]


@pytest.mark.parametrize("point", [*BEFORE, *AFTER], ids=str)
def test_a_deployment_killed_there_is_recovered_and_finished(workplace: Workplace, point: Point) -> None:
    if not killed(workplace, point, *UP):
        pytest.skip("the deployment had ended before")
    recover(workplace)
    workplace.deploy()
    check_one_of_everything(workplace)
    assert recover(workplace).json()["steps"] == []
    assert workplace.post_deploy().json()["delivery"] == "made"


@pytest.mark.parametrize("point", [Point(MOST_REQUESTS + 1), Point(MOST_WRITES + 1, WRITES, answered=True)], ids=str)
def test_no_point_lies_beyond_the_matrix(workplace: Workplace, point: Point) -> None:
    assert not killed(workplace, point, *UP)
