"""Workload identity: an assertion stands for an application only when issuer, subject and audience are configured."""

from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from sandbox.seed.constants import CONTOSO
from sandbox.sign_in import keys, oidc_issuer
from sandbox.sign_in.client_assertions import TYPE
from tests.sandbox.in_process import BASE_URL, SCOPE, Caller, Identity, InProcess, error
from tests.sandbox.sign_in.test_token_endpoint import UNTIMED, claims, refusal

SUBJECT = "repo:contoso/calendars:ref:refs/heads/main"
ISSUER = oidc_issuer.address(BASE_URL)
CREDENTIAL = {"name": "pipeline", "issuer": ISSUER, "subject": SUBJECT, "audiences": [oidc_issuer.DEFAULT_AUDIENCE]}


@pytest.fixture
def client(entra: InProcess) -> Identity:
    return entra.identity("Directory.Read.All")


@pytest.fixture
def admin(entra: InProcess) -> Caller:
    return entra.caller("Application.ReadWrite.All")


def configure(admin: Caller, client: Identity, **changed: Any) -> dict[str, Any]:
    path = f"/applications/{client.application_id}/federatedIdentityCredentials"
    return admin.made("POST", path, CREDENTIAL | changed)


def assertion(entra: InProcess, subject: str = SUBJECT, audience: str = oidc_issuer.DEFAULT_AUDIENCE) -> str:
    key = keys.load(entra.home.issuer_key)
    return oidc_issuer.token(key, BASE_URL, subject, audience, entra.now)


def present(entra: InProcess, client: Identity, presented: str, **form: str) -> httpx.Response:
    given = {
        "grant_type": "client_credentials",
        "client_id": client.client_id,
        "scope": SCOPE,
        "client_assertion_type": TYPE,
        "client_assertion": presented,
    }
    return entra.request("POST", f"/{CONTOSO.id}/oauth2/v2.0/token", data=given | form)


def test_a_matching_assertion_is_as_good_as_a_secret(entra: InProcess, admin: Caller, client: Identity) -> None:
    configure(admin, client)
    found = claims(present(entra, client, assertion(entra)))
    assert (found["oid"], found["roles"]) == (client.object_id, ["Directory.Read.All"])


def test_without_a_federated_credential_no_assertion_counts(entra: InProcess, client: Identity) -> None:
    assert refusal(present(entra, client, assertion(entra)))[2] == 70025


@pytest.mark.parametrize(
    ("changed", "number"),
    [
        ({"issuer": "https://token.actions.example"}, 700211),
        ({"subject": "repo:contoso/calendars:pull_request"}, 700213),
        ({"subject": SUBJECT.upper()}, 700213),
        ({"audiences": ["api://other"]}, 700212),
    ],
)
def test_issuer_subject_and_audience_all_count(
    entra: InProcess, admin: Caller, client: Identity, changed: dict[str, Any], number: int
) -> None:
    configure(admin, client, **changed)
    assert refusal(present(entra, client, assertion(entra))) == (401, "invalid_client", number)


def test_somebody_elses_signature_does_not_count(entra: InProcess, admin: Caller, client: Identity) -> None:
    configure(admin, client)
    forged = jwt.encode(
        jwt.decode(assertion(entra), options={"verify_signature": False}),
        rsa.generate_private_key(public_exponent=65537, key_size=2048),
        "RS256",
    )
    assert refusal(present(entra, client, forged))[2] == 700027


def test_an_unsigned_assertion_does_not_count(entra: InProcess, admin: Caller, client: Identity) -> None:
    configure(admin, client)
    bare = jwt.encode(jwt.decode(assertion(entra), options={"verify_signature": False}), None, "none")  # type: ignore[arg-type]
    assert refusal(present(entra, client, bare))[2] == 700027


@pytest.mark.parametrize(("pipeline", "minutes"), [("GitHub", 5), ("Azure DevOps", 10)])
def test_an_assertion_lives_as_long_as_its_pipelines_do_and_no_longer(
    entra: InProcess, admin: Caller, client: Identity, pipeline: str, minutes: int
) -> None:
    configure(admin, client)
    headers = {"Authorization": f"Bearer {entra.home.oidc_request_token.read_text()}"}
    if pipeline == "GitHub":
        presented = entra.request("GET", f"/oidc/token?subject={SUBJECT}", headers=headers).json()["value"]
    else:
        query = f"subject={SUBJECT}&serviceConnectionId=1"
        presented = entra.request("POST", f"/oidc/token?{query}", headers=headers).json()["oidcToken"]
    claims_of = jwt.decode(presented, options={"verify_signature": False})
    assert claims_of["exp"] - claims_of["iat"] == minutes * 60
    entra.forward(seconds=minutes * 60 - 30)
    assert present(entra, client, presented).status_code == 200
    entra.forward(minutes=10)  # Entra allows for clocks that differ by some minutes
    assert refusal(present(entra, client, presented))[2] == 700024


def test_a_repositorys_subject_carries_ids_that_follow_from_its_names(entra: InProcess) -> None:
    def claims_about(query: str) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {entra.home.oidc_request_token.read_text()}"}
        token = entra.request("GET", f"/oidc/token?{query}", headers=headers).json()["value"]
        found: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
        return found

    job = claims_about("repository=contoso/calendars&environment=production")
    owner, repository = job["repository_owner_id"], job["repository_id"]
    assert job["sub"] == f"repo:contoso@{owner}/calendars@{repository}:environment:production"
    branch = claims_about("repository=contoso/calendars&ref=refs/heads/main")
    assert branch["sub"] == f"repo:contoso@{owner}/calendars@{repository}:ref:refs/heads/main"
    other = claims_about("repository=contoso/others&environment=production")
    assert (other["repository_owner_id"], other["repository_id"] == repository) == (owner, False)


@pytest.mark.parametrize("query", ["", "repository=calendars", "repository=a/b/c", "repository=/b"])
def test_a_request_that_names_no_subject_and_no_repository_is_refused(entra: InProcess, query: str) -> None:
    headers = {"Authorization": f"Bearer {entra.home.oidc_request_token.read_text()}"}
    assert entra.request("GET", f"/oidc/token?{query}", headers=headers).status_code == 400


@pytest.mark.parametrize("nonsense", ["nonsense", "a.b.c", "e30.W10.x", "e30.bnVsbA.x"])
def test_what_is_no_token_is_malformed(entra: InProcess, admin: Caller, client: Identity, nonsense: str) -> None:
    configure(admin, client)
    assert refusal(present(entra, client, nonsense))[::2] == (400, 50027)


def test_an_assertion_needs_its_type(entra: InProcess, admin: Caller, client: Identity) -> None:
    configure(admin, client)
    assert refusal(present(entra, client, assertion(entra), client_assertion_type=""))[2] == 900144


def test_a_pipeline_gets_assertions_for_its_request_token(entra: InProcess, admin: Caller, client: Identity) -> None:
    configure(admin, client)
    query = {"subject": SUBJECT, "audience": oidc_issuer.DEFAULT_AUDIENCE}
    assert entra.request("GET", "/oidc/token", params=query).status_code == 401
    headers = {"Authorization": f"Bearer {entra.home.oidc_request_token.read_text()}"}
    got = entra.request("GET", "/oidc/token", params=query, headers=headers).json()["value"]
    assert present(entra, client, got).status_code == 200
    configuration = entra.request("GET", "/oidc/.well-known/openid-configuration").json()
    published = jwt.PyJWKSet.from_dict(entra.request("GET", configuration["jwks_uri"]).json())
    assert jwt.decode(got, published.keys[0], ["RS256"], audience=query["audience"], options=UNTIMED)


def test_federated_credentials_are_read_changed_and_removed(admin: Caller, client: Identity) -> None:
    made = configure(admin, client)
    many = f"/applications/{client.application_id}/federatedIdentityCredentials"
    one = f"{many}/{made['id']}"
    assert [item["name"] for item in admin.made("GET", many)["value"]] == ["pipeline"]
    assert admin.send("PATCH", one, {"subject": "repo:contoso/other"}).status_code == 204
    assert admin.made("GET", f"{many}/pipeline")["subject"] == "repo:contoso/other"
    assert error(admin.send("PATCH", one, {"name": "other"}))[0] == 400
    assert admin.send("DELETE", one).status_code == 204
    assert error(admin.get(one)) == (404, "Request_ResourceNotFound")


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "a"},
        {"name": "with space"},
        {"issuer": "http://plain.example"},
        {"subject": ""},
        {"audiences": []},
        {"audiences": ["one", "two"]},
        {"invented": True},
    ],
)
def test_federated_credentials_that_will_not_do(admin: Caller, client: Identity, changed: dict[str, Any]) -> None:
    path = f"/applications/{client.application_id}/federatedIdentityCredentials"
    assert error(admin.send("POST", path, CREDENTIAL | changed))[0] == 400


def test_federated_credentials_are_unique(admin: Caller, client: Identity) -> None:
    configure(admin, client)
    path = f"/applications/{client.application_id}/federatedIdentityCredentials"
    for changed in ({"subject": "other"}, {"name": "other"}):
        answer = error(admin.send("POST", path, CREDENTIAL | changed))
        assert answer == (409, "Request_MultipleObjectsWithSameKeyValue")


def test_azure_devops_token_service_answers_in_its_own_form_and_for_longer(entra: InProcess) -> None:
    headers = {"Authorization": f"Bearer {entra.home.oidc_request_token.read_text()}"}
    lives = {}
    for method, field in (("GET", "value"), ("POST", "oidcToken")):
        asked = {"subject": SUBJECT, "serviceConnectionId": "connection"}
        answer = entra.request(method, "/oidc/token", params=asked, headers=headers).json()
        claims = jwt.decode(answer[field], options={"verify_signature": False})
        lives[method] = claims["exp"] - claims["iat"]
    assert lives == {"GET": 300, "POST": 600}
    refused = entra.request("POST", "/oidc/token", params={"subject": SUBJECT}, headers=headers)
    assert refused.status_code == 400
