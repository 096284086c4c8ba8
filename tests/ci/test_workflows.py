"""The pipelines as files: linted by the tools of the trade, without a stored secret, and one ring for each ring."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from smartrecruiters_calendar.promotion import tenants

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PIPELINES = [*WORKFLOWS, ROOT / "azure-pipelines.yml"]
ACTIONLINT = "1.7.12"


def read(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = YAML(typ="safe", pure=True).load(path)
    return document


@pytest.fixture(scope="session")
def actionlint() -> Path:
    """The linter, from its Go module, kept by version."""
    program = ROOT / ".cache" / "tools" / f"actionlint-{ACTIONLINT}" / "actionlint"
    if not program.exists():
        if shutil.which("go") is None:
            message = "there is no `go` on PATH to fetch actionlint with"
            pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
        subprocess.run(
            ["go", "install", f"github.com/rhysd/actionlint/cmd/actionlint@v{ACTIONLINT}"],
            env=os.environ | {"GOBIN": str(program.parent)},
            check=True,
            capture_output=True,
            text=True,
        )
    return program


def test_the_workflows_are_well_formed(actionlint: Path) -> None:
    done = subprocess.run([actionlint, *WORKFLOWS], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_workflows_hold_no_known_weakness() -> None:
    zizmor = Path(sys.executable).with_name("zizmor")
    done = subprocess.run(
        [zizmor, "--offline", "--no-progress", *WORKFLOWS], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", PIPELINES, ids=lambda path: path.name)
def test_no_pipeline_reads_a_stored_secret(path: Path) -> None:
    assert re.findall(r"secrets\.|\$\(\w*(?:SECRET|PASSWORD|PASSPHRASE)\w*\)", path.read_text(), re.IGNORECASE) == []


@pytest.mark.parametrize("path", PIPELINES, ids=lambda path: path.name)
def test_every_script_that_a_pipeline_runs_is_there(path: Path) -> None:
    named = set(re.findall(r"(?:scripts|\.ci)/[\w./-]+", path.read_text()))
    assert named
    assert [name for name in named if not (ROOT / name).is_file()] == []


def test_a_pull_requests_own_code_gets_no_identity() -> None:
    workflow = read(ROOT / ".github" / "workflows" / "pull-request.yml")
    granted = [job.get("permissions") for job in workflow["jobs"].values()]
    assert granted == [{"contents": "read"}, {"contents": "read"}, {"pull-requests": "write"}]
    writer = workflow["jobs"]["comment"]
    assert not any("checkout" in str(step.get("uses")) for step in writer["steps"])


def test_only_jobs_behind_an_environment_may_sign_in() -> None:
    for path in WORKFLOWS:
        for name, job in read(path)["jobs"].items():
            signs_in = "id-token" in (job.get("permissions") or {})
            assert signs_in == ("environment" in job), f"{path.name}: {name}"


def test_each_ring_has_its_job_behind_the_one_before() -> None:
    rings = [ring.name for ring in tenants.load(ROOT).rings]
    jobs = read(ROOT / ".github" / "workflows" / "promote.yml")["jobs"]
    assert [name for name in jobs if name != "rings"] == rings
    for before, ring in zip([None, *rings], rings, strict=False):
        assert jobs[ring]["environment"] == f"ring-{ring}"
        needs = jobs[ring]["needs"]
        assert (needs if isinstance(needs, list) else [needs]) == ["rings", *([before] if before else [])]


def test_azure_pipelines_promotes_the_same_rings() -> None:
    parameters = {one["name"]: one["default"] for one in read(ROOT / "azure-pipelines.yml")["parameters"]}
    assert parameters == {ring.name: list(ring.stacks) for ring in tenants.load(ROOT).rings}
    assert list(parameters) == [ring.name for ring in tenants.load(ROOT).rings]
    assert f"split('{','.join(parameters)}', ',')" in (ROOT / "azure-pipelines.yml").read_text()
