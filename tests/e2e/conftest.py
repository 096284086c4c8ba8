"""A tenant and a checkout for each end-to-end test: its own sandbox, its own state, a copy of the project."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e import workplace as workplaces
from tests.e2e.workplace import Workplace


@pytest.fixture(scope="session", autouse=True)
def _nothing_left() -> Iterator[None]:
    yield
    workplaces.at_end.close()


@pytest.fixture
def workplace(tmp_path: Path) -> Iterator[Workplace]:
    """A running sandbox and a copy of the project to work in."""
    with contextlib.closing(Workplace.open(tmp_path)) as opened:
        yield opened


@pytest.fixture
def deployed_workplace(tmp_path: Path) -> Iterator[Workplace]:
    """The same with the stack `dev` deployed, for tests that go on from there and change it."""
    with contextlib.closing(Workplace.open_deployed(tmp_path)) as opened:
        yield opened


@pytest.fixture
def delivered_workplace(tmp_path: Path) -> Iterator[Workplace]:
    """The same with its secrets protected, and delivered: where a rotation begins."""
    with contextlib.closing(Workplace.open_delivered(tmp_path)) as opened:
        yield opened


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    """A workplace whose stack `dev` is deployed; shared by tests that only look."""
    with contextlib.closing(Workplace.open_deployed(tmp_path_factory.mktemp("deployed"))) as opened:
        yield opened
