"""Homes for tests: made once, copied for each test that wants one."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.core.home import Home
from sandbox.seed import creation
from tests.sandbox.in_process import InProcess


@pytest.fixture(scope="session")
def made_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home that nobody changes."""
    home = Home(tmp_path_factory.mktemp("homes") / "made")
    creation.ensure(home)
    return home


@pytest.fixture
def home(made_home: Home, tmp_path: Path) -> Home:
    """A home of the test's own."""
    return Home(Path(shutil.copytree(made_home.path, tmp_path / "home")))


@pytest.fixture
def entra(home: Home) -> Iterator[InProcess]:
    """A sandbox in this process."""
    running = InProcess(home)
    yield running
    running.close()
