"""What an identity may do on a vault, by Azure's own list."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
import stamina
from azure.core.exceptions import ClientAuthenticationError, ServiceRequestError

from components.vault_place import VaultPlace
from smartrecruiters_calendar.entra.cloud import PUBLIC
from smartrecruiters_calendar.entra.errors import EntraRefused, EntraUnreachable, Identity
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.vault.permissions import (
    DELETES,
    READS,
    WRITES,
    VaultPermissions,
    VaultRefused,
    vault_permissions,
)
from tests.smartrecruiters_calendar.vault.test_reading import Credential

PLACE = VaultPlace(subscription_id="s", resource_group="identity", vault="contoso-identity")


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


def asked(answer: Callable[[httpx.Request], httpx.Response], credential: Credential | None = None) -> VaultPermissions:
    return vault_permissions(PLACE, PUBLIC, credential or Credential(), Identity.DEPLOYER, httpx.MockTransport(answer))


def listed(*held: dict[str, Any]) -> httpx.Response:
    return httpx.Response(200, json={"value": list(held)})


def test_azure_is_asked_for_the_callers_own_permissions_on_the_vault() -> None:
    seen: list[httpx.Request] = []
    credential = Credential()
    asked(lambda request: seen.append(request) or listed(), credential)  # type: ignore[func-returns-value]
    assert [str(request.url) for request in seen] == [
        "https://management.azure.com/subscriptions/s/resourceGroups/identity/providers/Microsoft.KeyVault/vaults"
        "/contoso-identity/providers/Microsoft.Authorization/permissions?api-version=2022-04-01"
    ]
    assert credential.scopes == ["https://management.azure.com/.default"]


@pytest.mark.parametrize(
    ("held", "missing"),
    [
        ([], [*WRITES, *DELETES, *READS]),
        ([{"actions": ["*"]}], [*DELETES, *READS]),
        ([{"actions": ["microsoft.keyvault/*"]}, {"dataActions": ["Microsoft.KeyVault/vaults/secrets/*"]}], []),
        (
            [{"actions": ["*"], "notActions": ["*/write"], "dataActions": ["*"]}],
            ["Microsoft.KeyVault/vaults/secrets/write"],
        ),
        ([{"actions": ["*"], "dataActions": ["*"], "notDataActions": ["*/delete"]}], [*DELETES]),
        ([{"actions": ["*"], "notActions": ["*"]}, {"actions": ["Microsoft.KeyVault/*"], "dataActions": ["*"]}], []),
    ],
)
def test_a_role_allows_what_its_patterns_cover_and_does_not_except(
    held: list[dict[str, Any]], missing: list[str]
) -> None:
    permissions = asked(lambda _: listed(*held))
    found = [
        *permissions.missing(WRITES),
        *permissions.missing(DELETES, data=True),
        *permissions.missing(READS, data=True),
    ]
    assert found == missing


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (
            httpx.Response(404, json={"error": {"code": "SubscriptionNotFound", "message": "no"}}),
            "SubscriptionNotFound",
        ),
        (httpx.Response(403, text="<html>"), "403"),
        (httpx.Response(200, json={"value": 1}), "not in Azure's form"),
    ],
)
def test_what_azure_refuses_is_told_in_its_words(answer: httpx.Response, told: str) -> None:
    with pytest.raises(VaultRefused, match=told):
        asked(lambda _: answer)


def test_silence_is_told_apart_from_a_refusal() -> None:
    with pytest.raises(Stopped) as silent:
        asked(lambda _: httpx.Response(503))
    assert silent.value.reason is Reason.VAULT_UNREACHABLE
    with pytest.raises(EntraRefused):
        asked(lambda _: listed(), Credential(ClientAuthenticationError("no")))
    with pytest.raises(EntraUnreachable):
        asked(lambda _: listed(), Credential(ServiceRequestError("no route")))
