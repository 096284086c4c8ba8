"""The pipeline's shell rehearsed here: a tenant's job signs in by the sandbox's OIDC issuer, without any secret."""

import shutil
from pathlib import Path
from urllib.parse import urlencode

import pytest

from sandbox.core.home import Home
from sandbox.core.store import Store
from sandbox.directory.models import federated_credentials
from sandbox.directory.models.federated_credentials import FederatedCredential
from sandbox.graph import tenants
from sandbox.seed.constants import CONTOSO
from tests.e2e.many_tenants import commit
from tests.e2e.pages import commands
from tests.e2e.workplace import ROOT, Workplace

pytestmark = pytest.mark.engine

SUBJECT = "repo:contoso/calendars:environment:ring-canary"


@pytest.fixture
def job(workplace: Workplace) -> Workplace:
    """A checkout in which a job of a pipeline begins: the engine is there, and no secret in its variables."""
    shutil.copytree(ROOT / ".cache" / "engine", workplace.checkout / ".cache" / "engine", symlinks=True)
    address = f"https://{workplace.environment['ARM_METADATA_HOSTNAME']}"
    for role in ("deployer", "operator"):
        _trust(workplace, CONTOSO.identity(role).application_id, f"{address}/oidc")
    request = urlencode({"subject": SUBJECT})
    workplace.environment |= {
        "STACK": "dev",
        "ACTIONS_ID_TOKEN_REQUEST_URL": f"{address}/oidc/token?{request}",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": Home(workplace.home).oidc_request_token.read_text(),
        "ARM_CLIENT_SECRET": "",
        "AZURE_CLIENT_SECRET": "",
    }
    commit(workplace.checkout, "As checked out")
    return workplace


def _trust(workplace: Workplace, application: str, issuer: str) -> None:
    """Make an identity of the sandbox trust the pipeline, in its own store: nobody there may change the operator."""
    credential = FederatedCredential(
        federated_credentials.new_id(), "pipeline", issuer, SUBJECT, ("api://AzureADTokenExchange",), None
    )
    store = Store(Home(workplace.home).store)
    try:
        tenant = tenants.find(store, CONTOSO.id)
        assert tenant is not None
        federated_credentials.add(store, tenant, application, credential)
    finally:
        store.close()


def test_a_tenants_jobs_need_no_stored_secret(job: Workplace, tmp_path: Path) -> None:
    preview, promote, drift, ring, affected = commands("pipelines.md")
    assert "8 to create" in job.run("bash", "-euc", preview).printed
    job.run("bash", "-euc", promote)
    assert "✅ green" in (job.checkout / "summary.md").read_text()
    assert len(job.graph().named("applications")) == 1
    job.run("bash", "-euc", drift)
    assert '"stack": "dev"' in job.run("bash", "-euc", ring).stdout
    assert job.run("bash", "-euc", affected.replace("origin/main", "HEAD")).json() == {"include": []}
    assert list(tmp_path.glob("**/assertion")) == []
