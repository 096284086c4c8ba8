"""One thread's connections, for one tenant after another: nothing of a tenant's reaches the next; TLS is verified."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import trustme
from azure.core.exceptions import AzureError
from pydantic import SecretStr

from smartrecruiters_calendar.entra import credentials, tls
from smartrecruiters_calendar.entra.app_token import AppToken
from smartrecruiters_calendar.entra.client import client_of_microsoft
from smartrecruiters_calendar.entra.cloud import Cloud
from smartrecruiters_calendar.entra.connections import Connections
from smartrecruiters_calendar.entra.directory import Directory
from tests.smartrecruiters_calendar.entra.entra_over_tls import Entra, access_token, entra_over_tls

TENANTS = ("3f0c2f5e-8a57-4c1b-9d6e-1b7a52c0d101", "3f0c2f5e-8a57-4c1b-9d6e-1b7a52c0d102")


@pytest.fixture
def entra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Entra]:
    with entra_over_tls(tmp_path, TENANTS[0]) as running:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "roots.pem"))
        running.token = (200, access_token({"tid": TENANTS[0], "appid": "app"}))
        yield running


def sign_in(connections: Connections, cloud: Cloud, tenant: str) -> None:
    variables = {"AZURE_CLIENT_ID": f"operator of {tenant}", "AZURE_CLIENT_SECRET": tenant}
    credentials.operator(cloud, tenant, variables, connections.entra).get_token(cloud.graph_scope)


def test_each_tenants_operator_sends_its_own_secret_and_no_cookie_of_another(entra: Entra) -> None:
    with Connections() as connections:
        for tenant in TENANTS:
            sign_in(connections, entra.cloud, tenant)
    assert [form["client_secret"] for form in entra.forms] == list(TENANTS)
    assert entra.cookies == []
    assert len(tls.trust().get_ca_certs()) == 1  # the file's one authority, and nothing that requests would add to it


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_an_authority_that_the_scripts_do_not_trust_is_refused_whatever_requests_would_read(
    entra: Entra, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    monkeypatch.setenv("SSL_CERT_FILE", str(other))
    monkeypatch.setenv(variable, str(tmp_path / "roots.pem"))
    with Connections() as connections, pytest.raises(AzureError, match=r"(?i)certificate"):
        sign_in(connections, entra.cloud, TENANTS[0])
    assert entra.forms == []


def test_a_certificate_of_another_host_is_refused(entra: Entra) -> None:
    elsewhere = replace(entra.cloud, login_endpoint=entra.cloud.login_endpoint.replace("localhost", "127.0.0.1"))
    with Connections() as connections, pytest.raises(AzureError, match=r"(?i)certificate"):
        sign_in(connections, elsewhere, TENANTS[0])
    assert entra.forms == []


def test_directories_that_share_a_client_send_their_own_tokens_no_cookie_and_leave_it_open() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={}, headers={"Set-Cookie": "x=told-by-a-test; path=/"})

    cloud = Cloud("https://login.example", "https://graph.example")
    with closing(client_of_microsoft(httpx.MockTransport(answer))) as shared:
        for number in (1, 2):
            with Directory(
                cloud, AppToken(SecretStr(f"token-{number}"), TENANTS[0], "app", frozenset()), shared=shared
            ) as directory:
                directory.get("organization")
        assert not shared.is_closed
    assert [request.headers["Authorization"] for request in asked] == ["Bearer token-1", "Bearer token-2"]
    assert [request.headers.get("Cookie") for request in asked] == [None, None]
