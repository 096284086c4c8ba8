"""The sandbox's clock decides what has expired, not the date on which somebody tries the project."""

import contextlib
import json
from pathlib import Path

import pytest

from tests.e2e.workplace import PYTHON, Workplace

pytestmark = pytest.mark.engine

FIVE_YEARS_ON = """
import datetime, time_machine
time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=5 * 365), tick=True).start()
"""


def test_the_main_job_works_on_a_host_five_years_from_now(tmp_path: Path) -> None:
    host = tmp_path / "host"
    host.mkdir()
    (host / "sitecustomize.py").write_text(FIVE_YEARS_ON)  # Python runs it at every start
    with contextlib.closing(Workplace.open(tmp_path, {"PYTHONPATH": str(host)})) as workplace:
        years = workplace.run(PYTHON, "-c", "import datetime; print(datetime.datetime.now().year)").stdout
        workplace.deploy()
        result = workplace.post_deploy().json()
        offset = json.loads((workplace.home / "clock.json").read_text())["offsetSeconds"]
    assert int(years) >= 2031
    assert result["exitCode"] == 0
    assert offset < -4 * 365 * 86400
