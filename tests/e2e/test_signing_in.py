"""Program and verbs are the same identity, however a machine proves it, and for as long as a job runs."""

import re
from pathlib import Path

import pytest

from sandbox.core.home import Home
from sandbox.core.store import Store
from sandbox.directory.models import federated_credentials, machine_identities
from sandbox.directory.models.federated_credentials import FederatedCredential
from sandbox.graph import tenants
from sandbox.graph.tenants import Tenant
from sandbox.seed.constants import CONTOSO
from sandbox.server import request_log
from tests.e2e.workplace import PYTHON, Workplace

pytestmark = pytest.mark.engine

SUBJECT = "repo:contoso/calendars:environment:ring-canary"


@pytest.fixture
def job(deployed_workplace: Workplace) -> Workplace:
    """A machine that both identities may sign in from without a secret."""
    store = Store(Home(deployed_workplace.home).store)
    try:
        tenant = tenants.find(store, CONTOSO.id)
        assert tenant is not None
        for role in ("deployer", "operator"):
            _trust(store, tenant, CONTOSO.identity(role).application_id, f"{_address(deployed_workplace)}/oidc")
        machine_identities.attach(store, tenant, CONTOSO.identity("deployer").app_id)
    finally:
        store.close()
    return deployed_workplace


def _trust(store: Store, tenant: Tenant, application: str, issuer: str) -> None:
    trusted = FederatedCredential(
        federated_credentials.new_id(), "pipeline", issuer, SUBJECT, ("api://AzureADTokenExchange",), None
    )
    federated_credentials.add(store, tenant, application, trusted)


def _address(workplace: Workplace) -> str:
    return f"https://{workplace.environment['ARM_METADATA_HOSTNAME']}"


def _github(job: Workplace) -> dict[str, str]:
    return {
        "ARM_USE_OIDC": "true",
        "ACTIONS_ID_TOKEN_REQUEST_URL": f"{_address(job)}/oidc/token?subject={SUBJECT}",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": Home(job.home).oidc_request_token.read_text(),
    }


def _ways(job: Workplace) -> dict[str, dict[str, str]]:
    return {
        "GitHub": _github(job),
        "Azure Pipelines": {
            "ARM_USE_OIDC": "true",
            "ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID": "9f1c7a52-6c1d-4e83-9a40-1f2e3d4c5b6a",
            "ARM_OIDC_REQUEST_URL": f"{_address(job)}/oidc/token?subject={SUBJECT}",
            "ARM_OIDC_REQUEST_TOKEN": Home(job.home).oidc_request_token.read_text(),
        },
        "managed identity": {
            "ARM_USE_MSI": "true",
            "ARM_MSI_ENDPOINT": f"{_address(job)}/metadata/identity/oauth2/token",
        },
    }


def test_program_and_verbs_sign_in_alike_wherever_the_provider_can(job: Workplace) -> None:
    for named in _ways(job).values():
        environment = {**named, "ARM_CLIENT_SECRET": ""}
        printed = job.pulumi("preview", environment=environment).printed
        # The provider's SDK takes a managed identity's variables into the provider's inputs: `1 to update`.
        assert not re.search(r"[2-9] to update|to (create|delete|replace)", printed), printed
        done = job.run(
            "smartrecruiters-calendar", "preflight", "--stack", "dev", "--json", environment=environment, expect=None
        )
        (found,) = [one for one in done.json()["findings"] if one["check"] == "deployer-signs-in"]
        assert found["outcome"] == "PASS", found["sentence"]
        assert CONTOSO.identity("deployer").service_principal_id in found["sentence"]


def test_program_and_verbs_refuse_alike_what_the_providers_first_look_does_not_find(
    deployed_workplace: Workplace, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text(deployed_workplace.environment["ARM_CLIENT_SECRET"] + "\n")
    environment = {"ARM_CLIENT_SECRET": "", "ARM_CLIENT_SECRET_FILE_PATH": str(secret)}
    printed = deployed_workplace.pulumi("preview", environment=environment, expect=None).printed
    assert "failed to load Azure credentials" in printed
    done = deployed_workplace.run(
        "smartrecruiters-calendar", "preflight", "--stack", "dev", "--json", environment=environment, expect=None
    )
    (found,) = [one for one in done.json()["findings"] if one["check"] == "deployer-signs-in"]
    assert found["outcome"] == "FAIL"
    assert 'export ARM_CLIENT_SECRET="$(cat "$ARM_CLIENT_SECRET_FILE_PATH")"' in found["sentence"]


def test_program_and_verbs_sign_in_by_certificate(deployed_workplace: Workplace) -> None:
    environment: dict[str, str] = {}
    for role in ("deployer", "operator"):
        printed = deployed_workplace.sandbox("client-certificate", role).stdout
        environment |= dict(line.split("=", 1) for line in printed.splitlines())
    assert (environment["ARM_CLIENT_SECRET"], environment["AZURE_CLIENT_SECRET"]) == ("", "")
    sent_before = len(request_log.read(Home(deployed_workplace.home).request_log))
    deployed_workplace.configure("displayName", "Signed in by certificate")
    deployed_workplace.pulumi("up", "--yes", "--skip-preview", environment=environment)
    done = deployed_workplace.run(
        "smartrecruiters-calendar", "audit", "--stack", "dev", "--json", environment=environment, expect=None
    )
    assert "Signed in by certificate" in done.stdout
    sent = request_log.read(Home(deployed_workplace.home).request_log)[sent_before:]
    signed_in = {one["appId"] for one in sent if one["path"].endswith("/token")}
    assert signed_in == {CONTOSO.identity(role).app_id for role in ("deployer", "operator")}


def test_a_job_that_outlives_its_assertion_goes_on_with_a_new_one(job: Workplace, tmp_path: Path) -> None:
    environment = {**_github(job), "ARM_CLIENT_SECRET": "", "AZURE_CLIENT_SECRET": ""}
    file = tmp_path / "assertion"
    printed = job.run("smartrecruiters-calendar", "pipeline-identity", "--file", str(file), environment=environment)
    environment |= dict(line.split("=", 1) for line in printed.stdout.splitlines())
    first = file.read_text()
    job.run(PYTHON, "-m", "sandbox", "fault", "clock", "--forward", "20m", "--home", str(job.home))
    done = job.run("smartrecruiters-calendar", "preflight", "--stack", "dev", "--json", environment=environment)
    assert {one["check"] for one in done.json()["findings"] if one["outcome"] == "FAIL"} == set()
    job.run("smartrecruiters-calendar", "audit", "--stack", "dev", "--json", environment=environment)
    job.pulumi("preview", "--expect-no-changes", environment=environment)
    assert file.read_text() != first
