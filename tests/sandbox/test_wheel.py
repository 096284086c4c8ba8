"""The sandbox as somebody else gets it: a wheel in an empty virtual environment, used as its README says."""

import json
import os
import re
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tests.registry import pip

ROOT = Path(__file__).resolve().parents[2]
SANDBOX = ROOT / "sandbox"
README = (SANDBOX / "README.md").read_text(encoding="utf-8")
NOT_IN_THE_WHEEL = {"demo.py", "in_repository.py", "pyproject.toml", "requirements.txt", "README.md"}


def block_of(language: str) -> str:
    """The README's first example in a language."""
    found = re.search(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert found, language
    return found[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    # With the build backend that is installed: a build of its own would fetch the same one.
    building = ("wheel", "--quiet", "--no-deps", "--no-build-isolation")
    pip(sys.executable, *building, "--wheel-dir", str(folder), str(SANDBOX))
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python that has the sandbox, pytest and azure-identity, and nothing of this project."""
    folder = tmp_path_factory.mktemp("empty")
    venv.create(folder, with_pip=False)
    made = folder / "bin" / "python"
    pins = [line for line in requirements("requirements.txt") if "azure-identity" in line]
    pip(sys.executable, "--python", str(made), "install", "--quiet", "--no-compile", str(wheel), "pytest", *pins)
    return made


def requirements(*names: str) -> list[str]:
    lines = [line for name in names for line in (ROOT / name).read_text(encoding="utf-8").splitlines()]
    return [found[0] for line in lines if (found := re.match(r"[A-Za-z0-9._-]+==[^\s;\\]+", line))]


def environment() -> dict[str, str]:
    ours = ("PYTHON", "PYTEST", "PULUMI", "SANDBOX", "ARM_", "AZURE_", "SSL_", "REQUESTS_", "VIRTUAL_ENV")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def run(python: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(python), *arguments],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_wheel_holds_every_file_but_the_projects_own(wheel: Path) -> None:
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("sandbox/")}
    ours = [path.relative_to(ROOT) for path in SANDBOX.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert packed == {str(path) for path in ours if path.name not in NOT_IN_THE_WHEEL}


def test_nothing_in_the_wheel_imports_another_package_of_this_project(wheel: Path) -> None:
    others = r"^\s*(?:from|import) (?:engine|components|smartrecruiters_calendar|policy|scripts|sandbox\.demo)\b"
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.endswith(".py"):
                assert not re.search(others, archive.read(name).decode(), re.MULTILINE), name


def test_the_readmes_test_passes_in_an_empty_environment(python: Path, tmp_path: Path) -> None:
    (tmp_path / "test_example.py").write_text(block_of("python"))
    (tmp_path / "sandbox").mkdir()  # somebody's own folder of that name
    done = run(python, tmp_path, "-P", "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_example.py")
    assert "1 passed" in done.stdout, done.stdout + done.stderr


def test_every_command_works_without_the_project(python: Path, tmp_path: Path) -> None:
    def sandbox(*arguments: str) -> str:
        done = run(python, tmp_path, "-m", "sandbox", *arguments)
        assert done.returncode == 0, (arguments, done.stdout, done.stderr)
        return done.stdout

    (tmp_path / "people.yaml").write_text(block_of("yaml"))
    try:
        sandbox("start", "--port", "0")
        assert sandbox("status").startswith("Running")
        values = json.loads(sandbox("env", "--json"))
        sandbox("seed", "--file", "people.yaml")
        sandbox("fault", "show")
        assert "northwind" in (tmp_path / ".sandbox" / "credentials.json").read_text()
        sandbox("reset")
        assert "northwind" not in (tmp_path / ".sandbox" / "credentials.json").read_text()
        assert "# What the sandbox emulates" in sandbox("coverage")
    finally:
        assert sandbox("stop").startswith(("Stopped", "Not running"))
    assert values["ARM_METADATA_HOSTNAME"].startswith("localhost:")
    assert not {name for name in values if name.startswith(("PULUMI_HOME", "AZUREAD_PLUGIN", "CALENDAR_INTEGRATION"))}
    assert "engine" not in values["PATH"].removesuffix(os.environ["PATH"])
