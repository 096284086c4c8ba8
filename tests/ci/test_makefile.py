"""What the Makefile's commands do in a fresh clone, as `make` itself lists it. Nothing is run."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("command", ["test", "test-full", "bench", "pictures"])
def test_plugins_are_chosen_once_every_package_of_the_command_is_there(command: str, tmp_path: Path) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "sandbox").mkdir()
    for needed in ("pyproject.toml", "requirements-dev.txt", "sandbox/requirements.txt"):
        (tmp_path / needed).touch()
    listed = subprocess.run(
        ["make", "--dry-run", command], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout
    assert listed.index("requirements-dev.txt") < listed.index("engine plugins")
