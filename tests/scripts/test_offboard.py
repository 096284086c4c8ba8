"""scripts/offboard.py as it is typed: nothing is touched before the stack's name is."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.smartrecruiters_calendar.fake_pulumi import FakePulumi
from tests.smartrecruiters_calendar.stack_values import CONFIGURATION, OUTPUTS

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("typed", ["", "yes\n", "acm\n"])
def test_only_the_stacks_own_name_is_a_yes(tmp_path: Path, typed: str) -> None:
    pulumi = FakePulumi.install(tmp_path, OUTPUTS, CONFIGURATION)
    done = subprocess.run(
        [sys.executable, "scripts/offboard.py", "--stack", "acme", "--json"],
        cwd=ROOT,
        env=os.environ | {"PATH": pulumi.path},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        input=typed,
    )
    told = json.loads(done.stdout)
    assert (told["reason"], done.returncode) == ("confirmation-needed", 4)
    assert "Type acme to" in done.stderr
    changing = {"state", "destroy", "up", "set", "refresh"}
    assert [start for start in pulumi.starts if changing & set(start)] == []
