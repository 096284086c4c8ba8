"""Azure Resource Manager and Key Vault refuse what Azure refuses, and keep a secret as it does."""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from sandbox.azure import models
from sandbox.azure.seeding import RESOURCE_GROUP, subscription_of, vault_of
from sandbox.seed.constants import CONTOSO, FABRIKAM
from tests.sandbox.in_process import BASE_URL, SCOPE, Identity, InProcess

ARM = "https://management.azure.com"
VAULT_RESOURCE = "https://vault.localhost:8443"
SUBSCRIPTION = subscription_of(CONTOSO.id)
VAULT = vault_of("contoso")
SECRET_ID = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{RESOURCE_GROUP}/providers/Microsoft.KeyVault/vaults/{VAULT}"
    "/secrets/office-365"
)
DATA = f"/keyvault/{VAULT}/secrets/office-365"
BODY = {
    "properties": {"value": "s3cret", "contentType": "text/x", "attributes": {"enabled": True, "exp": 1_827_619_200}},
    "tags": {"keyId": "k"},
}


@dataclass
class Azure:
    """A contoso identity with roles on the vault."""

    entra: InProcess
    identity: Identity

    def token(self, resource: str) -> str:
        answer = self.entra.sign_in(self.identity, scope=f"{resource}/.default")
        assert answer.status_code == 200, answer.text
        return str(answer.json()["access_token"])

    def send(
        self, method: str, path: str, resource: str = ARM, version: str | None = None, body: Any = None
    ) -> httpx.Response:
        api = version if version is not None else "7.4" if path.startswith("/keyvault") else "2024-11-01"
        url = f"{path}?api-version={api}" if api else path
        return self.entra.request(
            method, url, headers={"Authorization": f"Bearer {self.token(resource)}"}, **({"json": body} if body else {})
        )

    def read(self) -> httpx.Response:
        return self.send("GET", DATA, VAULT_RESOURCE)


def with_roles(entra: InProcess, *roles: str) -> Azure:
    identity = entra.identity("Application.Read.All")
    with entra.store.transaction():
        for role in roles:
            models.allow(entra.store, VAULT, identity.object_id, role)
    return Azure(entra, identity)


@pytest.fixture
def deployer(entra: InProcess) -> Azure:
    return with_roles(entra, models.CONTRIBUTOR, models.OFFICER)


def code(answer: httpx.Response) -> tuple[int, str]:
    error = answer.json()["error"]
    return answer.status_code, error.get("innererror", error)["code"]


def test_a_secret_is_kept_with_end_type_and_tags_and_never_shown_by_resource_manager(deployer: Azure) -> None:
    made = deployer.send("PUT", SECRET_ID, body=BODY)
    assert made.status_code == 201
    shown = made.json()
    assert shown == deployer.send("GET", SECRET_ID).json()
    assert "s3cret" not in made.text
    assert shown["properties"]["attributes"]["exp"] == 1_827_619_200
    assert shown["properties"]["secretUri"] == f"{BASE_URL}{DATA}"
    read = deployer.read().json()
    assert (read["value"], read["contentType"], read["tags"]) == ("s3cret", "text/x", {"keyId": "k"})
    assert read["attributes"]["exp"] == 1_827_619_200


def test_writing_again_makes_a_version_and_the_earlier_one_stays(deployer: Azure) -> None:
    first = deployer.send("PUT", SECRET_ID, body=BODY).json()["properties"]["secretUriWithVersion"]
    again = deployer.send("PUT", SECRET_ID, body={"properties": {"value": "newer"}})
    assert again.status_code == 200
    assert deployer.read().json()["value"] == "newer"
    assert deployer.send("GET", first.removeprefix(BASE_URL), VAULT_RESOURCE).json()["value"] == "s3cret"


def test_resource_manager_does_not_delete_and_the_vault_deletes_softly(deployer: Azure) -> None:
    deployer.send("PUT", SECRET_ID, body=BODY)
    assert code(deployer.send("DELETE", SECRET_ID)) == (400, "DisallowedResourceOperation")
    gone = deployer.send("DELETE", DATA, VAULT_RESOURCE)
    assert gone.status_code == 200
    assert "s3cret" not in gone.text
    assert code(deployer.read()) == (404, "SecretNotFound")
    assert code(deployer.send("GET", SECRET_ID)) == (404, "ResourceNotFound")
    assert code(deployer.send("PUT", SECRET_ID, body=BODY)) == (409, "ObjectIsDeletedButRecoverable")
    deleted = f"/keyvault/{VAULT}/deletedsecrets/office-365"
    assert deployer.send("GET", deleted, VAULT_RESOURCE).json()["recoveryId"].endswith(deleted)
    assert deployer.send("POST", f"{deleted}/recover", VAULT_RESOURCE).status_code == 200
    assert deployer.read().json()["value"] == "s3cret"


@pytest.mark.parametrize(
    ("role", "writes", "reads", "deletes"),
    [
        (models.CONTRIBUTOR, True, False, False),
        (models.OFFICER, False, True, True),
        (models.USER, False, True, False),
        ("Reader", False, False, False),
    ],
)
def test_each_role_allows_its_own_side_only(
    entra: InProcess, deployer: Azure, role: str, writes: bool, reads: bool, deletes: bool
) -> None:
    deployer.send("PUT", SECRET_ID, body=BODY)
    other = with_roles(entra, role)
    written = other.send("PUT", SECRET_ID, body=BODY)
    assert written.is_success if writes else code(written) == (403, "AuthorizationFailed")
    read = other.read()
    assert read.is_success if reads else code(read) == (403, "ForbiddenByRbac")
    deleted = other.send("DELETE", DATA, VAULT_RESOURCE)
    assert deleted.is_success if deletes else code(deleted) == (403, "ForbiddenByRbac")


@pytest.mark.parametrize(
    ("roles", "actions", "data"),
    [
        ((), set(), set()),
        ((models.USER,), set(), {"Microsoft.KeyVault/vaults/secrets/getSecret/action"}),
        ((models.CONTRIBUTOR, models.OFFICER), {"Microsoft.KeyVault/*"}, {"Microsoft.KeyVault/vaults/secrets/*"}),
    ],
)
def test_everybody_is_told_what_their_own_roles_allow(
    entra: InProcess, roles: tuple[str, ...], actions: set[str], data: set[str]
) -> None:
    path = f"{SECRET_ID.partition('/secrets/')[0]}/providers/Microsoft.Authorization/permissions"
    told = with_roles(entra, *roles).send("GET", path, version="2022-04-01").json()["value"]
    assert len(told) == len(roles)
    assert actions <= {action for one in told for action in one["actions"]}
    assert data <= {action for one in told for action in one["dataActions"]}
    assert code(with_roles(entra).send("GET", path)) == (400, "NoRegisteredProviderFound")


def test_a_token_opens_only_what_it_is_for(entra: InProcess, deployer: Azure) -> None:
    deployer.send("PUT", SECRET_ID, body=BODY)
    graph = SCOPE.removesuffix("/.default")
    assert code(deployer.send("GET", SECRET_ID, graph)) == (401, "InvalidAuthenticationTokenAudience")
    assert code(deployer.send("GET", SECRET_ID, VAULT_RESOURCE)) == (401, "InvalidAuthenticationTokenAudience")
    wrong = deployer.send("GET", DATA, ARM)
    assert (code(wrong), "AKV10022" in wrong.text) == ((401, "Unauthorized"), True)
    asked = entra.request("GET", "/v1.0/applications", headers={"Authorization": f"Bearer {deployer.token(ARM)}"})
    assert asked.status_code == 401
    assert "Invalid audience" in asked.text


def test_without_a_token_each_service_says_what_it_wants(entra: InProcess) -> None:
    assert code(entra.request("GET", f"{SECRET_ID}?api-version=2024-11-01")) == (401, "AuthenticationFailed")
    challenged = entra.request("GET", f"{DATA}?api-version=7.4")
    assert code(challenged) == (401, "Unauthorized")
    assert challenged.headers["WWW-Authenticate"] == (
        f'Bearer authorization="{BASE_URL}/{CONTOSO.id}", resource="{VAULT_RESOURCE}"'
    )


def test_a_resource_that_is_none_of_azures_gets_no_token(deployer: Azure) -> None:
    refused = deployer.entra.sign_in(deployer.identity, scope="https://vault.azure.net/.default")
    assert (refused.status_code, refused.json()["error_codes"]) == (400, [500011])


def test_another_tenants_vault_is_closed(deployer: Azure) -> None:
    foreign = SECRET_ID.replace(SUBSCRIPTION, subscription_of(FABRIKAM.id)).replace(VAULT, vault_of("fabrikam"))
    assert code(deployer.send("PUT", foreign, body=BODY)) == (401, "InvalidAuthenticationTokenTenant")
    wrong = deployer.send("GET", f"/keyvault/{vault_of('fabrikam')}/secrets/x", VAULT_RESOURCE)
    assert (code(wrong), "AKV10032" in wrong.text) == ((401, "Unauthorized"), True)


@pytest.mark.parametrize(
    ("path", "refusal"),
    [
        (SECRET_ID.replace(SUBSCRIPTION, CONTOSO.id), (404, "SubscriptionNotFound")),
        (SECRET_ID.replace("/resourceGroups/identity", "/resourceGroups/other"), (404, "ResourceGroupNotFound")),
        (SECRET_ID.replace(VAULT, "no-such-vault"), (404, "ParentResourceNotFound")),
        (SECRET_ID.replace("office-365", "under_score"), (404, "InvalidResourceType")),
        (f"/subscriptions/{SUBSCRIPTION}/resourceGroups", (404, "InvalidResourceType")),
        ("/keyvault/no-such-vault/secrets/x", (404, "VaultNotFound")),
        (f"/keyvault/{VAULT}/keys/x", (404, "InvalidResourceType")),
    ],
)
def test_what_is_not_there_is_refused(deployer: Azure, path: str, refusal: tuple[int, str]) -> None:
    resource = VAULT_RESOURCE if path.startswith("/keyvault") else ARM
    assert code(deployer.send("GET", path, resource)) == refusal


@pytest.mark.parametrize(
    ("version", "refusal"), [("", "MissingApiVersionParameter"), ("2019-01-01", "NoRegisteredProviderFound")]
)
def test_resource_manager_wants_a_version_it_has(deployer: Azure, version: str, refusal: str) -> None:
    assert code(deployer.send("GET", SECRET_ID, version=version)) == (400, refusal)


@pytest.mark.parametrize(
    "body",
    [
        {"properties": {"attributes": {"exp": 1}}},
        {"properties": {"value": 1}},
        {"properties": {"value": "x", "expires": 1}},
        {"properties": {"value": "x", "attributes": {"exp": "2028-01-01"}}},
        {"properties": {"value": "x"}, "tags": {"k": "v" * 257}},
        {"value": "x"},
    ],
)
def test_a_body_that_is_no_secrets_is_refused(deployer: Azure, body: dict[str, Any]) -> None:
    assert code(deployer.send("PUT", SECRET_ID, body=body)) == (400, "InvalidRequestContent")


def test_a_disabled_secret_is_not_read(deployer: Azure) -> None:
    deployer.send("PUT", SECRET_ID, body={"properties": {"value": "x", "attributes": {"enabled": False}}})
    assert code(deployer.read()) == (403, "SecretDisabled")


def test_a_token_ends(deployer: Azure) -> None:
    token = deployer.token(ARM)
    deployer.entra.forward(hours=2)
    answer = deployer.entra.request(
        "GET", f"{SECRET_ID}?api-version=2024-11-01", headers={"Authorization": f"Bearer {token}"}
    )
    assert code(answer) == (401, "InvalidAuthenticationToken")


@pytest.mark.parametrize(("fault", "status"), [("throttled", 429), ("unavailable", 503)])
def test_faults_of_the_tenant_reach_its_vault(deployer: Azure, fault: str, status: int) -> None:
    token = deployer.token(VAULT_RESOURCE)
    deployer.entra.switch(**{fault: 1.0})
    answer = deployer.entra.request("GET", f"{DATA}?api-version=7.4", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == status
    assert answer.headers["Retry-After"]
