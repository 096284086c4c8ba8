"""A certificate signs in only as the application that it is a key credential of, and only as Entra takes it."""

import base64
import shutil
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from typer.testing import CliRunner

from sandbox.cli.app import app
from sandbox.core.home import Home
from sandbox.directory.models import applications
from sandbox.seed import client_certificate
from sandbox.seed.constants import CONTOSO, FABRIKAM
from tests.sandbox.in_process import BASE_URL, Caller, Identity, InProcess
from tests.sandbox.sign_in.test_token_endpoint import claims, refusal
from tests.sandbox.sign_in.test_workload_identity import present

TOKEN_URL = f"{BASE_URL}/{CONTOSO.id}/oauth2/v2.0/token"
OTHER_KEY = rsa.generate_private_key(65537, 2048)


class Signer:
    """A client and the certificate it signs with."""

    def __init__(self, entra: InProcess, identity: Identity) -> None:
        self.entra, self.identity = entra, identity
        made = client_certificate.add(entra.store, entra.contoso, identity.client_id, entra.now)
        key, certificate, _ = pkcs12.load_key_and_certificates(made.pkcs12, made.password.encode())
        assert isinstance(key, rsa.RSAPrivateKey)
        assert certificate is not None
        self.key, self.certificate = key, certificate

    def named(self, algorithm: hashes.HashAlgorithm | None = None) -> str:
        digest = self.certificate.fingerprint(algorithm or hashes.SHA256())
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    def sign(self, *, header: dict[str, Any] | None = None, alg: str = "PS256", key: Any = None, **changed: Any) -> str:
        now = int(time.time())
        own = self.identity.client_id
        whole = {"aud": TOKEN_URL, "iss": own, "sub": own, "jti": str(uuid.uuid4()), "nbf": now, "exp": now + 600}
        whole = {name: value for name, value in (whole | changed).items() if value is not None}
        headers = {"x5t#S256": self.named()} if header is None else header
        return jwt.encode(whole, key or self.key, alg, headers)

    def present(self, **given: Any) -> httpx.Response:
        return present(self.entra, self.identity, self.sign(**given))


@pytest.fixture(scope="module")
def signer(made_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Signer]:
    """One for all tests that only present assertions: a certificate takes longer to make than they do."""
    entra = InProcess(Home(Path(shutil.copytree(made_home.path, tmp_path_factory.mktemp("signer") / "home"))))
    yield Signer(entra, entra.identity("Directory.Read.All"))
    entra.close()


@pytest.fixture
def own_signer(entra: InProcess) -> Signer:
    """For a test that changes the directory or the time."""
    return Signer(entra, entra.identity("Directory.Read.All"))


@pytest.mark.parametrize("alg", ["PS256", "RS256"])
@pytest.mark.parametrize("name", ["x5t#S256", "x5t", "kid", "kid, padded"])
def test_a_registered_certificate_is_as_good_as_a_secret(signer: Signer, alg: str, name: str) -> None:
    value = signer.named(hashes.SHA256() if name == "x5t#S256" else hashes.SHA1())  # noqa: S303 a name
    header = {name.partition(",")[0]: value + ("=" if "padded" in name else "")}
    found = claims(signer.present(alg=alg, header=header))
    assert (found["oid"], found["roles"], found["appidacr"]) == (signer.identity.object_id, ["Directory.Read.All"], "2")


@pytest.mark.parametrize("name", [CONTOSO.id, CONTOSO.initial_domain, CONTOSO.default_domain])
@pytest.mark.parametrize("rest", ["oauth2/v2.0/token", "oauth2/token", "v2.0"])
def test_the_tenants_token_service_is_the_audience_by_any_of_its_names(signer: Signer, name: str, rest: str) -> None:
    assert signer.present(aud=f"{BASE_URL}/{name}/{rest}").status_code == 200


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"aud": f"{BASE_URL}/{FABRIKAM.id}/oauth2/v2.0/token"}, (401, "invalid_client", 700023)),
        ({"aud": "api://AzureADTokenExchange"}, (401, "invalid_client", 700023)),
        ({"aud": None}, (401, "invalid_client", 700023)),
        ({"aud": [TOKEN_URL]}, (401, "invalid_client", 700023)),
        ({"exp": 1_700_000_000, "nbf": 0}, (401, "invalid_client", 700024)),
        ({"nbf": 4_000_000_000, "exp": 4_000_000_600}, (401, "invalid_client", 700024)),
        ({"exp": None}, (401, "invalid_client", 700024)),
        ({"iss": CONTOSO.id}, (400, "invalid_request", 50048)),
        ({"sub": None}, (400, "invalid_request", 50048)),
        ({"iss": CONTOSO.id, "sub": CONTOSO.id}, (401, "invalid_client", 700021)),
        ({"header": {}}, (400, "invalid_request", 50027)),
        ({"header": {"x5t#S256": "A"}}, (400, "invalid_request", 50027)),
        ({"header": {"x5t#S256": "AAAA"}}, (401, "invalid_client", 700027)),
        pytest.param({"key": OTHER_KEY}, (401, "invalid_client", 700027), id="another key"),
        ({"alg": "RS512"}, (400, "invalid_request", 5002730)),
        ({"header": {"typ": "at+jwt"}}, (400, "invalid_request", 5002727)),
        ({"header": {"typ": ["JWT"]}}, (400, "invalid_request", 5002727)),
    ],
    ids=str,
)
def test_an_assertion_that_entra_refuses_is_refused(
    signer: Signer, changed: dict[str, Any], expected: tuple[int, str, int]
) -> None:
    assert refusal(signer.present(**changed)) == expected


def test_an_unsigned_assertion_does_not_count(signer: Signer) -> None:
    bare = jwt.encode(jwt.decode(signer.sign(), options={"verify_signature": False}), None, "none")  # type: ignore[arg-type]
    assert refusal(present(signer.entra, signer.identity, bare))[2] == 5002730


def test_the_refusal_says_what_is_wrong_with_the_key(own_signer: Signer) -> None:
    def reason(**given: Any) -> str:
        told: str = own_signer.present(**given).json()["error_description"]
        return told

    thumbprint = own_signer.certificate.fingerprint(hashes.SHA256()).hex().upper()
    assert "The key was not found" in reason(header={"x5t": "AAAA"})
    unproven = reason(key=OTHER_KEY)
    assert "use of the key to verify the signature failed" in unproven
    assert thumbprint in unproven
    own_signer.entra.forward(days=366 * 10)
    assert "The key used is expired" in reason()


def test_a_certificate_of_another_application_does_not_count(entra: InProcess, own_signer: Signer) -> None:
    other = entra.identity("Application.ReadWrite.All")
    borrowed = own_signer.sign(iss=other.client_id, sub=other.client_id)
    assert refusal(present(entra, other, borrowed))[2] == 700027


def test_an_assertion_is_dated_by_the_clients_clock_whatever_the_sandboxs_says(own_signer: Signer) -> None:
    own_signer.entra.forward(days=30)
    assert own_signer.present().status_code == 200


@pytest.mark.parametrize("kind", ["applications", "servicePrincipals"])
@pytest.mark.parametrize(
    ("changed", "status"),
    [({}, 200), ({"usage": "Encrypt"}, 401), ({"type": "Symmetric"}, 401), ({"key": "MIIB"}, 401)],
    ids=str,
)
def test_what_graph_is_given_signs_in_when_it_is_a_certificate_to_verify_with(
    entra: InProcess, signer: Signer, kind: str, changed: dict[str, str], status: int
) -> None:
    admin = entra.caller("Application.ReadWrite.All")
    client = entra.identity("Directory.Read.All")
    path = f"/{kind}/{client.application_id if kind == 'applications' else client.object_id}"
    key = base64.encodebytes(signer.certificate.public_bytes(Encoding.DER)).decode()  # in lines, as by the Azure CLI
    own = {"type": "AsymmetricX509Cert", "usage": "Verify", "key": key}
    admin.made("PATCH", path, {"keyCredentials": [own | changed]})
    (shown,) = admin.made("GET", path)["keyCredentials"]
    assert shown["key"] is None
    signed = signer.sign(iss=client.client_id, sub=client.client_id)
    assert present(entra, client, signed).status_code == status
    admin.made("PATCH", path, {"keyCredentials": [shown]})
    assert present(entra, client, signed).status_code == status
    admin.made("PATCH", path, {"keyCredentials": []})
    assert present(entra, client, signed).status_code == 401


def test_moments_may_have_fractions_as_msal_writes_them(signer: Signer) -> None:
    assert signer.present(nbf=None, exp=time.time() + 600).status_code == 200
    assert refusal(signer.present(nbf=None, exp="soon"))[2] == 700024


def test_a_seeded_certificate_leaves_the_ones_there_are(entra: InProcess) -> None:
    client = entra.identity()
    first, second = Signer(entra, client), Signer(entra, client)
    assert [one.present().status_code for one in (first, second)] == [200, 200]
    kept = applications.existing(entra.store, entra.contoso, client.client_id).body["keyCredentials"]
    assert len({one["keyId"] for one in kept}) == 2


@pytest.mark.parametrize("date", ["tomorrow", "2026-12-01"])
def test_a_key_credential_with_a_date_that_is_none_is_refused(entra: InProcess, date: str) -> None:
    admin: Caller = entra.caller("Application.ReadWrite.All")
    key = {"type": "AsymmetricX509Cert", "usage": "Verify", "key": "MIIB", "endDateTime": date}
    assert (
        admin.send("PATCH", f"/applications/{admin.identity.application_id}", {"keyCredentials": [key]}).status_code
        == 400
    )


def test_a_certificate_is_self_signed_and_sealed(entra: InProcess) -> None:
    made = client_certificate.add(entra.store, entra.contoso, entra.identity().client_id, entra.now)
    with pytest.raises(ValueError, match="password"):
        pkcs12.load_key_and_certificates(made.pkcs12, None)
    _, certificate, _ = pkcs12.load_key_and_certificates(made.pkcs12, made.password.encode())
    assert isinstance(certificate, x509.Certificate)
    assert certificate.issuer == certificate.subject


@pytest.mark.parametrize(("identity", "prefix"), [("deployer", "ARM"), ("operator", "AZURE")])
def test_the_command_prints_the_variables_that_use_it(entra: InProcess, identity: str, prefix: str) -> None:
    done = CliRunner().invoke(app, ["client-certificate", identity, "--home", str(entra.home.path)])
    assert done.exit_code == 0, done.output
    printed = dict(line.split("=", 1) for line in done.output.splitlines())
    file = Path(printed[f"{prefix}_CLIENT_CERTIFICATE_PATH"])
    assert file.stat().st_mode & 0o777 == 0o600
    assert printed[f"{prefix}_CLIENT_ID"] == CONTOSO.identity(identity).app_id
    password = printed[f"{prefix}_CLIENT_CERTIFICATE_PASSWORD"].encode()
    assert pkcs12.load_key_and_certificates(file.read_bytes(), password)[1] is not None


def test_the_command_names_the_identities_there_are(entra: InProcess) -> None:
    done = CliRunner().invoke(app, ["client-certificate", "auditor", "--home", str(entra.home.path)])
    assert (done.exit_code, done.output) == (2, "contoso has no identity auditor: deployer, operator\n")
