"""`toolchain: uv`: in a clone where nothing is installed, the engine installs what uv.lock names, and keeps it so."""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.e2e.by_uv import cloned, installing_shell, sandbox_shell
from tests.e2e.workplace import Workplace
from tests.test_requirements import DECLARED, locked, pins

pytestmark = pytest.mark.engine

PYTHON = ".venv/bin/python"
LONGEST_SECONDS = 900
"""Packages are fetched."""
INSTALLED = (
    "import importlib.metadata, json; "
    "print(json.dumps({one.name: one.version for one in importlib.metadata.distributions()}))"
)


def run(clone: Path, shell: Mapping[str, str], *command: str) -> str:
    done = subprocess.run(
        command, cwd=clone, env=shell, capture_output=True, text=True, timeout=LONGEST_SECONDS, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def install(clone: Path, shell: Mapping[str, str]) -> None:
    elsewhere = {**shell, "UV_PROJECT_ENVIRONMENT": str(clone.with_name("elsewhere"))}
    served = subprocess.run(["uv", "sync", "--locked"], cwd=clone, env=elsewhere, capture_output=True, check=False)
    if served.returncode != 0 and os.environ.get("CI", "").lower() not in ("true", "1"):
        pytest.skip("the package registry does not serve uv.lock")
    run(clone, shell, "pulumi", "install")


def installed(clone: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads(run(clone, os.environ, PYTHON, "-c", INSTALLED))
    return {name.lower().replace("_", "-").replace(".", "-"): version for name, version in found.items()}


def untouched(clone: Path) -> dict[str, int]:
    """Each installed package, and when that was."""
    return {one.name: one.stat().st_mtime_ns for one in clone.glob(".venv/lib/*/site-packages/*.dist-info/RECORD")}


def test_the_engine_installs_the_lock_once_deploys_and_brings_back_what_is_missing(
    workplace: Workplace, tmp_path: Path
) -> None:
    clone, machine, shell = cloned(tmp_path / "clone"), installing_shell(workplace), sandbox_shell(workplace)
    install(clone, machine)
    packages = installed(clone)
    assert pins(DECLARED).items() <= packages.items()
    of_others = {name: version for name, version in packages.items() if name != "smartrecruiters-calendar"}
    assert of_others.items() <= locked("requirements.txt").items()
    assert "smartrecruiters-calendar" in run(clone, machine, ".venv/bin/smartrecruiters-calendar", "--version")

    before = untouched(clone)
    run(clone, shell, "pulumi", "up", "--stack", "dev", "--yes", "--skip-preview", "--non-interactive")
    preview = ("pulumi", "preview", "--stack", "dev", "--expect-no-changes", "--non-interactive")
    run(clone, shell, *preview, "--policy-pack", "policy")
    assert untouched(clone) == before

    run(clone, machine, "uv", "pip", "uninstall", "stamina")
    run(clone, shell, *preview)
    assert installed(clone) == packages
    assert run(clone, machine, "git", "status", "--short").split() == ["M", "Pulumi.yaml"]


@pytest.mark.full
def test_an_extra_outlives_updates_and_the_verbs_follow_the_option(workplace: Workplace, tmp_path: Path) -> None:
    clone, machine, shell = cloned(tmp_path / "clone"), installing_shell(workplace), sandbox_shell(workplace)
    install(clone, machine)
    plain = installed(clone)
    run(clone, machine, "uv", "pip", "install", "-r", "requirements-browser.txt")
    whole = installed(clone)
    assert {"playwright"} <= whole.keys() - plain.keys()
    run(clone, shell, "pulumi", "up", "--stack", "dev", "--yes", "--skip-preview", "--non-interactive")
    assert installed(clone) == whole

    command = ".venv/bin/smartrecruiters-calendar"
    directory = ("--directory-id", shell["ARM_TENANT_ID"], "--tenant-domain", "contoso.onmicrosoft.com")
    run(clone, shell, command, "live-check", *directory, "--yes")
    (clone / "tenants.yaml").write_text("rings:\n  only: [dev]\n")
    assert "Every ring is promoted: 1 green." in run(clone, shell, command, "promote")
    assert installed(clone) == whole

    run(clone, machine, "pulumi", "install")
    assert installed(clone) == plain
