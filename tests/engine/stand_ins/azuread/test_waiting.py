"""How the plugin waits for Graph, and what it asks again."""

import time
from contextlib import suppress

import grpc
import httpx
import pytest
from google.protobuf import empty_pb2  # type: ignore[import-untyped]

from engine.stand_ins.provider.errors import PluginError
from engine.stand_ins.provider.http_retry import open_client, send, until
from engine.stand_ins.provider.polling import ABSENT_PAUSE, VISIBLE_PAUSE, Waiting
from tests.engine.stand_ins.azuread import declared
from tests.engine.stand_ins.azuread.engine_calls import APPLICATION, Engine
from tests.engine.stand_ins.azuread.toy_graph import DIRECTORY_READ_ALL, ToyGraph


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Pauses are noted instead of made."""
    noted: list[float] = []

    def note(self: Waiting, seconds: float, deadline: float) -> None:
        noted.append(seconds)

    monkeypatch.setattr(Waiting, "rest", note)
    return noted


def soon() -> float:
    return time.monotonic() + 60


@pytest.mark.parametrize("least", [VISIBLE_PAUSE, ABSENT_PAUSE])
def test_five_looks_in_a_row_with_the_official_pause_between(pauses: list[float], least: float) -> None:
    Waiting().until(lambda: True, least, soon())

    assert pauses == [least] * 4


def test_a_change_not_seen_starts_the_count_again(pauses: list[float]) -> None:
    looks = iter([True, True, False, True, True, True, True, True])

    Waiting(pause=0).until(lambda: next(looks), VISIBLE_PAUSE, soon())

    assert next(looks, None) is None


def test_the_pause_grows_to_ten_seconds_while_nothing_is_seen(pauses: list[float]) -> None:
    looks = iter([False] * 6 + [True] * 5)

    Waiting().until(lambda: next(looks), VISIBLE_PAUSE, soon())

    assert pauses[:6] == [1, 2, 4, 8, 10, 10]


def test_the_setting_changes_the_pause_but_not_the_number_of_looks(
    pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZUREAD_PLUGIN_POLL_SECONDS", "0.25")

    Waiting.from_environment().until(lambda: True, ABSENT_PAUSE, soon())

    assert pauses == [0.25] * 4


def test_without_the_setting_the_pause_is_the_official_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AZUREAD_PLUGIN_POLL_SECONDS")

    assert Waiting.from_environment().pause is None


@pytest.mark.parametrize("setting", ["soon", "-1", "inf", "nan"])
def test_a_setting_that_is_no_time_is_refused(monkeypatch: pytest.MonkeyPatch, setting: str) -> None:
    monkeypatch.setenv("AZUREAD_PLUGIN_POLL_SECONDS", setting)

    with pytest.raises(PluginError, match="expected seconds"):
        Waiting.from_environment()


def test_cancelling_an_update_loses_no_secret(pulumi: Engine, graph: ToyGraph) -> None:
    application = pulumi.create(APPLICATION, **declared.application())

    pulumi.stub.Cancel(empty_pb2.Empty())

    assert declared.password(pulumi, application, "2028-11-23").outputs["keyId"]


def test_a_wait_ends_at_its_deadline() -> None:
    with pytest.raises(PluginError, match="timeout"):
        Waiting().until(lambda: False, ABSENT_PAUSE, time.monotonic())


def test_throttling_is_obeyed(pulumi: Engine, graph: ToyGraph, pauses: list[float]) -> None:
    graph.fault("GET", "/domains", 429, "TooManyRequests", "slow down", **{"Retry-After": "7"})

    assert pulumi.invoke("getDomains")["domains"]
    assert pauses == [7]


@pytest.mark.parametrize("status", [408, 424, 500, 502, 503, 504])
def test_passing_faults_are_asked_again_with_growing_pauses(
    pulumi: Engine, graph: ToyGraph, pauses: list[float], status: int
) -> None:
    for _ in range(3):
        graph.fault("GET", "/domains", status, "UnknownError", "try again")

    assert pulumi.invoke("getDomains")["domains"]
    assert pauses == [1, 2, 4]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 501])
def test_refusals_are_not_asked_again(pulumi: Engine, graph: ToyGraph, pauses: list[float], status: int) -> None:
    graph.fault("GET", "/domains", status, "SomeCode", "no")

    with pytest.raises(grpc.RpcError, match=f"unexpected status {status}"):
        pulumi.invoke("getDomains")
    assert pauses == []


def test_a_service_that_stays_down_is_given_up(pulumi: Engine, graph: ToyGraph, pauses: list[float]) -> None:
    for _ in range(50):
        graph.fault("GET", "/domains", 503, "ServiceUnavailable", "down")

    with pytest.raises(grpc.RpcError, match="503"):
        pulumi.invoke("getDomains")
    assert len(pauses) == 9


def test_a_token_service_that_stays_down_is_given_up_after_two_minutes(
    unconfigured: Engine, graph: ToyGraph, pauses: list[float]
) -> None:
    for _ in range(50):
        graph.fault("POST", "/token$", 503, "ServiceUnavailable", "down")

    with pytest.raises(grpc.RpcError, match="received HTTP status 503"):
        unconfigured.configure()
    assert pauses == [1, 2, 4, 8, 16, 30, 30, 30]


def test_a_metadata_service_that_is_down_is_asked_once(
    unconfigured: Engine, graph: ToyGraph, pauses: list[float]
) -> None:
    graph.fault("GET", "/metadata", 503, "ServiceUnavailable", "down")

    with pytest.raises(grpc.RpcError, match="unexpected status 503"):
        unconfigured.configure()
    assert pauses == []


@pytest.mark.parametrize(("method", "tries"), [("GET", 2), ("POST", 1)])
def test_only_requests_that_may_be_made_twice_are_repeated_after_a_broken_connection(
    pauses: list[float], method: str, tries: int
) -> None:
    asked: list[httpx.Request] = []

    def break_once(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        if len(asked) == 1:
            raise httpx.ReadError("connection reset")
        return httpx.Response(204)

    with open_client(httpx.MockTransport(break_once)) as client, suppress(PluginError):
        send(client, method, "https://localhost/", waiting=Waiting(), patience=until(soon()))

    assert len(asked) == tries


def test_what_has_not_spread_yet_is_asked_again(pulumi: Engine, graph: ToyGraph, pauses: list[float]) -> None:
    graph.fault("PATCH", "/applications/", 404, "Request_ResourceNotFound", "not here yet")
    application = pulumi.create(APPLICATION, **declared.application())
    unseen = "The appId 'x' of the service principal does not reference a valid application object."
    graph.fault("POST", "/servicePrincipals$", 400, "Request_BadRequest", unseen)
    principal = declared.service_principal(pulumi, application)
    graph.fault("POST", "/appRoleAssignedTo$", 404, "Request_ResourceNotFound", "not here yet")
    graph.fault("POST", "/appRoleAssignedTo$", 400, "Request_BadRequest", "Not a valid reference update.")

    declared.grant(pulumi, principal, DIRECTORY_READ_ALL)

    assert pauses.count(1) == 3  # one first repeat each
    assert pauses.count(2) == 1


def test_a_new_service_principal_that_has_not_spread_fails_as_in_the_official_plugin(
    pulumi: Engine, graph: ToyGraph, pauses: list[float]
) -> None:
    application = pulumi.create(APPLICATION, **declared.application())
    graph.fault("PATCH", "/servicePrincipals/", 404, "Request_ResourceNotFound", "not here yet")

    with pytest.raises(
        grpc.RpcError, match="Timed out whilst waiting for new service principal to be replicated in Azure AD"
    ):
        declared.service_principal(pulumi, application)
