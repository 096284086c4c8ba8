"""One sandbox for all tests here; they leave it as they found it, or make objects of their own."""

from collections.abc import Iterator

import pytest

from tests.sandbox.clients.running import Running, serving


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with serving(tmp_path_factory.mktemp("clients")) as sandbox:
        yield sandbox


@pytest.fixture(autouse=True)
def trust(monkeypatch: pytest.MonkeyPatch, running: Running) -> None:
    """Let libraries that look at the environment trust the sandbox alone."""
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.setenv(name, str(running.trust))
