"""Every supported Python that this machine has runs the demo and the unit tests, in an environment of its own."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.layers import CONTRACT

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
SUPPORTED = [one.rpartition(" ")[2] for one in PROJECT["classifiers"] if one.startswith("Programming Language")]
UNIT_TESTS = ["tests", "-m", "not engine and not browser and not full", *(f"--ignore={one}" for one in CONTRACT)]


def find_python(version: str) -> Path | None:
    """A Python of that version: this one, one on PATH, or one of pyenv's, which its own shims start only on request."""
    name = f"python{version}"
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    on_path = (Path(folder) / name for folder in os.get_exec_path())
    for found in (Path(sys.executable), *on_path, *sorted(pyenv.glob(f"versions/*/bin/{name}"))):
        if not found.exists():
            continue
        asked = subprocess.run([found, "--version"], capture_output=True, text=True, check=False)
        if asked.returncode == 0 and asked.stdout.startswith(f"Python {version}."):
            return found
    return None


def test_the_supported_pythons_are_stated_once_in_each_place() -> None:
    assert PROJECT["requires-python"] == f">={SUPPORTED[0]}"
    assert f"Python {SUPPORTED[0]} to {SUPPORTED[-1]} are supported" in (ROOT / "CONTRIBUTING.md").read_text()
    assert re.search(r"sys.version_info < \((\d+), (\d+)\)", (ROOT / "Makefile").read_text())[0].endswith(  # type: ignore[index]
        f"({SUPPORTED[0].replace('.', ', ')})"
    )


@pytest.mark.full
@pytest.mark.engine
@pytest.mark.timeout(5400)  # six thousand tests, on whatever machine
@pytest.mark.parametrize("version", SUPPORTED)
def test_a_supported_python_runs_the_demo_and_the_unit_tests(version: str, tmp_path: Path) -> None:
    python = find_python(version)
    if python is None:
        pytest.skip(f"this machine has no Python {version}")
    checkout = tmp_path / "checkout"
    subprocess.run(["git", "clone", "--quiet", "--local", ROOT, checkout], check=True)
    shutil.copytree(ROOT / ".cache" / "engine", checkout / ".cache" / "engine", symlinks=True)

    def run(*command: str) -> str:
        variables = os.environ | {"SANDBOX_PORT": "0"}
        done = subprocess.run(command, cwd=checkout, env=variables, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (done.stdout + done.stderr)[-5000:]
        return done.stdout

    shown = run("make", f"PYTHON={python}", "demo")
    assert "Boardroom <boardroom@contoso.example>" in shown
    # `make development` would take pip minutes, and what it runs is the same.
    run(str(ROOT / ".venv/bin/uv"), "pip", "install", "--quiet", "--python", ".venv", "-r", "requirements-dev.txt")
    assert run(".venv/bin/python", "--version").startswith(f"Python {version}.")
    assert " passed" in run(".venv/bin/pytest", "-q", "-n", "2", "--dist", "loadfile", *UNIT_TESTS)
