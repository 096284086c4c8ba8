"""The engine interrupts a program that still runs when a resource has failed, and so does ctrl-C: what people see."""

import json
import signal

import pytest

from tests.e2e.crash import Point, ended
from tests.e2e.many_tenants import ManyTenants
from tests.e2e.workplace import PYTHON, Directory, Workplace

pytestmark = pytest.mark.engine

NAME = "SmartRecruiters Calendar Integration"


def _no_trace_of_python(printed: str) -> None:
    assert "Traceback" not in printed
    assert "KeyboardInterrupt" not in printed


def test_a_failing_up_shows_the_message_and_no_traceback(workplace: Workplace) -> None:
    deployer = Directory.sign_in_as(workplace, "contoso", workplace.credentials("contoso", "deployer"))
    deployer.client.post("applications", json={"displayName": NAME}).raise_for_status()
    workplace.sandbox("fault", "set", "--latency", "3s", "--only", "GET /servicePrincipals")
    failed = workplace.pulumi("up", "--yes", "--skip-preview", expect=None)
    assert failed.exit_code != 0
    assert "`prevent_duplicate_names` was specified" in failed.printed
    _no_trace_of_python(failed.printed)


def test_ctrl_c_in_the_middle_of_up_prints_no_traceback(workplace: Workplace) -> None:
    command = ("pulumi", "up", "--yes", "--skip-preview", "--stack", "dev", "--non-interactive")
    stopped = ended(workplace, Point(matching="POST .*/applications$", ending=signal.SIGINT), *command)
    assert stopped.exit_code != 0
    _no_trace_of_python(stopped.printed)
    workplace.deploy()
    assert len(workplace.graph().named("applications")) == 1


def test_ctrl_c_in_a_promotion_ends_in_order_although_it_executes_the_program(workplace: Workplace) -> None:
    many = ManyTenants.seed(workplace, {"everyone": 1})
    command = (PYTHON, "scripts/promote.py", "--environments", str(many.environments), "--no-policy", "--json")
    stopped = ended(workplace, Point(matching="POST .*/applications$", ending=signal.SIGINT), *command)
    assert stopped.exit_code == 130, stopped.printed
    assert json.loads(stopped.stdout)["exitCode"] == 130
    _no_trace_of_python(stopped.printed)
