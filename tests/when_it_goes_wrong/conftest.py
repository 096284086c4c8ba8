"""Served sandboxes that the failures share; each failure begins with nothing delivered."""

import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import stamina
from azure.core.pipeline.transport import RequestsTransport

from sandbox.core.home import Home
from sandbox.seed import creation
from sandbox.seed.directory import Sizes
from sandbox.server.application import Sandbox
from tests.sandbox.smartrecruiters.company import GUIDE, Company
from tests.sandbox.smartrecruiters.conftest import serving
from tests.when_it_goes_wrong.deployed import Deployed
from tests.when_it_goes_wrong.failures import MANY_ROOMS, Failure


@contextlib.contextmanager
def served(folder: Path, rooms: int) -> Iterator[Company]:
    home = Home(folder / "home")
    creation.ensure(home, Sizes(users=3, rooms=rooms))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        running = Sandbox(home, f"https://localhost:{listener.getsockname()[1]}")
        running.context.clock.start()
        with contextlib.closing(running):
            made = Company(running, GUIDE)
            with serving(running, home, listener):
                yield made


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    with served(tmp_path_factory.mktemp("company"), rooms=4) as made:
        yield made


@pytest.fixture(scope="module")
def company_of_many_rooms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """Each load asks for the calendar of every room."""
    with served(tmp_path_factory.mktemp("many-rooms"), MANY_ROOMS) as made:
        yield made


@pytest.fixture
def deployed(failure: Failure, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    """Retries do not wait."""
    monkeypatch.setattr(RequestsTransport, "sleep", lambda _transport, _seconds: None)
    company = request.getfixturevalue("company_of_many_rooms" if failure.needs_many_rooms else "company")
    with stamina.set_testing(True, attempts=3, cap=True), Deployed.beside(company, monkeypatch) as made:
        yield made
