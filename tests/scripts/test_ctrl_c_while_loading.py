"""Ctrl-C before a verb has begun its work ends it as it ends any program, without a traceback."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted(path.name for path in (ROOT / "scripts").glob("*.py") if path.name != "start.py")
CONSOLE = ["-c", "from smartrecruiters_calendar.cli.start import main; main()"]
"""What the installed console command runs."""
FIRST = "smartrecruiters_calendar.cli.commands"
"""What is loaded first; before it there are a few lines of the entry itself."""
LATER = ("typer", "smartrecruiters_calendar.cli.rotate", "smartrecruiters_calendar.cli.frame", "pydantic")

_INTERRUPTED_WHILE_LOADING = """
import os, signal, sys

class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == os.environ["INTERRUPTED_AT"]:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupting())
"""


def interrupted(tmp_path: Path, moment: str, *command: str) -> tuple[int, str, str]:
    (tmp_path / "sitecustomize.py").write_text(_INTERRUPTED_WHILE_LOADING)
    done = subprocess.run(
        [sys.executable, *command, "--help"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(tmp_path), "INTERRUPTED_AT": moment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("script", SCRIPTS)
def test_no_traceback_shows_whatever_the_verb(tmp_path: Path, script: str) -> None:
    assert interrupted(tmp_path, FIRST, f"scripts/{script}") == (-signal.SIGINT, "", "")


@pytest.mark.parametrize("command", [["scripts/rotate.py"], [*CONSOLE, "rotate"]], ids=["script", "console command"])
@pytest.mark.parametrize("moment", [FIRST, *LATER])
def test_no_traceback_shows_at_any_moment_of_loading(tmp_path: Path, moment: str, command: list[str]) -> None:
    assert interrupted(tmp_path, moment, *command) == (-signal.SIGINT, "", "")
