"""The pipeline's jobs rehearsed here: they sign in by the sandbox's OIDC issuer, without any secret.

One job after the other in one checkout, as the runners of a pipeline have it: each test goes on where the one before it
ended.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from sandbox.core.home import Home
from sandbox.core.store import Store
from sandbox.directory.models import federated_credentials
from sandbox.directory.models.federated_credentials import FederatedCredential
from sandbox.graph import tenants
from sandbox.seed.constants import CONTOSO, FABRIKAM, SeededTenant
from sandbox.server import request_log
from tests.ci.jobs import jobs, play, shell_steps
from tests.e2e.many_tenants import commit
from tests.e2e.pages import commands
from tests.e2e.workplace import COMMAND_TIMEOUT, ROOT, Workplace

pytestmark = pytest.mark.engine


def _subject(environment: str) -> str:
    """In GitHub's immutable form: names with the IDs of owner and repository."""
    return f"repo:contoso@8012345/calendars@902345678:environment:{environment}"


SUBJECT = _subject("ring-canary")
_LOOK_AGAIN_SECONDS = 0.05
LEAK = """
import pulumi_azuread

pulumi_azuread.ApplicationFederatedIdentityCredential(
    "leak",
    application_id="/applications/00000000-0000-0000-0000-000000000000",
    display_name="[click](https://stranger.example) @octocat",
    audiences=["api://AzureADTokenExchange"],
    issuer="https://stranger.example",
    subject="anybody",
)
"""


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    """A checkout in which jobs of a pipeline run: the engine is there, and no secret in their variables."""
    folder = tmp_path_factory.mktemp("pipeline")
    with contextlib.closing(Workplace.open(folder)) as workplace:
        shutil.copytree(ROOT / ".cache" / "engine", workplace.checkout / ".cache" / "engine", symlinks=True)
        for role in ("deployer", "operator"):
            _trust(workplace, CONTOSO, role, SUBJECT)
        for name in ("runner", "private"):
            (folder / name).mkdir()
        workplace.environment |= {
            "STACK": "dev",
            "VERB": "promote",
            "RUNNER_TEMP": str(folder / "runner"),
            "TMPDIR": str(folder / "private"),
            "ACTIONS_ID_TOKEN_REQUEST_URL": _assertions(workplace, SUBJECT),
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": Home(workplace.home).oidc_request_token.read_text(),
            "ARM_CLIENT_SECRET": "",
            "AZURE_CLIENT_SECRET": "",
        }
        commit(workplace.checkout, "As checked out")
        yield workplace


def _issuer(workplace: Workplace) -> str:
    return f"https://{workplace.environment['ARM_METADATA_HOSTNAME']}/oidc"


def _assertions(workplace: Workplace, subject: str) -> str:
    """Where a job with this subject asks for its assertions."""
    return f"{_issuer(workplace)}/token?{urlencode({'subject': subject})}"


def _trust(workplace: Workplace, directory: SeededTenant, role: str, subject: str) -> None:
    """Make an identity of the sandbox trust the pipeline, in its own store: nobody there may change the operator."""
    credential = FederatedCredential(
        federated_credentials.new_id(),
        f"pipeline {subject.rpartition(':')[2]}",
        _issuer(workplace),
        subject,
        ("api://AzureADTokenExchange",),
        None,
    )
    store = Store(Home(workplace.home).store)
    try:
        tenant = tenants.find(store, directory.id)
        assert tenant is not None
        federated_credentials.add(store, tenant, directory.identity(role).application_id, credential)
    finally:
        store.close()


def reports(job: Workplace) -> Path:
    return Path(job.environment["RUNNER_TEMP"]) / "reports"


def promotion(job: Workplace) -> dict[str, Any]:
    """What the last promotion wrote about the tenant."""
    (ring,) = json.loads((reports(job) / "promotion.json").read_text())["rings"]
    (tenant,) = ring["tenants"]
    return dict(tenant)


def requests(job: Workplace) -> list[str]:
    """Every request that the sandbox answered, oldest first, as `METHOD path`."""
    return [f"{one['method']} {one['path']}" for one in request_log.read(Home(job.home).request_log)]


def is_private_and_clean(job: Workplace) -> bool:
    """Whether no assertion and no change of the checkout is left behind."""
    changed = job.run("git", "status", "--porcelain").stdout
    return [changed, *Path(job.environment["TMPDIR"]).rglob("assertion")] == [""]


@contextlib.contextmanager
def an_hour_passing(job: Workplace) -> Iterator[None]:
    """Move the clock by 20 minutes, three times, after so many requests of a promotion: it signs in before each."""
    moments = [5, 20, 35]
    before, ended = len(requests(job)), threading.Event()

    def watch() -> None:
        for moment in moments:
            while len(requests(job)) < before + moment:
                if ended.wait(_LOOK_AGAIN_SECONDS):
                    return
            job.sandbox("fault", "clock", "--forward", "20m")
            passed.append(moment)

    passed: list[int] = []
    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()
    assert passed == moments


def test_a_pull_requests_preview_needs_no_stored_secret(job: Workplace) -> None:
    preview, *_ = commands("pipelines.md", "What a job runs")
    assert "8 to create" in job.run("bash", "-euc", preview).printed
    assert is_private_and_clean(job)


def test_a_cancelled_job_ends_in_order_and_says_how_far_it_came(job: Workplace) -> None:
    (command,) = [step for step in shell_steps(jobs("tenant")["tenant"]) if "tenant.sh" in step]
    job.sandbox("fault", "set", "--object-lag", "5s")  # the update is still running when the signal comes
    # As the runner does: the signal goes to the step's own process, and to nothing that it started.
    step = subprocess.Popen(
        ["bash", "-e", "-c", command],
        cwd=job.checkout,
        env={name: value for name, value in job.environment.items() if value},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        text=True,
    )
    while "POST /v1.0/applications" not in requests(job):
        with contextlib.suppress(subprocess.TimeoutExpired):
            pytest.fail(f"ended before it deployed:\n{step.communicate(timeout=_LOOK_AGAIN_SECONDS)[0]}")
    os.kill(step.pid, signal.SIGINT)
    printed, _ = step.communicate(timeout=COMMAND_TIMEOUT)
    job.sandbox("fault", "set", "--object-lag", "0s")
    assert step.returncode == 130, printed
    assert "Traceback" not in printed
    assert promotion(job)["status"] in ("failed", "interrupted"), printed
    (late, *_) = shell_steps(jobs("tenant")["tenant"], after_failure=True)
    summary = job.checkout.with_name("step-summary.md")
    assert play(late, job.checkout, job.environment | {"GITHUB_STEP_SUMMARY": str(summary)}).returncode == 0
    assert "Interrupted" in summary.read_text()
    assert list(Home(job.home).state.rglob("locks/**/*.json")) == []
    assert is_private_and_clean(job)


def test_a_job_that_outlives_its_assertions_promotes_and_the_next_of_the_same_commit_skips(job: Workplace) -> None:
    _, promote, *_ = commands("pipelines.md", "What a job runs")
    with an_hour_passing(job):
        job.run("bash", "-euc", promote)
    assert promotion(job)["status"] == "green"
    assert len(job.graph().named("applications")) == 1
    assert is_private_and_clean(job)
    job.run("bash", "-euc", promote)
    assert promotion(job)["status"] == "skipped"
    assert "⏭️ skipped" in (reports(job) / "summary.md").read_text()


def test_drift_is_looked_for_and_what_the_audit_found_is_kept_for_code_scanning(job: Workplace) -> None:
    *_, drift, ring, affected = commands("pipelines.md", "What a job runs")
    job.run("bash", "-euc", drift)
    assert json.loads((reports(job) / "audit.sarif").read_text())["runs"][0]["results"] == []
    assert '"stack": "dev"' in job.run("bash", "-euc", ring).stdout
    assert job.run("bash", "-euc", affected.replace("origin/main", "HEAD")).json() == {"include": []}
    assert is_private_and_clean(job)


def test_a_finding_in_a_pull_request_fails_its_report_and_is_commented_all_the_same(job: Workplace) -> None:
    job.run("git", "update-ref", "refs/remotes/origin/main", "HEAD")
    program = job.checkout / "__main__.py"
    before = program.read_text()
    program.write_text(before + LEAK)
    commit(job.checkout, "Another identity signs in as the app")
    try:
        (report,) = [step for step in shell_steps(jobs("pull-request")["report"]) if "audit.py" in step]
        environment = {"BASE": "main", "RUNNER_TEMP": str(job.checkout.parent / "job")}
        Path(environment["RUNNER_TEMP"]).mkdir()
        job.run("bash", "-ec", report, environment=environment, expect=1)
    finally:
        program.write_text(before)
        commit(job.checkout, "Taken back")
    told = Path(environment["RUNNER_TEMP"], "report", "index.md").read_text()
    assert "no-federated-credentials" in told
    assert len(told) < 60_000
    assert "@octocat" not in told
    assert "](https" not in told


def test_a_new_tenants_way_goes_through_the_pipeline_up_to_the_delivery_that_a_person_makes(job: Workplace) -> None:
    """The steps of docs/pipelines.md, *A new tenant*, with `tenant.yml`'s variables for each job."""
    job.run("git", "update-ref", "refs/remotes/origin/main", "HEAD")
    # 1: on a branch.
    owner = FABRIKAM.identity("deployer").service_principal_id
    options = ["--directory-id", FABRIKAM.id, "--owner", owner, "--tenant-domain", FABRIKAM.initial_domain]
    job.run("smartrecruiters-calendar", "new-stack", "acme", *options, "--ring", "everyone")
    job.run("pulumi", "stack", "init", "acme")
    commit(job.checkout, "A new tenant")
    # 2: its identities.
    reader, deployer = FABRIKAM.identity("operator").app_id, FABRIKAM.identity("deployer").app_id
    identities = {"directory": FABRIKAM.id, "deployer": deployer, "operator": reader, "reader": reader}

    def as_job(environment: str, of_pulumi: str, of_checks: str) -> dict[str, str]:
        return {
            "STACK": "acme",
            "ARM_CLIENT_ID": identities[of_pulumi],
            "ARM_TENANT_ID": identities["directory"],
            "AZURE_CLIENT_ID": identities[of_checks],
            "AZURE_TENANT_ID": identities["directory"],
            "ACTIONS_ID_TOKEN_REQUEST_URL": _assertions(job, _subject(environment)),
        }

    for role, environment in (
        ("operator", "preview"),
        ("operator", "nightly"),
        ("operator", "ring-everyone"),
        ("deployer", "ring-everyone"),
    ):
        _trust(job, FABRIKAM, role, _subject(environment))
    preview, promote, drift, ring, affected = commands("pipelines.md", "What a job runs")
    # 3: the pull request touches the new tenant alone, and its preview changes nothing.
    matrix = job.run("bash", "-euc", affected).json()["include"]
    assert [one["stack"] for one in matrix] == ["acme"]
    shown = job.run("bash", "-euc", preview, environment=as_job("preview", "reader", "reader"))
    assert "8 to create" in shown.printed
    assert job.graph("fabrikam").named("applications") == []
    # 4: merged, it is deployed in its ring, audited, and waits for its delivery.
    (tenant,) = job.run("bash", "-euc", ring.replace("canary", "everyone")).json()["include"]
    assert tenant == {"stack": "acme", "ring": "everyone"}
    in_ring = as_job("ring-everyone", "deployer", "operator")
    job.run("bash", "-euc", promote, environment=in_ring)
    assert promotion(job)["status"] == "pending-delivery"
    assert {step["step"]: step["reason"] for step in promotion(job)["steps"]} == {
        "preflight": None,
        "deploy": None,
        "post-deploy": "person-needed",
        "audit": None,
    }
    assert len(job.graph("fabrikam").named("applications")) == 1
    job.run("bash", "-euc", drift, environment=as_job("nightly", "reader", "reader"))
    # 5: on a person's machine.
    waits = job.post_deploy("--stack", "acme", environment=in_ring, expect=4)
    assert waits.json()["stack"] == "acme"
    assert is_private_and_clean(job)
