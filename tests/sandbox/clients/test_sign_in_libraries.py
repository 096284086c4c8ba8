"""azure-identity and msal get tokens from the sandbox as from Entra, and their errors say what Entra's would."""

import dataclasses
from collections.abc import Iterator

import jwt
import msal  # type: ignore[import-untyped]
import pytest
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import CertificateCredential, ClientSecretCredential
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12

from sandbox.graph import tenants
from sandbox.seed import client_certificate, creation
from sandbox.seed.client_certificate import ClientCertificate
from sandbox.seed.constants import CONTOSO
from tests.sandbox.clients.running import FIRST_OF_TWO, Identity, Running


@pytest.fixture(params=["directory ID", "initial domain", "custom domain"])
def operator(request: pytest.FixtureRequest, running: Running) -> Identity:
    names = {"initial domain": "contoso.onmicrosoft.com", "custom domain": "contoso.example"}
    return dataclasses.replace(running.operator, tenant=names.get(request.param, running.operator.tenant))


def credential(running: Running, identity: Identity) -> ClientSecretCredential:
    return ClientSecretCredential(
        identity.tenant,
        identity.client_id,
        identity.client_secret,
        authority=running.address,
        disable_instance_discovery=True,
        connection_verify=str(running.trust),
    )


def claims_of(token: str) -> dict[str, object]:
    claims: dict[str, object] = jwt.decode(token, options={"verify_signature": False})
    return claims


def test_azure_identity_gets_a_token_that_graph_takes(running: Running, operator: Identity) -> None:
    with credential(running, operator) as signing_in:
        token = signing_in.get_token(running.scope).token
    claims = claims_of(token)
    assert (claims["appid"], claims["oid"], claims["tid"]) == (
        operator.client_id,
        operator.object_id,
        running.operator.tenant,
    )
    assert {"Directory.Read.All", "Place.Read.All"} <= set(claims["roles"])  # type: ignore[call-overload]
    with running.http(token) as client:
        assert client.get("/v1.0/users", params={"$top": "1"}).status_code == 200


def test_azure_identity_tells_of_a_wrong_secret(running: Running) -> None:
    wrong = dataclasses.replace(running.operator, client_secret="not-the-secret")
    with credential(running, wrong) as signing_in, pytest.raises(ClientAuthenticationError, match="AADSTS7000215"):
        signing_in.get_token(running.scope)


def msal_client(running: Running, identity: Identity) -> msal.ConfidentialClientApplication:
    return msal.ConfidentialClientApplication(
        identity.client_id,
        client_credential=identity.client_secret,
        authority=f"{running.address}/{identity.tenant}",
        instance_discovery=False,
    )


def test_msal_gets_a_token_that_graph_takes(running: Running, operator: Identity) -> None:
    answer = msal_client(running, operator).acquire_token_for_client([running.scope])
    assert answer["token_type"] == "Bearer"
    with running.http(answer["access_token"]) as client:
        assert client.get("/v1.0/places/microsoft.graph.room").status_code == 200


@pytest.mark.parametrize(
    ("change", "number"),
    [({"client_secret": "not-the-secret"}, 7000215), ({"client_id": "3d6ac5a8-93c4-4df5-9ed2-2ed8ab5cb8a1"}, 700016)],
)
def test_msal_tells_entras_error_numbers(running: Running, change: dict[str, str], number: int) -> None:
    wrong = dataclasses.replace(running.operator, **change)
    answer = msal_client(running, wrong).acquire_token_for_client([running.scope])
    assert answer["error_codes"] == [number]
    assert f"AADSTS{number}" in answer["error_description"]


@pytest.mark.parametrize("start", ["-", "--", "~", ".", "_", "-~."])
def test_a_secret_signs_in_whatever_it_begins_with(running: Running, start: str) -> None:
    with running.faults(secret_start=start), running.as_identity(running.administrator) as client:
        made = client.post("/v1.0/applications", json={"displayName": "Secret"}).json()
        client.post("/v1.0/servicePrincipals", json={"appId": made["appId"]}).raise_for_status()
        secret = client.post(f"/v1.0/applications/{made['id']}/addPassword", json={}).json()
        value = secret["secretText"]
        assert (value.startswith(start), len(value), secret["hint"]) == (True, 40, value[:3])
        identity = dataclasses.replace(running.operator, client_id=made["appId"], client_secret=value)
        with credential(running, identity) as signing_in:
            assert claims_of(signing_in.get_token(running.scope).token)["appid"] == made["appId"]
        assert "access_token" in msal_client(running, identity).acquire_token_for_client([running.scope])
        client.delete(f"/v1.0/applications/{made['id']}").raise_for_status()


@pytest.fixture(scope="module")
def certificate(running: Running) -> Iterator[ClientCertificate]:
    store = creation.open_store(running.home)
    try:
        tenant = tenants.find(store, CONTOSO.id)
        assert tenant is not None
        now = creation.open_clock(running.home, store).seconds()
        yield client_certificate.add(store, tenant, running.operator.client_id, now)
    finally:
        store.close()


def certificate_credential(
    running: Running, identity: Identity, certificate: ClientCertificate
) -> CertificateCredential:
    return CertificateCredential(
        identity.tenant,
        identity.client_id,
        certificate_data=certificate.pkcs12,
        password=certificate.password,
        authority=running.address,
        disable_instance_discovery=True,
        connection_verify=str(running.trust),
    )


def test_azure_identity_signs_in_with_a_certificate(
    running: Running, operator: Identity, certificate: ClientCertificate
) -> None:
    with certificate_credential(running, operator, certificate) as signing_in:
        token = signing_in.get_token(running.scope).token
    assert (claims_of(token)["oid"], claims_of(token)["appidacr"]) == (operator.object_id, "2")
    with running.http(token) as client:
        assert client.get("/v1.0/users", params={"$top": "1"}).status_code == 200


def test_azure_identity_tells_that_a_certificate_is_not_registered(
    running: Running, certificate: ClientCertificate
) -> None:
    with (
        certificate_credential(running, running.deployer, certificate) as signing_in,
        pytest.raises(ClientAuthenticationError, match="AADSTS700027"),
    ):
        signing_in.get_token(running.scope)


@pytest.mark.parametrize("digest", [hashes.SHA1(), hashes.SHA256()], ids=["x5t, RS256", "x5t#S256, PS256"])  # noqa: S303 a name
def test_msal_signs_in_with_a_certificate_by_either_thumbprint(
    running: Running, operator: Identity, certificate: ClientCertificate, digest: hashes.HashAlgorithm
) -> None:
    key, found, _ = pkcs12.load_key_and_certificates(certificate.pkcs12, certificate.password.encode())
    assert key is not None
    assert isinstance(found, x509.Certificate)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    # msal takes x5t#S256 and PS256 when it is given the certificate itself.
    named = (
        {"thumbprint": found.fingerprint(digest).hex()}
        if isinstance(digest, hashes.SHA1)
        else {"public_certificate": found.public_bytes(Encoding.PEM).decode()}
    )
    client = msal.ConfidentialClientApplication(
        operator.client_id,
        client_credential={"private_key": pem, **named},
        authority=f"{running.address}/{operator.tenant}",
        instance_discovery=False,
    )
    answer = client.acquire_token_for_client([running.scope])
    assert claims_of(answer["access_token"])["oid"] == operator.object_id


@pytest.mark.parametrize("date", [False, True], ids=["seconds", "a date"])
def test_azure_identity_comes_back_after_either_form_of_retry_after(running: Running, date: bool) -> None:
    before = len(running.log())
    with (
        running.faults(throttled=0.5, only="POST /token", seed=FIRST_OF_TWO, retry_after_date=date),
        credential(running, running.operator) as signing_in,
    ):
        assert signing_in.get_token(running.scope).token
    assert [one["status"] for one in running.log()[before:] if one["path"].endswith("/token")] == [429, 200]


@pytest.mark.parametrize("authority", ["common", "organizations"])
def test_msal_discovers_the_authorities_of_no_tenant(running: Running, authority: str) -> None:
    client = msal.ConfidentialClientApplication(
        running.operator.client_id,
        client_credential=running.operator.client_secret,
        authority=f"{running.address}/{authority}",
        instance_discovery=False,
    )
    assert client.authority.token_endpoint == f"{running.address}/{authority}/oauth2/v2.0/token"
