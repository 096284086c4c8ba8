"""scripts/offboard.py as it is typed: nothing is touched before the stack's name is."""

import json
import os
from pathlib import Path

import pytest

from tests import fork_server
from tests.smartrecruiters_calendar.fake_pulumi import FakePulumi
from tests.smartrecruiters_calendar.stack_values import CONFIGURATION, OUTPUTS

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("said", ["", "yes\n", "acm\n"])
def test_only_the_stacks_own_name_is_a_yes(tmp_path: Path, said: str) -> None:
    pulumi = FakePulumi.install(tmp_path, OUTPUTS, CONFIGURATION, stack="acme")
    done = fork_server.run(
        ["scripts/offboard.py", "--stack", "acme", "--json", "--cwd", str(tmp_path)],
        cwd=ROOT,
        env=os.environ | {"PATH": pulumi.path},
        timeout=120,
        stdin=said,
    )
    told = json.loads(done.stdout)
    assert (told["reason"], done.returncode) == ("confirmation-needed", 4)
    assert "Type acme to" in done.stderr
    changing = {"state", "destroy", "up", "set", "refresh"}
    assert [start for start in pulumi.starts if changing & set(start)] == []
