"""The token endpoint: what a token says, and every refusal with its number, status and OAuth error."""

import base64
from typing import Any

import httpx
import jwt
import pytest
from jwt.types import Options

from sandbox.seed.constants import CONTOSO, FABRIKAM
from tests.sandbox.in_process import BASE_URL, SCOPE, Identity, InProcess

UNTIMED: Options = {"verify_exp": False, "verify_nbf": False, "verify_iat": False}
"""Tokens follow the sandbox's time, and the library would look at the host's."""
UNKNOWN = "99999999-9999-4999-8999-999999999999"


def claims(answer: httpx.Response) -> dict[str, Any]:
    decoded: dict[str, Any] = jwt.decode(answer.json()["access_token"], options={"verify_signature": False})
    return decoded


def refusal(answer: httpx.Response) -> tuple[int, str, int]:
    """Status, OAuth error and AADSTS number; the envelope is checked on the way."""
    body = answer.json()
    [number] = body["error_codes"]
    assert body["error_description"].startswith(f"AADSTS{number}: ")
    assert f"Trace ID: {body['trace_id']} Correlation ID: {body['correlation_id']}" in body["error_description"]
    assert body["error_description"].endswith(f"Timestamp: {body['timestamp']}")
    assert body["error_uri"].endswith(f"={number}")
    assert answer.headers["cache-control"] == "no-store, no-cache"
    return answer.status_code, body["error"], number


@pytest.fixture
def client(entra: InProcess) -> Identity:
    return entra.identity("Directory.Read.All", "Calendars.ReadWrite")


def test_claims_are_those_of_a_v1_token(entra: InProcess, client: Identity) -> None:
    answer = entra.sign_in(client)
    assert {"token_type": "Bearer", "expires_in": 3599, "ext_expires_in": 3599}.items() <= answer.json().items()
    assert set(answer.json()) == {"token_type", "expires_in", "ext_expires_in", "access_token"}
    found = claims(answer)
    assert found["aud"] == BASE_URL
    assert found["iss"] == found["idp"] == f"https://sts.windows.net/{CONTOSO.id}/"
    assert found["oid"] == found["sub"] == client.object_id
    assert (found["appid"], found["appidacr"], found["idtyp"]) == (client.client_id, "1", "app")
    assert (found["tid"], found["ver"], found["app_displayname"]) == (CONTOSO.id, "1.0", "Test identity")
    assert found["exp"] - found["iat"] == 3900
    assert sorted(found["roles"]) == ["Calendars.ReadWrite", "Directory.Read.All"]


def test_the_published_key_verifies_a_token(entra: InProcess, client: Identity) -> None:
    token = entra.sign_in(client).json()["access_token"]
    configuration = entra.request("GET", f"/{CONTOSO.id}/v2.0/.well-known/openid-configuration").json()
    keys = jwt.PyJWKSet.from_dict(entra.request("GET", configuration["jwks_uri"]).json())
    key = keys[jwt.get_unverified_header(token)["kid"]]
    verified = jwt.decode(token, key, ["RS256"], audience=BASE_URL, options=UNTIMED)
    assert verified["appid"] == client.client_id


@pytest.mark.parametrize("tenant", [CONTOSO.id, CONTOSO.id.upper(), CONTOSO.initial_domain, CONTOSO.default_domain])
def test_tenants_are_named_by_id_or_domain(entra: InProcess, client: Identity, tenant: str) -> None:
    assert claims(entra.sign_in(client, tenant))["tid"] == CONTOSO.id
    configuration = entra.request("GET", f"/{tenant}/v2.0/.well-known/openid-configuration").json()
    assert configuration["token_endpoint"] == f"{BASE_URL}/{CONTOSO.id}/oauth2/v2.0/token"
    assert configuration["issuer"] == f"https://login.microsoftonline.com/{CONTOSO.id}/v2.0"


def test_roles_are_absent_when_nothing_is_granted(entra: InProcess) -> None:
    assert "roles" not in claims(entra.sign_in(entra.identity()))


def test_roles_are_frozen_when_a_token_is_issued(entra: InProcess) -> None:
    caller = entra.caller("Directory.Read.All")
    [grant] = entra.store.all("SELECT id FROM grants WHERE principal = ?", (caller.identity.object_id,))
    admin = entra.caller("AppRoleAssignment.ReadWrite.All", "Application.Read.All")
    path = f"/servicePrincipals/{caller.identity.object_id}/appRoleAssignments/{grant['id']}"
    assert admin.send("DELETE", path).status_code == 204
    assert caller.get("/organization").status_code == 200
    assert entra.signed_in(caller.identity).get("/organization").status_code == 403


@pytest.mark.parametrize(
    "resource", ["https://graph.microsoft.com", "00000003-0000-0000-c000-000000000000", f"{BASE_URL}/", BASE_URL]
)
def test_the_audience_is_the_resource_as_the_scope_names_it(entra: InProcess, client: Identity, resource: str) -> None:
    answer = entra.sign_in(client, scope=f"{resource}/.default")
    assert claims(answer)["aud"] == resource
    headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    assert entra.request("GET", "/v1.0/organization", headers=headers).status_code == 200


def test_credentials_may_come_as_basic_authorization(entra: InProcess, client: Identity) -> None:
    header = base64.b64encode(f"{client.client_id}:{client.client_secret}".encode()).decode()
    form = {"grant_type": "client_credentials", "scope": SCOPE}
    headers = {"Authorization": f"Basic {header}"}
    answer = entra.request("POST", f"/{CONTOSO.id}/oauth2/v2.0/token", data=form, headers=headers)
    assert claims(answer)["appid"] == client.client_id


def test_form_fields_that_nobody_knows_are_ignored(entra: InProcess, client: Identity) -> None:
    answer = entra.sign_in(client, client_info="1", claims='{"access_token":{"xms_cc":{"values":["CP1"]}}}', x="y")
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"client_secret": "wrong"}, (401, "invalid_client", 7000215)),
        ({"client_secret": ""}, (401, "invalid_client", 7000216)),
        ({"client_id": UNKNOWN}, (400, "unauthorized_client", 700016)),
        ({"client_id": ""}, (400, "invalid_request", 900144)),
        ({"grant_type": ""}, (400, "invalid_request", 900144)),
        ({"scope": ""}, (400, "invalid_request", 900144)),
        ({"grant_type": "password"}, (400, "unsupported_grant_type", 70003)),
        ({"scope": f"{BASE_URL}/User.Read"}, (400, "invalid_scope", 1002012)),
        ({"scope": " "}, (400, "invalid_scope", 70011)),
        ({"scope": f"{SCOPE} https://other.example/.default"}, (400, "invalid_request", 700022)),
        ({"scope": "https://other.example/.default"}, (400, "invalid_resource", 500011)),
    ],
)
def test_refusals(entra: InProcess, client: Identity, form: dict[str, str], expected: tuple[int, str, int]) -> None:
    assert refusal(entra.sign_in(client, **form)) == expected


@pytest.mark.parametrize(
    ("tenant", "expected"),
    [
        (UNKNOWN, (400, "invalid_request", 90002)),
        ("nobody.example", (400, "invalid_request", 90002)),
        ("nonsense", (400, "invalid_request", 900023)),
    ],
)
def test_unknown_tenants(entra: InProcess, client: Identity, tenant: str, expected: tuple[int, str, int]) -> None:
    assert refusal(entra.sign_in(client, tenant)) == expected


def test_an_unknown_tenant_has_another_error_at_its_openid_configuration(entra: InProcess) -> None:
    answer = entra.request("GET", f"/{UNKNOWN}/v2.0/.well-known/openid-configuration")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_tenant")


def test_only_post_gets_a_token(entra: InProcess) -> None:
    assert refusal(entra.request("GET", f"/{CONTOSO.id}/oauth2/v2.0/token"))[::2] == (400, 900561)


def test_a_form_that_is_none_is_malformed(entra: InProcess) -> None:
    answer = entra.request("POST", f"/{CONTOSO.id}/oauth2/v2.0/token", content=b"\xff=\xfe&&;;")
    assert refusal(answer)[::2] == (400, 9002313)


def test_an_application_of_another_tenant_is_not_found(entra: InProcess, client: Identity) -> None:
    answer = entra.sign_in(client, FABRIKAM.id)
    assert refusal(answer) == (400, "unauthorized_client", 700016)
    assert "'Fabrikam'" in answer.json()["error_description"]


def test_the_client_is_checked_before_its_secret_and_that_before_the_scope(entra: InProcess, client: Identity) -> None:
    everything = {"client_id": UNKNOWN, "client_secret": "wrong", "scope": "nonsense"}
    assert refusal(entra.sign_in(client, UNKNOWN, **everything))[2] == 90002
    assert refusal(entra.sign_in(client, **everything))[2] == 700016
    assert refusal(entra.sign_in(client, client_secret="wrong", scope="nonsense"))[2] == 7000215
    assert refusal(entra.sign_in(client, scope="nonsense"))[2] == 1002012


def test_an_application_without_service_principal(entra: InProcess, client: Identity) -> None:
    caller = entra.caller("Application.ReadWrite.All")
    assert caller.send("DELETE", f"/servicePrincipals/{client.object_id}").status_code == 204
    assert refusal(entra.sign_in(client)) == (401, "invalid_client", 7000229)


def test_a_disabled_service_principal_gets_no_new_token_and_keeps_the_old(entra: InProcess) -> None:
    caller = entra.caller("Directory.Read.All")
    admin = entra.caller("Application.ReadWrite.All")
    path = f"/servicePrincipals/{caller.identity.object_id}"
    assert admin.send("PATCH", path, {"accountEnabled": False}).status_code == 204
    assert refusal(entra.sign_in(caller.identity))[1:] == ("unauthorized_client", 7000112)
    assert caller.get("/organization").status_code == 200


def test_secrets_expire_with_the_sandboxes_clock(entra: InProcess) -> None:
    admin = entra.caller("Application.ReadWrite.All")
    client = entra.identity()
    made = admin.made("POST", f"/applications/{client.application_id}/addPassword", {})
    fresh = Identity(client.client_id, made["secretText"], client.object_id)
    entra.forward(days=729)
    assert entra.sign_in(fresh).status_code == 200
    entra.forward(days=2)
    answer = entra.sign_in(fresh)
    assert refusal(answer) == (401, "invalid_client", 7000222)
    assert client.client_id in answer.json()["error_description"]


def test_a_secret_does_not_work_before_it_starts(entra: InProcess) -> None:
    admin = entra.caller("Application.ReadWrite.All")
    client = entra.identity()
    wish = {"passwordCredential": {"startDateTime": "2027-06-01T00:00:00Z"}}
    made = admin.made("POST", f"/applications/{client.application_id}/addPassword", wish)
    assert refusal(entra.sign_in(Identity(client.client_id, made["secretText"], "")))[2] == 7000215


def test_the_secret_id_is_not_the_secret(entra: InProcess) -> None:
    admin = entra.caller("Application.ReadWrite.All")
    client = entra.identity()
    made = admin.made("POST", f"/applications/{client.application_id}/addPassword", {})
    assert refusal(entra.sign_in(Identity(client.client_id, made["keyId"], "")))[2] == 7000215


def test_the_clients_request_id_comes_back_as_correlation_id(entra: InProcess, client: Identity) -> None:
    mine = "6f9619ff-8b86-d011-b42d-00c04fc964ff"
    form = {"client_id": client.client_id, "grant_type": "client_credentials", "scope": SCOPE}
    headers = {"client-request-id": mine}
    answer = entra.request("POST", f"/{CONTOSO.id}/oauth2/v2.0/token", data=form, headers=headers)
    assert answer.json()["correlation_id"] == mine


def test_instance_discovery_knows_this_cloud_alone(entra: InProcess) -> None:
    def ask(endpoint: str) -> httpx.Response:
        query = {"api-version": "1.1", "authorization_endpoint": endpoint}
        return entra.request("GET", "/common/discovery/instance", params=query)

    known = ask(f"{BASE_URL}/{CONTOSO.id}/oauth2/v2.0/authorize")
    assert known.json()["metadata"][0]["aliases"] == ["localhost:8443"]
    unknown = ask("https://login.example/x/oauth2/v2.0/authorize")
    assert (unknown.status_code, unknown.json()["error"]) == (400, "invalid_instance")


def test_metadata_has_what_clients_need_and_no_trailing_slash_where_it_hurts(entra: InProcess) -> None:
    body = entra.request("GET", "/metadata/endpoints?api-version=2022-09-01").json()
    assert body["authentication"]["loginEndpoint"] == BASE_URL
    assert body["microsoftGraphResourceId"].rstrip("/") == BASE_URL
    assert body["name"]
    assert body["resourceManager"]
    assert entra.request("GET", "/metadata/endpoints?api-version=2016-01-01").status_code == 400


@pytest.mark.parametrize("authority", ["common", "organizations"])
@pytest.mark.parametrize(
    ("version", "issuer"),
    [("/v2.0", "https://login.microsoftonline.com/{tenantid}/v2.0"), ("", "https://sts.windows.net/{tenantid}/")],
)
def test_the_authorities_of_no_tenant_have_a_pattern_for_an_issuer(
    entra: InProcess, authority: str, version: str, issuer: str
) -> None:
    body = entra.request("GET", f"/{authority}{version}/.well-known/openid-configuration").json()
    assert (body["issuer"], body["tenant_region_scope"]) == (issuer, None)
    assert body["token_endpoint"].startswith(f"{BASE_URL}/{authority}/oauth2")
    assert body["jwks_uri"].startswith(f"{BASE_URL}/{authority}/discovery")
