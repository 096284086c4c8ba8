"""Where Entra and Graph are."""

import json
from collections.abc import Iterator

import httpx
import pytest
import stamina

from smartrecruiters_calendar.entra.cloud import PUBLIC, Cloud, CloudRefused, CloudUnreachable, find_cloud

HOST = {"ARM_METADATA_HOSTNAME": "localhost:8443"}
ENDPOINTS = {
    "name": "AzureCloud",
    "resourceManager": "https://localhost:8443/",
    "microsoftGraphResourceId": "https://localhost:8443/",
    "authentication": {"loginEndpoint": "https://localhost:8443", "audiences": ["https://management.example/"]},
    "suffixes": {"keyVaultDns": ".vault.localhost:8443"},
}


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


def answering(status: int, content: bytes) -> httpx.MockTransport:
    return httpx.MockTransport(lambda _: httpx.Response(status, content=content))


@pytest.mark.parametrize("environment", [{}, {"ARM_METADATA_HOSTNAME": ""}, {"ARM_ENVIRONMENT": "public"}])
def test_the_public_cloud_is_the_default_and_asks_nobody(environment: dict[str, str]) -> None:
    assert find_cloud(environment) == PUBLIC


def test_a_named_metadata_endpoint_describes_the_cloud() -> None:
    asked: list[httpx.URL] = []

    def metadata(request: httpx.Request) -> httpx.Response:
        asked.append(request.url)
        return httpx.Response(200, content=b"\xef\xbb\xbf" + json.dumps(ENDPOINTS).encode())

    cloud = find_cloud(HOST, httpx.MockTransport(metadata))
    assert cloud == Cloud(
        "https://localhost:8443",
        "https://localhost:8443",
        key_vault_suffix="vault.localhost:8443",
        resource_manager="https://localhost:8443",
        resource_manager_audience="https://management.example",
    )
    assert not cloud.public
    assert cloud.graph_scope == "https://localhost:8443/.default"
    assert asked == [httpx.URL("https://localhost:8443/metadata/endpoints?api-version=2022-09-01")]


def test_a_national_cloud_by_name_is_not_taken_for_the_public_one() -> None:
    with pytest.raises(CloudRefused, match="ARM_METADATA_HOSTNAME"):
        find_cloud({"ARM_ENVIRONMENT": "usgovernment"})


@pytest.mark.parametrize(
    "document",
    [
        [ENDPOINTS],
        ENDPOINTS | {"microsoftGraphResourceId": "http://localhost:8443"},
        ENDPOINTS | {"authentication": {"loginEndpoint": "http://localhost:8443"}},
        ENDPOINTS | {"resourceManager": "http://localhost:8443"},
        {"name": "AzureCloud"},
    ],
    ids=["older form", "Graph in clear", "Entra in clear", "Azure in clear", "nothing"],
)
def test_an_answer_that_describes_no_safe_cloud_is_refused(document: object) -> None:
    with pytest.raises(CloudRefused):
        find_cloud(HOST, answering(200, json.dumps(document).encode()))


@pytest.mark.parametrize("answer", [b"", b"<html>Sign in</html>", b'{"name": ', b"[" * 100_000, "{}".encode("utf-16")])
def test_an_answer_of_somebody_else_says_nothing_about_the_cloud(answer: bytes) -> None:
    with pytest.raises(CloudUnreachable, match="not JSON"):
        find_cloud(HOST, answering(200, answer))


def test_a_host_that_is_none_is_refused() -> None:
    with pytest.raises(CloudRefused, match="not a valid host name"):
        find_cloud({"ARM_METADATA_HOSTNAME": "localhost:port"}, answering(200, b""))


def test_an_endpoint_that_does_not_answer_is_unreachable_after_a_few_tries() -> None:
    asked = 0

    def cut(_: httpx.Request) -> httpx.Response:
        nonlocal asked
        asked += 1
        raise httpx.ConnectError("refused")

    with pytest.raises(CloudUnreachable, match="does not answer"):
        find_cloud(HOST, httpx.MockTransport(cut))
    assert asked == 3
    with pytest.raises(CloudUnreachable, match="answered 503"):
        find_cloud(HOST, answering(503, b""))
