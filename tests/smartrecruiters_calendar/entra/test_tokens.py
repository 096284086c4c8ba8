"""App-only tokens by azure-identity, over TLS."""

import logging
import socket
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from azure.core.pipeline.transport import HttpRequest
from pydantic import SecretStr

from smartrecruiters_calendar.entra import arrival, bodies
from smartrecruiters_calendar.entra.cloud import Cloud
from smartrecruiters_calendar.entra.entra_transport import EntraTransport
from smartrecruiters_calendar.entra.errors import EntraRefused, EntraUnreachable
from smartrecruiters_calendar.entra.tokens import fetch_token
from smartrecruiters_calendar.outcome import ExitCode, Reason
from tests.smartrecruiters_calendar.entra.entra_over_tls import Entra, access_token, entra_over_tls, refusal
from tests.smartrecruiters_calendar.stack_values import CLIENT, DECLARED, DIRECTORY, SECRET, TENANT

CLAIMS = {"tid": DIRECTORY, "appid": CLIENT, "roles": list(DECLARED)}


@pytest.fixture
def entra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Entra]:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "roots.pem"))
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    with entra_over_tls(tmp_path, TENANT) as answering:
        yield answering


def test_a_token_tells_tenant_application_and_roles(entra: Entra) -> None:
    entra.token = (200, access_token(CLAIMS))
    token = fetch_token(entra.cloud, TENANT, CLIENT, SecretStr(SECRET))
    assert (token.directory_id, token.client_id, token.roles) == (DIRECTORY, CLIENT, frozenset(DECLARED))
    (form,) = entra.forms
    assert form["scope"] == f"{entra.cloud.graph_endpoint}/.default"
    assert form["client_secret"] == SECRET
    assert token.value.get_secret_value() not in repr(token)


def test_each_call_asks_for_a_new_token(entra: Entra) -> None:
    entra.token = (200, access_token(CLAIMS))
    fetch_token(entra.cloud, TENANT, CLIENT, SecretStr(SECRET))
    entra.token = (200, access_token(CLAIMS | {"roles": ["Place.Read.All"]}))
    assert fetch_token(entra.cloud, TENANT, CLIENT, SecretStr(SECRET)).roles == {"Place.Read.All"}


@pytest.mark.parametrize(
    ("module", "bound", "value", "why"),
    [(bodies, "LARGEST_BODY", 100, "larger"), (arrival, "LONGEST_SECONDS", -1.0, "not arrived")],
)
def test_an_answer_without_end_is_no_refusal(
    entra: Entra, monkeypatch: pytest.MonkeyPatch, module: ModuleType, bound: str, value: float, why: str
) -> None:
    entra.token = (200, access_token(CLAIMS))
    monkeypatch.setattr(module, bound, value)
    with pytest.raises(EntraUnreachable, match=why):
        fetch_token(entra.cloud, TENANT, CLIENT, SecretStr(SECRET))


@pytest.mark.parametrize("elsewhere", ["https://login.elsewhere.example/token", "https://localhost:1/token"])
def test_the_secret_goes_nowhere_but_to_the_host_that_was_asked(entra: Entra, elsewhere: str) -> None:
    entra.configuration = (200, entra.configuration[1] | {"token_endpoint": elsewhere})
    with pytest.raises(EntraUnreachable, match="which gets no secret"):
        fetch_token(entra.cloud, TENANT, CLIENT, SecretStr(SECRET))


@pytest.mark.parametrize("endpoint", [5, None, [], "https://xn--/", "/token"])
def test_a_sign_in_at_what_is_not_an_address_is_no_refusal(entra: Entra, endpoint: object) -> None:
    entra.configuration = (200, entra.configuration[1] | {"token_endpoint": endpoint})
    with pytest.raises(EntraUnreachable):
        fetch_token(entra.cloud, TENANT, CLIENT, SecretStr(SECRET))


def test_a_form_arrives_whether_its_values_are_text_or_bytes(entra: Entra) -> None:
    form: dict[str, Any] = {"client_assertion": b"head.body+/=.signature", "name": "Zoë & co", "left_out": None}
    request = HttpRequest("POST", f"{entra.cloud.login_endpoint}/{TENANT}/oauth2/v2.0/token", data=form)
    with EntraTransport() as transport:
        assert transport.send(request).status_code == 200
    assert entra.forms == [{"client_assertion": "head.body+/=.signature", "name": "Zoë & co"}]


def test_a_token_without_the_claim_roles_grants_nothing(entra: Entra) -> None:
    entra.token = (200, access_token({"tid": DIRECTORY, "appid": CLIENT}))
    assert fetch_token(entra.cloud, TENANT, CLIENT, SecretStr(SECRET)).roles == frozenset()


@pytest.mark.parametrize(
    ("status", "code", "error", "reason"),
    [
        (401, 7000215, "invalid_client", Reason.SECRET_REFUSED),
        (401, 7000222, "invalid_client", Reason.SECRET_EXPIRED),
        (400, 700016, "unauthorized_client", Reason.APPLICATION_UNKNOWN),
        (401, 7000229, "invalid_client", Reason.SERVICE_PRINCIPAL_MISSING),
        (400, 7000112, "unauthorized_client", Reason.APPLICATION_DISABLED),
        (400, 90002, "invalid_request", Reason.TENANT_UNKNOWN),
        (400, 1002012, "invalid_scope", Reason.ENTRA_REFUSED),
    ],
)
def test_a_refusal_has_its_code_and_reason(entra: Entra, status: int, code: int, error: str, reason: Reason) -> None:
    entra.token = (status, refusal(code, error))
    with pytest.raises(EntraRefused) as refused:
        fetch_token(entra.cloud, TENANT, CLIENT, SecretStr(SECRET))
    assert (refused.value.code, refused.value.reason) == (code, reason)


def test_a_tenant_that_is_unknown_already_at_discovery_is_unknown(entra: Entra) -> None:
    entra.configuration = (400, refusal(90002, "invalid_tenant"))
    with pytest.raises(EntraRefused) as refused:
        fetch_token(entra.cloud, TENANT, CLIENT, SecretStr(SECRET))
    assert refused.value.reason is Reason.TENANT_UNKNOWN


@pytest.mark.parametrize("place", ["configuration", "token"])
def test_an_outage_is_no_refusal(entra: Entra, place: str) -> None:
    setattr(entra, place, (503, {"error": "temporarily_unavailable"}))
    with pytest.raises(EntraUnreachable):
        fetch_token(entra.cloud, TENANT, CLIENT, SecretStr(SECRET))


def test_no_connection_and_no_trust_are_no_refusal(entra: Entra, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        closed = f"https://localhost:{taken.getsockname()[1]}"
    with pytest.raises(EntraUnreachable):
        fetch_token(Cloud(closed, closed), TENANT, CLIENT, SecretStr(SECRET))
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(EntraUnreachable, match="certificate"):
        fetch_token(entra.cloud, TENANT, CLIENT, SecretStr(SECRET))


@pytest.mark.parametrize("answer", ["token", "refused", "repeats the secret", "unreadable", "outage"])
def test_neither_logs_nor_errors_hold_the_secret(entra: Entra, caplog: pytest.LogCaptureFixture, answer: str) -> None:
    entra.token = {
        "token": (200, access_token(CLAIMS)),
        "refused": (401, refusal(7000215)),
        "repeats the secret": (401, {"error": "invalid_client", "error_description": f"AADSTS7000215: not {SECRET}"}),
        "unreadable": (200, {"secret": "kept"}),
        "outage": (503, {"error": "temporarily_unavailable"}),
    }[answer]
    told = ""
    with caplog.at_level(logging.DEBUG):
        try:
            fetch_token(entra.cloud, TENANT, CLIENT, SecretStr(SECRET))
        except (EntraRefused, EntraUnreachable) as error:
            told = "".join(traceback.format_exception(error))
    assert entra.forms
    assert caplog.records
    if answer != "repeats the secret":  # azure-identity logs Entra's own words; Entra never repeats a secret
        assert SECRET not in caplog.text
    assert SECRET not in told


def test_a_busy_entra_is_waited_for_as_it_says_and_not_for_hours(entra: Entra) -> None:
    entra.token = (200, access_token(CLAIMS))
    entra.busy = [1, 2, 3, 1, 2, 3]
    assert fetch_token(entra.cloud, TENANT, CLIENT, SecretStr(SECRET)).client_id == CLIENT
    assert len(entra.forms) == 7
    entra.busy = [7200]
    with pytest.raises(EntraUnreachable, match="7200 s"):
        fetch_token(entra.cloud, TENANT, CLIENT, SecretStr(SECRET))
    assert len(entra.forms) == 8


@pytest.mark.parametrize("status", [200, 302, 400, 404])
@pytest.mark.parametrize("which", ["token", "configuration"])
@pytest.mark.parametrize("document", [None, 5, "text", [], {}, {"access_token": 5, "token_endpoint": 5, "error": 5}])
def test_an_answer_that_is_not_entras_is_no_refusal(entra: Entra, which: str, status: int, document: object) -> None:
    setattr(entra, which, (status, document))
    with pytest.raises(EntraUnreachable) as unusable:
        fetch_token(entra.cloud, TENANT, CLIENT, SecretStr(SECRET))
    assert unusable.value.exit_code is ExitCode.UNKNOWN
    assert "object has no attribute" not in str(unusable.value)


@pytest.mark.parametrize(
    "changed",
    [{"access_token": 5}, {"access_token": "a.b.c"}, {"access_token": "a"}, {"expires_in": []}, {"expires_in": "soon"}],
    ids=str,
)
def test_a_token_that_is_none_is_no_refusal(entra: Entra, changed: dict[str, object]) -> None:
    entra.token = (200, access_token(CLAIMS) | changed)
    with pytest.raises(EntraUnreachable):
        fetch_token(entra.cloud, TENANT, CLIENT, SecretStr(SECRET))


@pytest.mark.parametrize(
    "wrong",
    [{"roles": "Directory.Read.All"}, {"roles": [1]}, {"tid": 5}, {"appid": None}, {"scp": []}, {"oid": {}}],
    ids=str,
)
def test_claims_of_another_type_are_not_taken(entra: Entra, wrong: dict[str, object]) -> None:
    entra.token = (200, access_token(CLAIMS | wrong))
    with pytest.raises(EntraUnreachable, match="no readable tenant"):
        fetch_token(entra.cloud, TENANT, CLIENT, SecretStr(SECRET))
