"""The machine's metadata service: tokens of attached identities, to those who ask as Azure documents."""

import httpx
import pytest
from typer.testing import CliRunner

from sandbox.cli.app import app
from sandbox.directory.models import machine_identities
from sandbox.seed.constants import CONTOSO
from sandbox.sign_in.managed_identity import PATH
from tests.sandbox.in_process import BASE_URL, Caller, Identity, InProcess

ASKED = {"api-version": "2018-02-01", "resource": BASE_URL}


@pytest.fixture
def identity(entra: InProcess) -> Identity:
    made = entra.identity("Application.ReadWrite.OwnedBy")
    machine_identities.attach(entra.store, entra.contoso, made.client_id)
    return made


def ask(entra: InProcess, **changed: str) -> httpx.Response:
    return entra.request("GET", PATH, params=ASKED | changed, headers={"Metadata": "true"})


def test_an_attached_identity_gets_a_token_that_graph_takes(entra: InProcess, identity: Identity) -> None:
    for chosen in ({}, {"client_id": identity.client_id}):
        answer = ask(entra, **chosen).json()
        assert (answer["client_id"], answer["token_type"]) == (identity.client_id, "Bearer")
        caller = Caller(entra, identity, answer["access_token"])
        made = caller.made("POST", "/applications", {"displayName": "of a managed identity"})
        assert caller.made("GET", f"/applications/{made['id']}/owners")["value"][0]["id"] == identity.object_id


@pytest.mark.parametrize(
    "changed",
    [{"client_id": CONTOSO.identity("deployer").app_id}, {"resource": ""}, {"api-version": "2019-08-01"}],
    ids=["not attached", "no resource", "another version"],
)
def test_nobody_else_gets_one(entra: InProcess, identity: Identity, changed: dict[str, str]) -> None:
    assert ask(entra, **changed).status_code == 400
    assert "access_token" not in ask(entra, **changed).json()


def test_a_request_without_the_header_is_refused_since_a_browser_could_be_made_to_send_it(
    entra: InProcess, identity: Identity
) -> None:
    answer = entra.request("GET", PATH, params=ASKED)
    assert (answer.status_code, answer.json()["error_description"]) == (400, "Required metadata header not specified")


def test_of_several_identities_one_has_to_be_named(entra: InProcess, identity: Identity) -> None:
    other = entra.identity()
    machine_identities.attach(entra.store, entra.contoso, other.client_id)
    assert "Multiple" in ask(entra).json()["error_description"]
    assert ask(entra, client_id=other.client_id).is_success


def test_the_command_prints_the_variables_that_use_it(entra: InProcess) -> None:
    app_id = CONTOSO.identity("deployer").app_id
    done = CliRunner().invoke(app, ["managed-identity", app_id, "--home", str(entra.home.path)])
    assert done.exit_code == 0, done.output
    printed = dict(line.split("=", 1) for line in done.output.splitlines())
    assert printed["ARM_MSI_ENDPOINT"].endswith(PATH)
    assert (printed["ARM_USE_MSI"], printed["ARM_CLIENT_ID"]) == ("true", app_id)
    assert ask(entra).json()["client_id"] == app_id


def test_without_any_there_is_none(entra: InProcess) -> None:
    assert ask(entra).json()["error_description"] == "Identity not found"
