"""Who signs in where: the program's settings, else the environment; and nowhere but on this machine."""

import base64
import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import grpc
import httpx
import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from pulumi.runtime.proto import provider_pb2

from engine.stand_ins.provider.properties import encode
from tests.engine.stand_ins.azuread import declared
from tests.engine.stand_ins.azuread.engine_calls import APPLICATION, CREDENTIALS, SIGNATURE, Engine, engine, plain
from tests.engine.stand_ins.azuread.toy_graph import CLIENT_ID, CLIENT_SECRET, HOST, TENANT, ToyGraph

OTHER_TENANT = "7b9d4e21-6c38-4f0a-8e55-2c8b63d1e202"


def configure(started: Engine, **settings: Any) -> None:
    started.stub.Configure(provider_pb2.ConfigureRequest(args=encode(settings)))


def token_request(graph: ToyGraph) -> tuple[str, str]:
    """Path and form."""
    (request,) = (one for one in graph.take() if one.path.endswith("/token"))
    return request.path, request.body


def test_the_environment_is_enough(unconfigured: Engine, graph: ToyGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARM_METADATA_HOSTNAME", "localhost:8443")
    monkeypatch.setenv("ARM_TENANT_ID", TENANT)
    monkeypatch.setenv("ARM_CLIENT_ID", CLIENT_ID)
    monkeypatch.setenv("ARM_CLIENT_SECRET", CLIENT_SECRET)

    configure(unconfigured)

    assert token_request(graph)[0] == f"/{TENANT}/oauth2/v2.0/token"


def test_the_program_wins_over_the_environment(
    unconfigured: Engine, graph: ToyGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARM_TENANT_ID", OTHER_TENANT)
    monkeypatch.setenv("ARM_METADATA_HOSTNAME", "metadata.invalid")

    configure(unconfigured, **CREDENTIALS)

    assert token_request(graph)[0] == f"/{TENANT}/oauth2/v2.0/token"


def test_an_oidc_token_signs_in_without_a_secret(unconfigured: Engine, graph: ToyGraph) -> None:
    settings = {name: value for name, value in CREDENTIALS.items() if name != "clientSecret"}

    configure(unconfigured, **settings, useOidc="true", oidcToken="header.payload.signature")

    form = token_request(graph)[1]
    assert "client_assertion=header.payload.signature&" in form
    assert "client_secret" not in form


@pytest.mark.parametrize(
    "named",
    [
        {"ARM_CLIENT_SECRET_FILE_PATH": "{file}"},
        {"ARM_CLIENT_SECRET": CLIENT_SECRET, "ARM_CLIENT_ID": "", "ARM_CLIENT_ID_FILE_PATH": "{file}"},
        {"ARM_CLIENT_CERTIFICATE": "bm90IGEgY2VydGlmaWNhdGU="},
        {"ARM_USE_OIDC": "true", "ARM_OIDC_TOKEN_FILE_PATH": "{file}"},
        {"ARM_USE_AKS_WORKLOAD_IDENTITY": "true", "ARM_OIDC_TOKEN": "header.payload.signature"},
        {"ARM_USE_OIDC": "true", "SYSTEM_OIDCREQUESTURI": f"{HOST}/token", "SYSTEM_ACCESSTOKEN": "request-token"},
    ],
    ids=lambda named: "+".join(named),
)
def test_pulumis_part_of_the_plugin_knows_neither_files_nor_azure_pipelines_own_names(
    unconfigured: Engine, graph: ToyGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: dict[str, str]
) -> None:
    (tmp_path / "file").write_text("from a file\n")
    monkeypatch.setenv("ARM_CLIENT_ID", CLIENT_ID)
    for name, value in named.items():
        monkeypatch.setenv(name, value.format(file=tmp_path / "file"))

    with pytest.raises(grpc.RpcError, match="failed to load Azure credentials"):
        configure(unconfigured, tenantId=TENANT, metadataHost=CREDENTIALS["metadataHost"])

    assert graph.take() == []


def test_a_pipelines_token_service_signs_in_without_a_secret(unconfigured: Engine, graph: ToyGraph) -> None:
    settings = {name: value for name, value in CREDENTIALS.items() if name != "clientSecret"}
    service = {"oidcRequestUrl": f"{HOST}/pipeline/token?api-version=2.0", "oidcRequestToken": "request-token"}

    configure(unconfigured, **settings, **service, useOidc="true")

    asked = graph.take()
    assert asked[1].query == {"audience": "api://AzureADTokenExchange", "api-version": "2.0"}
    assert "client_assertion=assertion.for.api%3A%2F%2FAzureADTokenExchange&" in asked[2].body


def test_azure_devops_token_service_is_asked_in_its_own_way(unconfigured: Engine, graph: ToyGraph) -> None:
    settings = {name: value for name, value in CREDENTIALS.items() if name != "clientSecret"}
    service = {"oidcRequestUrl": f"{HOST}/pipeline/token", "oidcRequestToken": "request-token"}

    configure(unconfigured, **settings, **service, adoPipelineServiceConnectionId="connection", useOidc="true")

    asked = graph.take()
    assert (asked[1].method, asked[1].query) == ("POST", {"api-version": "7.1", "serviceConnectionId": "connection"})
    assert "client_assertion=assertion.of.devops&" in asked[2].body


@pytest.mark.parametrize("host", [HOST, HOST.replace("https:", "http:")], ids=["https", "http"])
def test_a_managed_identity_signs_in_where_nothing_else_is_configured(
    unconfigured: Engine, graph: ToyGraph, host: str
) -> None:
    settings = {name: value for name, value in CREDENTIALS.items() if name != "clientSecret"}

    configure(unconfigured, **settings, useMsi="true", msiEndpoint=f"{host}/metadata/identity/oauth2/token")

    asked = graph.take()[1]
    assert asked.query == {"api-version": "2018-02-01", "resource": HOST, "client_id": CLIENT_ID}


def test_a_managed_identity_elsewhere_is_refused(unconfigured: Engine, graph: ToyGraph) -> None:
    settings = {name: value for name, value in CREDENTIALS.items() if name != "clientSecret"}

    with pytest.raises(grpc.RpcError, match="never on a real tenant"):
        configure(unconfigured, **settings, useMsi="true", msiEndpoint="http://169.254.169.254/metadata")
    assert [one.path for one in graph.take()] == ["/metadata/endpoints"]


def test_a_token_service_elsewhere_is_refused(unconfigured: Engine, graph: ToyGraph) -> None:
    settings = {name: value for name, value in CREDENTIALS.items() if name != "clientSecret"}
    service = {"oidcRequestUrl": "https://198.51.100.7/token", "oidcRequestToken": "request-token"}

    with pytest.raises(grpc.RpcError, match="never on a real tenant"):
        configure(unconfigured, **settings, **service, useOidc="true")
    assert [one.path for one in graph.take()] == ["/metadata/endpoints"]


def test_a_secret_wins_over_an_oidc_token(unconfigured: Engine, graph: ToyGraph) -> None:
    configure(unconfigured, **CREDENTIALS, useOidc="true", oidcToken="header.payload.signature")

    assert "client_assertion" not in token_request(graph)[1]


PASSWORD = "made up for a test"


@pytest.fixture(scope="module")
def archive() -> bytes:
    """A PKCS#12 file that `PASSWORD` opens."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "deployer")])
    begins = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, begins, begins + datetime.timedelta(days=3650))
    sealed = serialization.BestAvailableEncryption(PASSWORD.encode())
    return pkcs12.serialize_key_and_certificates(b"deployer", key, builder.sign(key, hashes.SHA256()), None, sealed)


@pytest.mark.parametrize("encoded", [True, False], ids=["base64", "file"])
def test_a_certificate_wins_over_a_secret(
    unconfigured: Engine, graph: ToyGraph, archive: bytes, tmp_path: Path, encoded: bool
) -> None:
    file = tmp_path / "deployer.pfx"
    file.write_bytes(archive)
    text = base64.encodebytes(archive).decode()  # in lines, which Go's decoder takes
    given = {"clientCertificate": text} if encoded else {"clientCertificatePath": str(file)}

    configure(unconfigured, **CREDENTIALS, **given, clientCertificatePassword=PASSWORD)

    path, body = token_request(graph)
    form = dict(parse_qsl(body))
    key, certificate, _ = pkcs12.load_key_and_certificates(archive, PASSWORD.encode())
    assert isinstance(key, rsa.RSAPrivateKey)
    assert certificate is not None
    claims = jwt.decode(form["client_assertion"], key.public_key(), ["RS256"], audience=f"{HOST}{path}")
    assert (claims["iss"], claims["sub"], claims["exp"] - claims["nbf"]) == (CLIENT_ID, CLIENT_ID, 3600)
    thumbprint = base64.urlsafe_b64encode(certificate.fingerprint(hashes.SHA1())).decode()  # noqa: S303 a name
    assert jwt.get_unverified_header(form["client_assertion"]) == {"alg": "RS256", "kid": thumbprint, "typ": "JWT"}
    assert "client_secret" not in form


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"clientCertificate": "not base64!"}, "illegal base64"),
        ({"clientCertificate": "bm90IGEgY2VydGlmaWNhdGU="}, "could not decode PKCS#12"),
        ({"clientCertificatePath": "/nowhere/deployer.pfx"}, "could not read PKCS#12 archive"),
    ],
)
def test_a_certificate_that_cannot_be_opened_is_said(
    unconfigured: Engine, graph: ToyGraph, given: dict[str, str], said: str
) -> None:
    with pytest.raises(grpc.RpcError, match=said):
        configure(unconfigured, **CREDENTIALS, **given)
    assert graph.take() == []


def test_a_certificates_password_is_told_to_nobody(unconfigured: Engine, archive: bytes) -> None:
    encoded = base64.b64encode(archive).decode()
    with pytest.raises(grpc.RpcError, match="could not decode PKCS#12") as refused:
        configure(unconfigured, **CREDENTIALS, clientCertificate=encoded, clientCertificatePassword="another one")
    assert "another one" not in refused.value.details()


def test_a_token_file_that_contradicts_the_token_is_refused(unconfigured: Engine, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("one", encoding="utf-8")

    with pytest.raises(grpc.RpcError, match="mismatch between supplied OIDC token"):
        configure(unconfigured, **CREDENTIALS, useOidc="true", oidcToken="two", oidcTokenFilePath=str(token))


@pytest.mark.parametrize("missing", ["tenantId", "clientId", "clientSecret"])
def test_missing_credentials_are_explained(unconfigured: Engine, graph: ToyGraph, missing: str) -> None:
    settings = {name: value for name, value in CREDENTIALS.items() if name != missing}

    with pytest.raises(grpc.RpcError, match="python -m sandbox env"):
        configure(unconfigured, **settings)
    assert graph.take() == []


def test_unknown_provider_settings_are_refused(unconfigured: Engine) -> None:
    request = provider_pb2.CheckRequest(urn="urn::p::p", news=encode(CREDENTIALS | {"tenant": TENANT}))

    (failure,) = unconfigured.stub.CheckConfig(request).failures

    assert "tenant" in failure.reason


def test_checked_provider_settings_keep_the_credentials_secret(unconfigured: Engine) -> None:
    news = CREDENTIALS | {"version": "6.10.0", "environment": "public"}

    inputs = plain(unconfigured.stub.CheckConfig(provider_pb2.CheckRequest(urn="urn::p::p", news=encode(news))).inputs)

    assert inputs["clientSecret"][SIGNATURE]
    assert inputs["tenantId"] == TENANT
    assert inputs["version"] == "6.10.0"


@pytest.mark.parametrize("host", ["metadata.example", "198.51.100.7", "login.microsoftonline.com", ""])
def test_a_cloud_elsewhere_is_refused_before_anything_is_asked(
    unconfigured: Engine, graph: ToyGraph, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setattr(
        "engine.stand_ins.provider.loopback.socket.getaddrinfo", lambda *_, **__: [_address("20.190.128.1")]
    )

    with pytest.raises(grpc.RpcError, match="install the official plugin"):
        configure(unconfigured, **CREDENTIALS | {"metadataHost": host})
    assert graph.take() == []


@pytest.mark.parametrize(
    "metadata",
    [
        {"microsoftGraphResourceId": "https://198.51.100.7/"},
        {"microsoftGraphResourceId": "http://localhost:8443/"},
        {"authentication": {"loginEndpoint": "https://198.51.100.7"}},
    ],
)
def test_metadata_that_leads_elsewhere_is_refused_before_signing_in(
    unconfigured: Engine, graph: ToyGraph, metadata: dict[str, Any]
) -> None:
    graph.metadata = metadata

    with pytest.raises(grpc.RpcError, match="never on a real tenant"):
        configure(unconfigured, **CREDENTIALS)
    assert [one.path for one in graph.take()] == ["/metadata/endpoints"]


def test_a_host_with_one_address_elsewhere_is_refused(
    unconfigured: Engine, graph: ToyGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = [_address("127.0.0.1"), _address("198.51.100.7")]
    monkeypatch.setattr("engine.stand_ins.provider.loopback.socket.getaddrinfo", lambda *_, **__: both)

    with pytest.raises(grpc.RpcError, match="never on a real tenant"):
        configure(unconfigured, **CREDENTIALS)
    assert graph.take() == []


def test_a_sandbox_that_does_not_run_is_said_at_once() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("[Errno 111] Connection refused")

    with engine(httpx.MockTransport(refuse)) as started, pytest.raises(grpc.RpcError, match="Does the sandbox run"):
        started.configure()


def test_the_token_does_not_follow_a_page_to_another_host(pulumi: Engine, graph: ToyGraph) -> None:
    graph.faults.append(("GET", "/domains", _page("https://198.51.100.7/v1.0/domains?$skiptoken=x")))

    with pytest.raises(grpc.RpcError, match="another host"):
        pulumi.invoke("getDomains")
    assert len(graph.take()) == 1


def test_pages_of_the_same_host_are_followed(pulumi: Engine, graph: ToyGraph) -> None:
    graph.faults.append(("GET", "/domains", _page(f"{HOST}/v1.0/domains?$skiptoken=x")))

    assert len(pulumi.invoke("getDomains")["domains"]) == 3


def test_no_error_holds_the_client_secret(unconfigured: Engine, graph: ToyGraph) -> None:
    graph.fault("POST", "/token$", 401, "invalid_client", f"the secret {CLIENT_SECRET} is wrong")

    with pytest.raises(grpc.RpcError, match="received HTTP status 401") as refused:
        configure(unconfigured, **CREDENTIALS)

    assert CLIENT_SECRET not in refused.value.details()


def test_nothing_is_printed(unconfigured: Engine, graph: ToyGraph, capfd: pytest.CaptureFixture[str]) -> None:
    configure(unconfigured, **CREDENTIALS)
    application = unconfigured.create(APPLICATION, **declared.application())
    declared.password(unconfigured, application, "2028-11-23")
    graph.fault("GET", "/applications/", 403, "Authorization_RequestDenied", "no")
    with pytest.raises(grpc.RpcError):
        unconfigured.read(application)

    assert capfd.readouterr() == ("", "")


def test_a_changed_setting_updates_the_provider_without_replacing_it(unconfigured: Engine) -> None:
    request = provider_pb2.DiffRequest(
        olds=encode(CREDENTIALS), old_inputs=encode(CREDENTIALS), news=encode(CREDENTIALS | {"tenantId": OTHER_TENANT})
    )

    answer = unconfigured.stub.DiffConfig(request)

    assert answer.diffs == ["tenantId"]
    assert not answer.replaces


def _address(number: str) -> tuple[int, int, int, str, tuple[str, int]]:
    return (2, 1, 6, "", (number, 0))


def _page(following: str) -> Any:
    domain = {"id": "first.example", "isVerified": True}
    return httpx.Response(200, json={"value": [domain], "@odata.nextLink": following})
