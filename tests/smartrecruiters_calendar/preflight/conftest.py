"""A stack about to be deployed into the strict sandbox, which answers in this process."""

from collections.abc import Iterator

import pytest
import stamina

from tests.sandbox.conftest import entra, home, made_home  # noqa: F401 (fixtures)
from tests.sandbox.in_process import InProcess
from tests.smartrecruiters_calendar.preflight.world import World


@pytest.fixture
def world(entra: InProcess) -> World:  # noqa: F811 (the fixture above)
    return World(entra)


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    with stamina.set_testing(True, attempts=2, cap=True):
        yield
