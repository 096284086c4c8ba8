"""The client secret from a key vault: only this vault, only the current key, and never a word of it in an error."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
import stamina
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError, ServiceRequestError

from smartrecruiters_calendar.entra.cloud import PUBLIC, Cloud
from smartrecruiters_calendar.outcome import ExitCode, Reason, Stopped
from smartrecruiters_calendar.vault.address import VaultedSecret
from smartrecruiters_calendar.vault.reading import read_secret
from tests.remedies.printed import Remedy
from tests.smartrecruiters_calendar.stack_values import KEY, SECRET

URI = "https://contoso-identity.vault.azure.net/secrets/smartrecruiters-calendar-acme"
WANTED = VaultedSecret(URI, "contoso-identity", KEY, "dev")
LOCAL = Cloud("https://localhost:8443", "https://localhost:8443", key_vault_suffix="vault.localhost:8443")

PUT_THERE = Remedy("smartrecruiters_calendar/vault/reading.py", "pulumi up --stack {}")


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


class Credential:
    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.scopes: list[str] = []

    def get_token(self, *scopes: str, **_: object) -> AccessToken:
        self.scopes += scopes
        if self.error:
            raise self.error
        return AccessToken("the-token", 0)


PAGES = (200, 302, 401, 403, 404)
"""Statuses of a page that something between here and the vault answers with."""


def held(**changes: Any) -> httpx.Response:
    return httpx.Response(200, json={"value": SECRET, "id": f"{URI}/1", "tags": {"keyId": KEY}} | changes)


def refusing(status: int, code: str, inner: str = "") -> httpx.Response:
    error: dict[str, Any] = {"code": code, "message": "told by a test"}
    return httpx.Response(status, json={"error": error | ({"innererror": {"code": inner}} if inner else {})})


def read(
    answer: Callable[[httpx.Request], httpx.Response],
    wanted: VaultedSecret = WANTED,
    cloud: Cloud = PUBLIC,
    credential: Credential | None = None,
) -> str:
    transport = httpx.MockTransport(answer)
    return read_secret(wanted, cloud, credential or Credential(), transport).get_secret_value()


def stopped(answer: httpx.Response) -> Stopped:
    with pytest.raises(Stopped) as told:
        read(lambda _: answer)
    assert SECRET not in str(told.value)
    return told.value


def test_the_value_is_read_as_the_documented_request_with_a_token_for_vaults() -> None:
    asked: list[httpx.Request] = []
    credential = Credential()
    assert read(lambda request: asked.append(request) or held(), credential=credential) == SECRET  # type: ignore[func-returns-value]
    assert [str(request.url) for request in asked] == [f"{URI}?api-version=7.4"]
    assert asked[0].headers["Authorization"] == "Bearer the-token"
    assert credential.scopes == ["https://vault.azure.net/.default"]


def test_a_cloud_that_the_environment_names_has_its_own_vaults() -> None:
    credential = Credential()
    wanted = VaultedSecret("https://localhost:8443/keyvault/kv/secrets/x", "kv", KEY, "dev")
    assert read(lambda _: held(), wanted, LOCAL, credential) == SECRET
    assert credential.scopes == ["https://vault.localhost:8443/.default"]


@pytest.mark.parametrize(
    "uri",
    [
        "https://another.vault.azure.net/secrets/x",
        "https://contoso-identity.vault.azure.net.evil.example/secrets/x",
        "https://contoso-identity.vault.azure.net:444/secrets/x",
        "https://user@contoso-identity.vault.azure.net/secrets/x",
        "http://contoso-identity.vault.azure.net/secrets/x",
        "https://login.microsoftonline.com/secrets/x",
    ],
)
def test_a_token_for_the_vault_reaches_no_other_host(uri: str) -> None:
    def nobody(request: httpx.Request) -> httpx.Response:
        raise AssertionError(f"asked {request.url}")

    credential = Credential()
    deployed = VaultedSecret(uri, "contoso-identity", KEY, "dev")
    with pytest.raises(Stopped, match="not an address of the configured vault") as told:
        read(nobody, deployed, credential=credential)
    assert told.value.reason is Reason.VAULT_REFUSED
    assert credential.scopes == []
    assert PUT_THERE.in_(told.value.sentence) == "pulumi up --stack dev"  # after which the output is that vault's
    assert read(lambda _: held(), replace(deployed, uri=URI)) == SECRET


@pytest.mark.parametrize(
    ("answer", "reason", "tells"),
    [
        (refusing(403, "Forbidden", "ForbiddenByRbac"), Reason.VAULT_REFUSED, "ForbiddenByRbac"),
        (refusing(403, "Forbidden", "SecretDisabled"), Reason.VAULT_REFUSED, "SecretDisabled"),
        (refusing(401, "Unauthorized"), Reason.VAULT_REFUSED, "Key Vault Secrets User"),
        (refusing(404, "SecretNotFound"), Reason.VAULT_SECRET_UNUSABLE, "pulumi up"),
        (held(tags={"keyId": "another"}), Reason.VAULT_SECRET_UNUSABLE, "holds the key another"),
        (held(tags=None), Reason.VAULT_SECRET_UNUSABLE, KEY),
        (held(value=""), Reason.VAULT_UNREACHABLE, "without a secret"),
        *((httpx.Response(status, text="<html>"), Reason.VAULT_UNREACHABLE, "not in its form") for status in PAGES),
        (held(tags=["keyId"]), Reason.VAULT_UNREACHABLE, "without a secret"),
        (httpx.Response(503), Reason.VAULT_UNREACHABLE, "answered 503"),
    ],
)
def test_what_keeps_the_secret_from_being_read_is_told_with_the_remedy(
    answer: httpx.Response, reason: Reason, tells: str
) -> None:
    told = stopped(answer)
    assert told.reason is reason
    assert tells in told.sentence
    assert "again" in told.sentence


def test_a_busy_vault_is_asked_again() -> None:
    answers = iter([httpx.Response(429, headers={"Retry-After": "0"}), httpx.Response(503), held()])
    assert read(lambda _: next(answers)) == SECRET


@pytest.mark.parametrize(
    ("error", "exit_code"),
    [
        (ClientAuthenticationError("no identity"), ExitCode.CHECK_FAILED),
        (ServiceRequestError("no route"), ExitCode.UNKNOWN),
    ],
)
def test_an_identity_that_gets_no_token_is_told_apart_from_an_outage(error: Exception, exit_code: ExitCode) -> None:
    with pytest.raises(Stopped, match="No token for the key vault") as told:
        read(lambda _: held(), credential=Credential(error))
    assert told.value.exit_code is exit_code


def test_a_vault_that_cannot_be_reached_is_unknown() -> None:
    def breaks(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route", request=request)

    with pytest.raises(Stopped, match="no route") as told:
        read(breaks)
    assert told.value.reason is Reason.VAULT_UNREACHABLE
