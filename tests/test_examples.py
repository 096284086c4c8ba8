"""The examples in TypeScript and Go compile with Pulumi's own SDKs; no host to deploy them can be built here."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.registry import npm

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"

pytestmark = pytest.mark.full


def run(folder: Path, *command: str, **variables: str) -> None:
    done = subprocess.run(
        command, cwd=folder, env=os.environ | variables, capture_output=True, text=True, check=False, timeout=1500
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(shutil.which("npm") is None, reason="there is no Node on this machine")
def test_the_typescript_example_compiles(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(EXAMPLES / "typescript", tmp_path / "typescript"))
    npm(folder, "install", "--ignore-scripts", "@types/node@20")
    run(folder, "node_modules/.bin/tsc", "--strict", "--noEmit", "--skipLibCheck", "--module", "nodenext", "index.ts")


@pytest.mark.skipif(shutil.which("go") is None, reason="there is no Go on this machine")
def test_the_go_example_compiles(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(EXAMPLES / "go", tmp_path / "go"))
    run(folder, "go", "mod", "tidy", "-e")
    run(folder, "go", "vet", "./...")
