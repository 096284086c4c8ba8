"""Who asks: the deployer as the azuread provider would sign in, the operator as azure-identity finds it."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from azure.identity import AzureCliCredential

from smartrecruiters_calendar.entra import credentials
from smartrecruiters_calendar.entra.cloud import Cloud
from smartrecruiters_calendar.entra.directory import Directory
from smartrecruiters_calendar.entra.errors import EntraUnreachable, Identity
from smartrecruiters_calendar.entra.patience import MOST_ATTEMPTS
from smartrecruiters_calendar.outcome import Reason, Stopped
from tests.smartrecruiters_calendar.entra.entra_over_tls import Entra, access_token, entra_over_tls

TENANT = "3f0c2f5e-8a57-4c1b-9d6e-1b7a52c0d101"
TOKEN = access_token({"tid": TENANT, "appid": "app"})


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


def test_the_deployer_signs_in_with_the_providers_secret(entra: Entra) -> None:
    form = asked(entra, {"ARM_CLIENT_ID": "app", "ARM_CLIENT_SECRET": "s3cret", "ARM_TENANT_ID": "ignored"})
    assert (form["client_id"], form["client_secret"]) == ("app", "s3cret")


def test_the_deployer_signs_in_with_a_pipelines_assertion(entra: Entra, tmp_path: Path) -> None:
    file = tmp_path / "assertion"
    file.write_text("from.a.file\n")
    environment = {"ARM_CLIENT_ID": "app", "ARM_USE_OIDC": "true"}
    assert asked(entra, environment | {"ARM_OIDC_TOKEN": "given.to.it"})["client_assertion"] == "given.to.it"
    assert asked(entra, environment | {"ARM_OIDC_TOKEN_FILE_PATH": str(file)})["client_assertion"] == "from.a.file"


@pytest.mark.parametrize("more", [{}, {"ARM_USE_OIDC": "true"}], ids=["nothing", "no assertion"])
def test_half_an_identity_is_told(entra: Entra, more: dict[str, str]) -> None:
    with pytest.raises(Stopped, match="ARM_") as stopped:
        asked(entra, {"ARM_CLIENT_ID": "app", **more})
    assert stopped.value.reason is Reason.IDENTITY_INCOMPLETE


def test_without_variables_the_deployer_is_the_azure_clis_sign_in() -> None:
    cloud = Cloud("https://login.example", "https://graph.example")
    assert isinstance(credentials.deployer(cloud, TENANT, {}), AzureCliCredential)


def test_the_operator_is_found_by_azure_identitys_own_chain(entra: Entra, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"TENANT_ID": TENANT, "CLIENT_ID": "checks", "CLIENT_SECRET": "s3cret"}.items():
        monkeypatch.setenv(f"AZURE_{name}", value)
    credentials.operator(entra.cloud).get_token(entra.cloud.graph_scope)
    assert entra.forms[-1]["client_id"] == "checks"


DEPLOYER = {"ARM_CLIENT_ID": "app", "ARM_CLIENT_SECRET": "s3cret"}


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
