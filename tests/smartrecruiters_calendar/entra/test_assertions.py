"""An assertion lives for minutes: each sign-in uses one that is still valid, asked of the job's token service."""

import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from components import clock
from smartrecruiters_calendar.entra import assertions, credentials
from smartrecruiters_calendar.entra.errors import EntraUnreachable
from smartrecruiters_calendar.outcome import Reason, Stopped
from tests.smartrecruiters_calendar.entra.entra_over_tls import Entra, access_token, entra_over_tls

TENANT = "3f0c2f5e-8a57-4c1b-9d6e-1b7a52c0d101"
PASSED, FRESH = timedelta(minutes=-10), timedelta(minutes=5)


@pytest.fixture
def entra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Entra]:
    with entra_over_tls(tmp_path, TENANT) as running:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "roots.pem"))
        running.token = (200, access_token({"tid": TENANT, "appid": "app"}))
        running.services["/oidc"] = (200, {"value": "made.for.now", "oidcToken": "made.by.devops"})
        yield running


def assertion(ends: timedelta) -> str:
    token: str = access_token({"exp": int((clock.now() + ends).timestamp())})["access_token"]
    return token


def github(entra: Entra) -> dict[str, str]:
    url = f"{entra.cloud.login_endpoint}/oidc?api-version=2.0"
    return {"ACTIONS_ID_TOKEN_REQUEST_URL": url, "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "let-me"}


def devops(entra: Entra) -> dict[str, str]:
    url = f"{entra.cloud.login_endpoint}/oidc"
    own = {"SYSTEM_OIDCREQUESTURI": url, "SYSTEM_ACCESSTOKEN": "let-me"}
    return {**own, "ARM_OIDC_REQUEST_URL": url, "ARM_OIDC_REQUEST_TOKEN": "let-me"}


def asked(entra: Entra, environment: dict[str, str]) -> str:
    """The assertion by which the deployer of that environment signs in."""
    own = {"ARM_CLIENT_ID": "app", "ARM_USE_OIDC": "true", **environment}
    credentials.deployer(entra.cloud, TENANT, own).get_token(entra.cloud.graph_scope)
    return entra.forms[-1]["client_assertion"]


def test_github_is_asked_for_the_audience_that_entra_expects(entra: Entra) -> None:
    assert asked(entra, github(entra)) == "made.for.now"
    ((method, path, headers),) = entra.asked
    assert (method, headers["Authorization"]) == ("GET", "Bearer let-me")
    assert dict(httpx.URL(path).params) == {"api-version": "2.0", "audience": "api://AzureADTokenExchange"}


@pytest.mark.parametrize("variable", ["ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID", "ARM_OIDC_AZURE_SERVICE_CONNECTION_ID"])
def test_azure_devops_is_asked_for_the_service_connection(entra: Entra, variable: str) -> None:
    assert asked(entra, {**devops(entra), variable: "connection"}) == "made.by.devops"
    ((method, path, _),) = entra.asked
    assert method == "POST"
    assert dict(httpx.URL(path).params) == {"api-version": "7.1", "serviceConnectionId": "connection"}


def test_azure_devops_without_a_service_connection_is_refused_with_its_variable(entra: Entra) -> None:
    with pytest.raises(Stopped, match="ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID") as stopped:
        asked(entra, devops(entra))
    assert stopped.value.reason is Reason.IDENTITY_INCOMPLETE


def test_a_valid_assertion_comes_before_the_token_service_and_an_ended_one_does_not(
    entra: Entra, tmp_path: Path
) -> None:
    file = tmp_path / "assertion"
    for name, given in (("ARM_OIDC_TOKEN", assertion(FRESH)), ("ARM_OIDC_TOKEN_FILE_PATH", str(file))):
        file.write_text(assertion(FRESH))
        assert asked(entra, {**github(entra), name: given}) != "made.for.now"
    file.write_text(assertion(PASSED))
    for name, given in (("ARM_OIDC_TOKEN", assertion(PASSED)), ("ARM_OIDC_TOKEN_FILE_PATH", str(file))):
        assert asked(entra, {**github(entra), name: given}) == "made.for.now"


def test_without_a_token_service_an_ended_assertion_is_left_to_entra(entra: Entra) -> None:
    ended = assertion(PASSED)
    assert asked(entra, {"ARM_OIDC_TOKEN": ended}) == ended


@pytest.mark.parametrize("held", [None, PASSED])
def test_the_operators_file_is_read_again_and_an_ended_one_is_replaced_by_the_token_service(
    entra: Entra, tmp_path: Path, held: timedelta | None
) -> None:
    file = tmp_path / "assertion"
    environment = {"AZURE_CLIENT_ID": "checks", **github(entra)}
    if held is not None:
        file.write_text(assertion(FRESH))
        environment["AZURE_FEDERATED_TOKEN_FILE"] = str(file)
    operator = credentials.operator(entra.cloud, TENANT, environment)
    if held is not None:
        file.write_text(assertion(held))
    operator.get_token(entra.cloud.graph_scope)
    assert entra.forms[-1]["client_assertion"] == "made.for.now"


def test_files_of_other_programs_are_renewed_once_their_assertion_has_ended(entra: Entra, tmp_path: Path) -> None:
    ended, valid = tmp_path / "ended", tmp_path / "valid"
    ended.write_text(assertion(PASSED))
    valid.write_text(assertion(FRESH))
    before = valid.read_text()
    assertions.renew_files(
        {**github(entra), "AZURE_FEDERATED_TOKEN_FILE": str(ended), "ARM_OIDC_TOKEN_FILE_PATH": str(valid)}
    )
    assert (ended.read_text(), valid.read_text()) == ("made.for.now", before)
    assert stat.S_IMODE(ended.stat().st_mode) == 0o600


@pytest.mark.parametrize("answer", [(200, {"value": ""}), (200, ["value"]), (200, {}), (403, {"message": "no"})])
def test_a_token_service_without_an_assertion_is_no_answer(entra: Entra, answer: tuple[int, Any]) -> None:
    entra.services["/oidc"] = answer
    with pytest.raises(EntraUnreachable, match="token service"):
        assertions.new_assertion(github(entra))


@pytest.mark.parametrize("url", ["http://localhost:1/oidc", "https://", "token"])
def test_an_address_that_is_not_https_is_never_asked(url: str) -> None:
    variables = {"ARM_OIDC_REQUEST_URL": url, "ARM_OIDC_REQUEST_TOKEN": "hidden-value"}
    with pytest.raises(Stopped) as stopped:
        assertions.new_assertion(variables)
    assert stopped.value.reason is Reason.IDENTITY_INCOMPLETE
    assert "hidden" not in str(stopped.value)
