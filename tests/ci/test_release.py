"""A release, built dry: what its shell builds is whole, and says which version it is."""

import hashlib
import json
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "ci" / "release.sh"
VERSION: str = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
CHANGELOG = (ROOT / "CHANGELOG.md").read_text()


def release(folder: Path, tag: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", SCRIPT, folder, tag], cwd=ROOT, capture_output=True, text=True, timeout=600, check=False
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release")
    done = release(folder, f"v{VERSION}")
    assert done.returncode == 0, done.stderr
    return folder


def test_it_holds_both_wheels_schema_bill_of_materials_notes_and_checksums(built: Path) -> None:
    assert {path.name for path in built.iterdir()} == {
        f"smartrecruiters_calendar-{VERSION}-py3-none-any.whl",
        f"smartrecruiters_calendar_sandbox-{VERSION}-py3-none-any.whl",
        "schema.json",
        "sbom.cdx.json",
        "NOTES.md",
        "SHA256SUMS",
    }
    assert json.loads((built / "schema.json").read_text())["version"] == VERSION
    assert "### " in (built / "NOTES.md").read_text()


def test_the_checksums_are_those_of_every_published_file(built: Path) -> None:
    lines = [line.split("  ") for line in (built / "SHA256SUMS").read_text().splitlines()]
    sums = {name: digest for digest, name in lines}
    published = {path.name for path in built.iterdir()} - {"NOTES.md", "SHA256SUMS"}
    assert sums == {name: hashlib.sha256((built / name).read_bytes()).hexdigest() for name in published}


def test_the_bill_of_materials_lists_the_lock_with_its_hashes(built: Path) -> None:
    bill = json.loads((built / "sbom.cdx.json").read_text())
    locked = set(re.findall(r"(?m)^([A-Za-z0-9._-]+)==([^\s;\\]+)", (ROOT / "requirements.txt").read_text()))
    assert {(one["name"], one["version"]) for one in bill["components"]} == locked


def test_the_wheels_import_nothing_from_this_folder(built: Path) -> None:
    for path in built.glob("*.whl"):
        names = zipfile.ZipFile(path).namelist()
        assert not [name for name in names if name.startswith(("tests/", "engine/", "build/"))]


def test_another_tag_than_the_version_is_refused(tmp_path: Path) -> None:
    done = release(tmp_path / "never", "v9.9.9")
    assert (done.returncode, (tmp_path / "never").exists()) == (2, False)
    assert f"tag v{VERSION}" in done.stderr


def test_the_changelog_has_the_version_and_says_how_to_upgrade() -> None:
    assert re.search(r"(?m)^## \[Unreleased\]$", CHANGELOG)
    (section,) = re.findall(rf"(?ms)^## \[{re.escape(VERSION)}\] - \d{{4}}-\d\d-\d\d\n(.*?)(?=^## \[|\Z)", CHANGELOG)
    assert "### Upgrade" in section


def test_every_part_has_the_same_version() -> None:
    sandbox = tomllib.loads((ROOT / "sandbox" / "pyproject.toml").read_text())["project"]["version"]
    assert sandbox == VERSION


def test_what_is_attested_is_what_was_built_from_the_tag() -> None:
    jobs = _read(".github/workflows/release.yml")["jobs"]
    assert (jobs["build"]["needs"], jobs["publish"]["needs"]) == ("test", "build")
    assert 'bash scripts/ci/release.sh dist "$GITHUB_REF_NAME"' in [step.get("run") for step in jobs["build"]["steps"]]
    attested = [step["with"] for step in jobs["publish"]["steps"] if "attest" in str(step.get("uses"))]
    assert attested == [{"subject-checksums": "dist/SHA256SUMS"}]


def test_the_hooks_are_the_tools_of_make_lint() -> None:
    (repository,) = _read(".pre-commit-config.yaml")["repos"]
    entries = " ".join(hook["entry"] for hook in repository["hooks"])
    makefile = (ROOT / "Makefile").read_text()
    assert set(re.findall(r"\$\(BIN\)/(\w+) (?:format --check|check|\.)", makefile)) == {"ruff", "mypy"}
    assert all(f".venv/bin/{tool}" in entries for tool in ("ruff format", "ruff check", "mypy"))
    checked = subprocess.run(
        [Path(sys.executable).with_name("pre-commit"), "validate-config", ".pre-commit-config.yaml"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout


def test_updates_are_proposed_for_every_place_with_dependencies() -> None:
    updates = _read(".github/dependabot.yml")["updates"]
    folders = {
        (update["package-ecosystem"], folder)
        for update in updates
        for folder in update.get("directories", [update.get("directory")])
    }
    assert folders == {
        ("pip", "/"), ("pip", "/sandbox"), ("gomod", "/engine/go"), ("gomod", "/examples/go"),
        ("npm", "/examples/typescript"), ("github-actions", "/"),
    }  # fmt: skip


def test_the_devcontainer_runs_the_demo() -> None:
    assert json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text())["postCreateCommand"] == "make demo"


def _read(path: str) -> dict[str, Any]:
    document: dict[str, Any] = YAML(typ="safe", pure=True).load(ROOT / path)
    return document
