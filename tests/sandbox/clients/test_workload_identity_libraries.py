"""azure-identity signs in without a secret: by an assertion of the sandbox's own issuer, and not by a certificate."""

import re
import time
from pathlib import Path

import jwt
import pytest
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import CertificateCredential, ClientAssertionCredential, WorkloadIdentityCredential
from cryptography.hazmat.primitives import serialization

from sandbox.directory.models import self_signed
from sandbox.sign_in import oidc_issuer
from tests.sandbox.clients.running import Identity, Running

REPOSITORY = "contoso/calendars"
SUBJECT = oidc_issuer.of_repository(REPOSITORY, environment="production")["sub"]
WITHOUT_IDS = "repo:contoso/calendars:environment:production"


@pytest.fixture(scope="module")
def pipeline(running: Running) -> Identity:
    """An application with a federated credential and no secret."""
    with running.as_identity(running.deployer) as client:
        made = client.post("/v1.0/applications", json={"displayName": "Pipeline"}).json()
        principal = client.post("/v1.0/servicePrincipals", json={"appId": made["appId"]}).json()
        credential = {
            "name": "production",
            "issuer": f"{running.address}/oidc",
            "subject": SUBJECT,
            "audiences": ["api://AzureADTokenExchange"],
        }
        answer = client.post(f"/v1.0/applications/{made['id']}/federatedIdentityCredentials", json=credential)
        assert answer.status_code == 201, answer.text
    return Identity(running.deployer.tenant, made["appId"], "", principal["id"])


def assertion(running: Running, **about: str) -> str:
    """What a pipeline's token service answers, asked as a pipeline asks."""
    request_token = (running.trust.parent / "oidc-request-token").read_text()
    asked = about or {"repository": REPOSITORY, "environment": "production"}
    with running.http(request_token) as client:
        answer = client.get("/oidc/token", params={"audience": "api://AzureADTokenExchange", **asked})
    answer.raise_for_status()
    token: str = answer.json()["value"]
    return token


def is_known(running: Running, token: str) -> bool:
    """Whether Graph knows the token: without permissions it then answers 403, not 401."""
    with running.http(token) as client:
        return client.get("/v1.0/organization").status_code == 403


def by_callback(running: Running, pipeline: Identity, **about: str) -> ClientAssertionCredential:
    return ClientAssertionCredential(
        pipeline.tenant,
        pipeline.client_id,
        lambda: assertion(running, **about),
        authority=running.address,
        disable_instance_discovery=True,
        connection_verify=str(running.trust),
    )


def test_an_assertion_from_a_callback_signs_in(running: Running, pipeline: Identity) -> None:
    with by_callback(running, pipeline) as credential:
        assert is_known(running, credential.get_token(running.scope).token)


def test_an_assertion_from_a_file_signs_in(running: Running, pipeline: Identity, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(assertion(running))
    credential = WorkloadIdentityCredential(
        tenant_id=pipeline.tenant,
        client_id=pipeline.client_id,
        token_file_path=str(file),
        authority=running.address,
        disable_instance_discovery=True,
        connection_verify=str(running.trust),
    )
    with credential:
        assert is_known(running, credential.get_token(running.scope).token)


@pytest.mark.parametrize(
    "about",
    [
        {"repository": REPOSITORY, "ref": "refs/heads/main"},
        {"repository": REPOSITORY, "environment": "staging"},
        {"repository": "contoso/others", "environment": "production"},
        {"subject": WITHOUT_IDS},
    ],
    ids=["a branch", "another environment", "another repository", "the subject without IDs"],
)
def test_an_assertion_about_somebody_else_does_not_and_is_quoted(
    running: Running, pipeline: Identity, about: dict[str, str]
) -> None:
    presented = jwt.decode(assertion(running, **about), options={"verify_signature": False})["sub"]
    with (
        by_callback(running, pipeline, **about) as credential,
        pytest.raises(ClientAuthenticationError, match=f"AADSTS700213.*{re.escape(presented)}"),
    ):
        credential.get_token(running.scope)


def test_a_certificate_does_not(running: Running, pipeline: Identity) -> None:
    now = time.time()
    key, certificate = self_signed.make("pipeline", now, now + 86_400)
    pem = certificate.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    credential = CertificateCredential(
        pipeline.tenant,
        pipeline.client_id,
        certificate_data=pem,
        authority=running.address,
        disable_instance_discovery=True,
        connection_verify=str(running.trust),
    )
    with credential, pytest.raises(ClientAuthenticationError, match="AADSTS700027"):
        credential.get_token(running.scope)
