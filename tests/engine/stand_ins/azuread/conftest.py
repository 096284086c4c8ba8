"""A plugin in front of a toy Graph."""

from collections.abc import Iterator

import pytest

from tests.engine.stand_ins.azuread.engine_calls import Engine, engine
from tests.engine.stand_ins.azuread.toy_graph import ToyGraph


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No credentials from the shell; loopback names resolve without asking anybody; no pause between looks."""
    for name in ("ARM_TENANT_ID", "ARM_CLIENT_ID", "ARM_CLIENT_SECRET", "ARM_METADATA_HOSTNAME", "ARM_USE_OIDC"):
        monkeypatch.delenv(name, raising=False)
    for name in ("ARM_OIDC_TOKEN", "ARM_OIDC_TOKEN_FILE_PATH", "ARM_CLIENT_CERTIFICATE", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("ARM_OIDC_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AZUREAD_PLUGIN_POLL_SECONDS", "0")


@pytest.fixture
def graph() -> ToyGraph:
    return ToyGraph()


@pytest.fixture
def unconfigured(graph: ToyGraph) -> Iterator[Engine]:
    with engine(graph.transport()) as started:
        yield started


@pytest.fixture
def pulumi(graph: ToyGraph, unconfigured: Engine) -> Engine:
    """A plugin that has signed in; what that asked is already taken off the record."""
    unconfigured.configure()
    graph.take()
    return unconfigured
