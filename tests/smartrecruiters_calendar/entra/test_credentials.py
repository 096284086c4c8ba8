"""Who asks: the deployer as the azuread provider would sign in, the operator as azure-identity finds it."""

import base64
import datetime
import inspect
import os
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from azure.identity import AzureCliCredential
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from smartrecruiters_calendar.entra import assertions, credentials, sign_in_variables
from smartrecruiters_calendar.entra.cloud import Cloud
from smartrecruiters_calendar.entra.directory import Directory
from smartrecruiters_calendar.entra.errors import EntraUnreachable, Identity
from smartrecruiters_calendar.entra.patience import MOST_ATTEMPTS
from smartrecruiters_calendar.outcome import Reason, Stopped
from tests.smartrecruiters_calendar.entra.entra_over_tls import Entra, access_token, entra_over_tls

TENANT = "3f0c2f5e-8a57-4c1b-9d6e-1b7a52c0d101"
TOKEN = access_token({"tid": TENANT, "appid": "app"})
TOKEN_OF_IDENTITY = (200, {"access_token": TOKEN["access_token"], "expires_in": "3599", "token_type": "Bearer"})


@pytest.fixture
def entra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Entra]:
    with entra_over_tls(tmp_path, TENANT) as running:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "roots.pem"))
        running.token = (200, TOKEN)
        yield running


def asked(entra: Entra, environment: dict[str, str]) -> dict[str, str]:
    """The form by which the deployer of that environment signs in."""
    credentials.deployer(entra.cloud, TENANT, environment).get_token(entra.cloud.graph_scope)
    return entra.forms[-1]


def asked_as_operator(entra: Entra, environment: dict[str, str]) -> dict[str, str]:
    credentials.operator(entra.cloud, TENANT, environment).get_token(entra.cloud.graph_scope)
    return entra.forms[-1]


def private(path: Path, content: str | bytes) -> str:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


@pytest.fixture(scope="module")
def certificate() -> bytes:
    """A PKCS#12 file with its key, without the password that `PASSWORD` is."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "deployer")])
    begins = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    own = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begins)
        .not_valid_after(begins + datetime.timedelta(days=3650))
        .sign(key, hashes.SHA256())
    )
    sealed = serialization.BestAvailableEncryption(PASSWORD.encode())
    return pkcs12.serialize_key_and_certificates(b"deployer", key, own, None, sealed)


PASSWORD = "made up for a test"


def test_the_deployer_signs_in_with_the_providers_secret(entra: Entra) -> None:
    form = asked(entra, {"ARM_CLIENT_ID": "app", "ARM_CLIENT_SECRET": "s3cret", "ARM_TENANT_ID": "ignored"})
    assert (form["client_id"], form["client_secret"]) == ("app", "s3cret")


def test_client_id_and_secret_are_taken_without_blanks_and_may_be_in_files_as_well(
    entra: Entra, tmp_path: Path
) -> None:
    files = {
        "ARM_CLIENT_ID_FILE_PATH": private(tmp_path / "id", "app\n"),
        "ARM_CLIENT_SECRET_FILE_PATH": private(tmp_path / "secret", "s3cret\n"),
    }
    form = asked(entra, {"ARM_CLIENT_ID": " app", "ARM_CLIENT_SECRET": "s3cret ", **files})
    assert (form["client_id"], form["client_secret"]) == ("app", "s3cret")


UNSEEN = {
    "client ID in a file": {"ARM_CLIENT_ID": "", "ARM_CLIENT_ID_FILE_PATH": "{id}", "ARM_CLIENT_SECRET": "s3cret"},
    "secret in a file": {"ARM_CLIENT_SECRET_FILE_PATH": "{secret}"},
    "both in files": {
        "ARM_CLIENT_ID": "",
        "ARM_CLIENT_ID_FILE_PATH": "{id}",
        "ARM_CLIENT_SECRET_FILE_PATH": "{secret}",
    },
    "certificate in base64": {"ARM_CLIENT_CERTIFICATE": "{base64}", "ARM_CLIENT_CERTIFICATE_PASSWORD": "{password}"},
    "assertion in a file": {"ARM_USE_OIDC": "true", "ARM_OIDC_TOKEN_FILE_PATH": "{assertion}"},
    "workload identity of AKS": {"ARM_USE_AKS_WORKLOAD_IDENTITY": "true", "ARM_OIDC_TOKEN": "head.body.signature"},
    "Azure Pipelines' own names": {
        "ARM_USE_OIDC": "true",
        "ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID": "connection",
        "SYSTEM_OIDCREQUESTURI": "{service}",
        "SYSTEM_ACCESSTOKEN": "let-me",
    },
}
"""What Terraform's part of the provider reads, and Pulumi's part, which looks before it, does not."""


@pytest.mark.parametrize("way", UNSEEN)
def test_what_the_providers_first_look_does_not_find_is_refused_with_what_to_type(
    entra: Entra, tmp_path: Path, certificate: bytes, way: str
) -> None:
    entra.services["/oidc"] = (200, {"oidcToken": "head.body.signature"})
    values = {
        "id": private(tmp_path / "id", "app\n"),
        "secret": private(tmp_path / "secret", "s3cret\n"),
        "assertion": private(tmp_path / "assertion", "head.body.signature\n"),
        "base64": base64.encodebytes(certificate).decode(),
        "password": PASSWORD,
        "service": f"{entra.cloud.login_endpoint}/oidc",
    }
    environment = {"ARM_CLIENT_ID": "app"} | {name: text.format(**values) for name, text in UNSEEN[way].items()}
    with pytest.raises(Stopped) as stopped:
        asked(entra, environment)
    assert stopped.value.reason is Reason.IDENTITY_INCOMPLETE
    assert "s3cret" not in str(stopped.value)

    typed = str(stopped.value).partition("Type: ")[2]
    shell = subprocess.run(
        ["bash", "-euc", f"{typed} && env -0"],
        cwd=tmp_path,
        env=environment | {"PATH": os.environ["PATH"], "TMPDIR": str(tmp_path)},
        capture_output=True,
        check=True,
    )
    left = dict(one.split("=", 1) for one in shell.stdout.decode().split("\0") if one)
    form = asked(entra, left)
    assert form["client_id"] == "app"
    assert form.get("client_secret", "s3cret") == "s3cret"
    if decoded := left.get("ARM_CLIENT_CERTIFICATE_PATH"):
        assert Path(decoded).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "more", [{"ARM_CLIENT_SECRET": "another"}, {"ARM_CLIENT_SECRET_FILE_PATH": "{folder}/nowhere"}]
)
def test_a_file_that_differs_or_is_missing_is_refused_without_its_content(
    entra: Entra, tmp_path: Path, more: dict[str, str]
) -> None:
    file = {"ARM_CLIENT_SECRET_FILE_PATH": private(tmp_path / "secret", "hidden-value")}
    changed = {name: value.format(folder=tmp_path) for name, value in more.items()}
    with pytest.raises(Stopped, match="ARM_CLIENT_SECRET_FILE_PATH") as stopped:
        asked(entra, {"ARM_CLIENT_ID": "app", **file, **changed})
    assert stopped.value.reason is Reason.IDENTITY_INCOMPLETE
    assert "hidden" not in str(stopped.value)
    assert "another" not in str(stopped.value)


@pytest.mark.parametrize("encoded", [True, False], ids=["base64", "file"])
def test_the_deployer_signs_in_with_a_certificate_before_a_secret(
    entra: Entra, tmp_path: Path, certificate: bytes, encoded: bool
) -> None:
    path = private(tmp_path / "deployer.pfx", certificate)
    named = (
        {"ARM_CLIENT_CERTIFICATE": base64.encodebytes(certificate).decode()}  # in lines, as `base64` prints it
        if encoded
        else {"ARM_CLIENT_CERTIFICATE_PATH": path}
    )
    form = asked(entra, {**DEPLOYER, "ARM_CLIENT_CERTIFICATE_PASSWORD": PASSWORD, **named})
    assert "client_secret" not in form
    assert form["client_assertion_type"].endswith(":jwt-bearer")


@pytest.mark.parametrize(
    "named",
    [{"ARM_CLIENT_CERTIFICATE": "not base64!"}, {"ARM_CLIENT_CERTIFICATE": "bm90IGEgY2VydGlmaWNhdGU="}],
    ids=["not base64", "no certificate"],
)
def test_a_certificate_that_cannot_be_opened_is_refused_with_its_variable(entra: Entra, named: dict[str, str]) -> None:
    with pytest.raises(Stopped, match="ARM_CLIENT_CERTIFICATE") as stopped:
        asked(entra, {"ARM_CLIENT_ID": "app", **named})
    assert stopped.value.reason is Reason.IDENTITY_INCOMPLETE


def test_a_certificate_opens_with_its_own_password_only(entra: Entra, certificate: bytes) -> None:
    encoded = base64.b64encode(certificate).decode()
    with pytest.raises(Stopped, match="password"):
        asked(entra, {**DEPLOYER, "ARM_CLIENT_CERTIFICATE": encoded})


def test_the_deployer_signs_in_with_a_pipelines_assertion(entra: Entra) -> None:
    environment = {"ARM_CLIENT_ID": "app", "ARM_USE_OIDC": "true"}
    assert asked(entra, environment | {"ARM_OIDC_TOKEN": "given.to.it"})["client_assertion"] == "given.to.it"


def test_a_managed_identity_is_asked_where_the_provider_would_ask_it(entra: Entra) -> None:
    entra.services["/metadata/identity/oauth2/token"] = TOKEN_OF_IDENTITY
    environment = {
        "ARM_USE_MSI": "true",
        "ARM_MSI_ENDPOINT": f"{entra.cloud.login_endpoint}/metadata/identity/oauth2/token",
    }
    for client_id in ("", "chosen"):
        found = credentials.deployer(entra.cloud, TENANT, {**environment, "ARM_CLIENT_ID": client_id})
        assert found.get_token(entra.cloud.graph_scope).token == TOKEN["access_token"]
    asked = [httpx.URL(path).params for _, path, _ in entra.asked]
    assert [dict(params).get("client_id") for params in asked] == [None, "chosen"]
    assert asked[0]["resource"] == entra.cloud.graph_endpoint
    assert entra.asked[0][2]["Metadata"] == "true"


@pytest.mark.parametrize("answer", [(404, {"error": "identity not found"}), (200, {"not": "a token"})])
def test_a_managed_identity_that_gives_no_token_is_no_traceback(entra: Entra, answer: tuple[int, object]) -> None:
    entra.services["/msi"] = answer
    environment = {"ARM_USE_MSI": "true", "ARM_MSI_ENDPOINT": f"{entra.cloud.login_endpoint}/msi"}
    with pytest.raises(Stopped, match="managed identity"):
        Directory.sign_in(
            entra.cloud, credentials.deployer(entra.cloud, TENANT, environment), TENANT, Identity.DEPLOYER
        )


@pytest.mark.parametrize("more", [{}, {"ARM_USE_OIDC": "true"}], ids=["nothing", "no assertion"])
def test_half_an_identity_is_told(entra: Entra, more: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Stopped, match="ARM_") as stopped:
        asked(entra, {"ARM_CLIENT_ID": "app", **more})
    assert stopped.value.reason is Reason.IDENTITY_INCOMPLETE


@pytest.mark.parametrize("environment", [{}, {"ARM_CLIENT_ID": "", "ARM_USE_CLI": ""}, {"ARM_CLIENT_ID": "app"}])
def test_without_a_credential_the_deployer_is_the_azure_clis_sign_in_as_the_providers(
    environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "az").write_text("#!/bin/sh\n")
    (tmp_path / "az").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    cloud = Cloud("https://login.example", "https://graph.example")
    assert isinstance(credentials.deployer(cloud, TENANT, environment), AzureCliCredential)
    with pytest.raises(Stopped, match="ARM_USE_CLI"):
        credentials.deployer(cloud, TENANT, {"ARM_USE_CLI": "false"})


def test_the_operator_signs_in_to_the_stacks_tenant_whatever_its_variable_names(entra: Entra) -> None:
    form = asked_as_operator(
        entra, {"AZURE_TENANT_ID": "another", "AZURE_CLIENT_ID": "checks", "AZURE_CLIENT_SECRET": "s3cret"}
    )
    assert (form["client_id"], form["client_secret"]) == ("checks", "s3cret")
    assert set(entra.discovered) == {TENANT}


def test_the_operator_signs_in_with_a_certificate(entra: Entra, tmp_path: Path, certificate: bytes) -> None:
    path = private(tmp_path / "operator.pfx", certificate)
    named = {"AZURE_CLIENT_CERTIFICATE_PATH": path, "AZURE_CLIENT_CERTIFICATE_PASSWORD": PASSWORD}
    form = asked_as_operator(entra, {"AZURE_CLIENT_ID": "checks", **named})
    assert form["client_assertion_type"].endswith(":jwt-bearer")


@pytest.mark.parametrize("empty", ["AZURE_CLIENT_SECRET", "AZURE_CLIENT_ID", "AZURE_TENANT_ID"])
def test_an_empty_variable_of_the_operator_counts_as_unset(
    entra: Entra, empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    variables = {"AZURE_CLIENT_ID": "checks", "AZURE_CLIENT_SECRET": "", "AZURE_TENANT_ID": TENANT, empty: ""}
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert credentials.operator(entra.cloud, "", variables) is not None


DEPLOYER = {"ARM_CLIENT_ID": "app", "ARM_CLIENT_SECRET": "s3cret"}
READ = sorted(
    {
        name
        for module in (credentials, assertions, sign_in_variables)
        for name in re.findall(r'"((?:ARM|ACTIONS|SYSTEM)_[A-Z_]+)"', inspect.getsource(module))
    }
    - DEPLOYER.keys()
)
"""Every variable that the deployer's sign-in looks at."""


@pytest.mark.parametrize("blank", ["", " "])
def test_every_empty_variable_of_the_deployer_counts_as_unset(entra: Entra, blank: str) -> None:
    assert len(READ) > 10
    assert asked(entra, DEPLOYER | dict.fromkeys(READ, blank)) == asked(entra, DEPLOYER)


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long was waited, in seconds; no time passes."""
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    return waited


def test_a_busy_entra_is_asked_again_when_it_said_and_more_often_than_azure_identity_would(
    entra: Entra, waits: list[float]
) -> None:
    entra.busy = [3, 1, 2, 1, 1, 5]
    assert asked(entra, DEPLOYER)["client_id"] == "app"
    assert waits == [3, 1, 2, 1, 1, 5]
    assert len(entra.forms) == 7


def test_nobody_waits_for_hours(entra: Entra, waits: list[float]) -> None:
    entra.busy = [7200]
    with pytest.raises(EntraUnreachable, match="7200 s"):
        Directory.sign_in(entra.cloud, credentials.deployer(entra.cloud, TENANT, DEPLOYER), TENANT, Identity.DEPLOYER)
    assert (waits, len(entra.forms)) == ([], 1)


def test_an_entra_that_stays_busy_did_not_answer_and_refused_nothing(entra: Entra, waits: list[float]) -> None:
    entra.busy = [1] * 2 * MOST_ATTEMPTS
    with pytest.raises(EntraUnreachable):
        Directory.sign_in(entra.cloud, credentials.deployer(entra.cloud, TENANT, DEPLOYER), TENANT, Identity.DEPLOYER)
    assert len(entra.forms) == MOST_ATTEMPTS
    assert waits == [1] * (MOST_ATTEMPTS - 1)
