"""What runs as a fork runs the code of the folder it is started in, as a process of its own would."""

import os
import shutil
from pathlib import Path

import pytest

from tests import fork_server

_SCRIPT = """
import sys
from pathlib import Path
sys.path[0] = str(Path(__file__).resolve().parents[1])
from smartrecruiters_calendar import outcome
from smartrecruiters_calendar.cli import frame, rotate
print(frame.project_folder(None), outcome.__file__, outcome.ExitCode.OK.value)
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for package in ("smartrecruiters_calendar", "components"):
        shutil.copytree(fork_server.ROOT / package, tmp_path / package)
    (tmp_path / "Pulumi.yaml").touch()
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "look.py").write_text(_SCRIPT)
    return tmp_path


def _looked(copy: Path) -> list[str]:
    done = fork_server.run(["scripts/look.py"], cwd=copy, env=os.environ, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_copy_of_the_project_runs_as_its_own_project(copy: Path) -> None:
    assert _looked(copy) == [str(copy), str(copy / "smartrecruiters_calendar" / "outcome.py"), "0"]


def test_changed_copy_runs_its_own_code(copy: Path) -> None:
    changed = copy / "smartrecruiters_calendar" / "outcome.py"
    before = changed.read_text()
    changed.write_text(before.replace("    OK = 0", "    OK = 77"))
    assert changed.read_text() != before
    assert _looked(copy)[-1] == "77"
