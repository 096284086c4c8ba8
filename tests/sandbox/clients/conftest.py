"""One sandbox for all tests here; they leave it as they found it, or make objects of their own."""

from collections.abc import Iterator

import pytest

from sandbox.api.evidence import rows_shown_by
from tests.sandbox.clients.running import Running, serving
from tests.sandbox.evidence import note, rows, rows_of_client


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with serving(tmp_path_factory.mktemp("clients")) as sandbox:
        yield sandbox


@pytest.fixture(autouse=True)
def answered(request: pytest.FixtureRequest, running: Running) -> Iterator[None]:
    """A test that the coverage page names for a row was answered by that row."""
    before = len(running.log())
    yield
    seen = rows_of_client(request.node.nodeid, rows(running.log()[before:]))
    note(request.node.nodeid, seen)
    assert rows_shown_by(request.node.nodeid) - seen == set(), "run: python -m tests.sandbox.evidence"


@pytest.fixture(autouse=True)
def trust(monkeypatch: pytest.MonkeyPatch, running: Running) -> None:
    """Let libraries that look at the environment trust the sandbox alone."""
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.setenv(name, str(running.trust))
