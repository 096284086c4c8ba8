"""One served sandbox for all failures; each begins with nothing delivered."""

import contextlib
import socket
from collections.abc import Iterator

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
from tests.when_it_goes_wrong.failures import MANY_ROOMS


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    home = Home(tmp_path_factory.mktemp("company") / "home")
    creation.ensure(home, Sizes(users=3, rooms=MANY_ROOMS))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        running = Sandbox(home, f"https://localhost:{listener.getsockname()[1]}")
        running.context.clock.start()
        with contextlib.closing(running):
            made = Company(running, GUIDE)
            with serving(running, home, listener):
                yield made


@pytest.fixture
def deployed(company: Company, monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    """Retries do not wait."""
    monkeypatch.setattr(RequestsTransport, "sleep", lambda _transport, _seconds: None)
    with stamina.set_testing(True, attempts=3, cap=True), Deployed.beside(company, monkeypatch) as made:
        yield made
