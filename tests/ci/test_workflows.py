"""The pipelines as files: linted by the tools of the trade, without a stored secret, and one ring for each ring."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from smartrecruiters_calendar.promotion import tenants
from tests.ci.jobs import ROOT, WORKFLOWS, jobs, read, runs, shell_steps
from tests.go_tools import ACTIONLINT

AZURE = ROOT / "azure-pipelines.yml"
AZURE_TENANT = ROOT / ".azuredevops" / "tenant.yml"
PIPELINES = [*WORKFLOWS, AZURE, AZURE_TENANT]
TENANT = "./.github/workflows/tenant.yml"


@pytest.fixture(scope="session")
def actionlint() -> Path:
    return ACTIONLINT.built()


def test_the_workflows_are_well_formed(actionlint: Path) -> None:
    done = subprocess.run([actionlint, *WORKFLOWS], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_workflows_hold_no_known_weakness() -> None:
    zizmor = Path(sys.executable).with_name("zizmor")
    done = subprocess.run(
        [zizmor, "--offline", "--no-progress", *WORKFLOWS, ROOT / ".github" / "dependabot.yml"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", PIPELINES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_pipeline_reads_a_stored_secret(path: Path) -> None:
    assert re.findall(r"secrets\.|\$\(\w*(?:SECRET|PASSWORD|PASSPHRASE)\w*\)", path.read_text(), re.IGNORECASE) == []


@pytest.mark.parametrize("path", PIPELINES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_script_that_a_pipeline_runs_is_there(path: Path) -> None:
    named = set(re.findall(r"(?<![\w./])(?:scripts|\.ci)/[\w./-]+", path.read_text()))
    assert named or path.name in ("schedule.yml", "preview.yml", "promote.yml")
    assert [name for name in named if not (ROOT / name).is_file()] == []


def test_a_pull_requests_own_code_gets_no_identity() -> None:
    workflow = jobs("pull-request")
    granted = [job.get("permissions") for job in workflow.values()]
    assert granted == [{"contents": "read"}, {"contents": "read"}, {"pull-requests": "write"}]
    assert not any("checkout" in str(step.get("uses")) for step in workflow["comment"]["steps"])


def test_only_jobs_behind_an_environment_may_sign_in() -> None:
    for path in WORKFLOWS:
        for name, job in read(path)["jobs"].items():
            signs_in = "id-token" in (job.get("permissions") or {})
            behind = job.get("environment") or job.get("with", {}).get("environment")
            assert signs_in == bool(behind), f"{path.name}: {name}"


def test_a_job_that_may_sign_in_or_write_installs_nothing() -> None:
    for path in WORKFLOWS:
        for name, job in read(path)["jobs"].items():
            if (job.get("permissions") or {"contents": "read"}) == {"contents": "read"} or "uses" in job:
                continue
            assert not re.search(r"\b(make|pip|npm|go)\b", " ".join(shell_steps(job))), f"{path.name}: {name}"
    steps = read(AZURE_TENANT)["steps"]
    token = [number for number, step in enumerate(steps) if "SYSTEM_ACCESSTOKEN" in step.get("env", {})]
    (installs,) = [number for number, step in enumerate(steps) if "make" in step.get("script", "")]
    assert len(token) == 1
    assert installs < token[0]


def test_what_a_tenants_job_runs_with_is_installed_with_the_extras_that_stacks_call_for() -> None:
    for workflow in ("preview", "promote", "schedule"):
        (installing,) = [job for job in jobs(workflow).values() if "uses" not in job and "make" in str(job["steps"])]
        assert [step for step in shell_steps(installing) if "make" in step] == ["make pipeline"]
        assert any(step.get("with", {}).get("name") == "packages" for step in installing["steps"])
    assert [step["script"] for step in read(AZURE_TENANT)["steps"] if "make" in step.get("script", "")] == [
        "make pipeline"
    ]


def test_the_pipelines_installation_stops_where_the_stacks_cannot_be_read(tmp_path: Path) -> None:
    for name, text in (("pip", "exit 0"), ("python", 'echo "$*" >> asked; case $* in *matrix.py*) exit 2;; esac')):
        program = tmp_path / ".venv" / "bin" / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(f"#!/bin/sh\n{text}\n")
        program.chmod(0o755)
    for name in ("Makefile", "pyproject.toml", "requirements.txt", "sandbox/requirements.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    done = subprocess.run(["make", "pipeline"], cwd=tmp_path, capture_output=True, text=True, check=False)
    asked = (tmp_path / "asked").read_text()
    assert (done.returncode, "matrix.py --extras" in asked) == (2, True)
    assert "-m engine" not in asked


def test_people_approve_previews_and_rings_and_nobody_is_waited_for_at_night() -> None:
    environments = {
        workflow: {job["with"]["environment"] for job in jobs(workflow).values() if job.get("uses") == TENANT}
        for workflow in ("preview", "schedule", "promote")
    }
    assert environments == {
        "preview": {"preview"},
        "schedule": {"nightly"},
        "promote": {f"ring-{ring.name}" for ring in tenants.load(ROOT).rings},
    }


def test_what_a_tenants_job_reports_is_kept_also_when_it_fails() -> None:
    for job in (jobs("tenant")["tenant"], jobs("pull-request")["report"]):
        late = [step for step in job["steps"] if step.get("if") == "always()"]
        assert any("GITHUB_STEP_SUMMARY" in step.get("run", "") for step in late)
        assert any("upload-artifact" in step.get("uses", "") for step in late)
    late = [step for step in read(AZURE_TENANT)["steps"] if step.get("condition") == "always()"]
    assert ["uploadsummary" in step.get("script", "") or "publish" in step for step in late] == [True, True]


def test_a_cancellation_reaches_the_script_of_a_tenants_job() -> None:
    (command,) = [step for step in shell_steps(jobs("tenant")["tenant"]) if "tenant.sh" in step]
    assert command.startswith("exec bash ")
    (script,) = [step["script"] for step in read(AZURE_TENANT)["steps"] if "tenant.sh" in step.get("script", "")]
    assert script.startswith("exec bash ")


def test_each_ring_has_its_job_behind_all_before_it() -> None:
    rings = [ring.name for ring in tenants.load(ROOT).rings]
    workflow = jobs("promote")
    assert [name for name in workflow if name != "rings"] == rings
    for number, ring in enumerate(rings):
        assert workflow[ring]["with"]["environment"] == f"ring-{ring}"
        assert workflow[ring]["needs"] == ["rings", *rings[:number]]
        assert workflow[ring]["strategy"]["fail-fast"] is False  # what has begun is finished


@pytest.mark.parametrize(
    ("canary", "promoted"), [("success", True), ("skipped", True), ("failure", False), ("cancelled", False)]
)
def test_a_ring_without_tenants_stops_nothing_and_a_failed_one_all_that_follow(canary: str, *, promoted: bool) -> None:
    last = jobs("promote")["everyone"]
    results = {"rings": "success", "canary": canary}
    assert runs(last, results, {"everyone": ["acme"]}) is promoted
    assert not runs(last, results, {"everyone": []})
    assert not runs(last, {"rings": "skipped", "canary": "skipped"}, {"everyone": ["acme"]})


def test_a_report_that_found_something_or_failed_is_still_commented_and_drift_still_raises_alerts() -> None:
    for result in ("success", "failure"):
        assert runs(jobs("pull-request")["comment"], {"report": result})
        assert runs(jobs("schedule")["alerts"], {"tenants": "success", "drift": result}, {"matrix": ["acme"]})


def test_azure_pipelines_promotes_the_same_rings_and_skips_an_empty_one() -> None:
    rings = tenants.load(ROOT).rings
    parameters = {one["name"]: one["default"] for one in read(AZURE)["parameters"]}
    assert {name: [one["stack"] for one in held] for name, held in parameters.items()} == {
        ring.name: list(ring.stacks) for ring in rings
    }
    assert list(parameters) == [ring.name for ring in rings]
    text = AZURE.read_text()
    assert f"split('{','.join(parameters)}', ',')" in text
    assert "${{ if gt(length(parameters[ring]), 0) }}" in text


def test_azure_pipelines_signs_in_as_two_identities_and_only_from_main() -> None:
    (look_up,) = [step for step in read(AZURE_TENANT)["steps"] if step.get("task") == "AzureCLI@2"]
    script = look_up["inputs"]["inlineScript"]
    assert "variable=ARM_CLIENT_ID]$servicePrincipalId" in script
    assert "variable=AZURE_CLIENT_ID]${OPERATOR:-$servicePrincipalId}" in script
    assert "eq(variables['Build.SourceBranch'], 'refs/heads/main')" in AZURE.read_text()
