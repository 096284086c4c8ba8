"""A promoter killed at any moment: after `recover` and a rerun every tenant is right, and nothing is left twice."""

import contextlib
import random
import subprocess
from collections.abc import Iterator

import psutil
import pytest

from tests.e2e.many_tenants import ManyTenants
from tests.e2e.workplace import COMMAND_TIMEOUT, PYTHON, Workplace

pytestmark = pytest.mark.engine

TENANTS = 6
LONGEST_WAIT_SECONDS = 25.0
"""About as long as a whole promotion takes: kills are drawn from all of it."""


@pytest.fixture
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ManyTenants]:
    with contextlib.closing(Workplace.open(tmp_path_factory.mktemp("killed"))) as workplace:
        yield ManyTenants.seed(workplace, {"everyone": TENANTS})


def kill_after(many: ManyTenants, seconds: float) -> None:
    """Start a promotion and kill it, and only it: the updates it began are left to themselves, as on a lost machine."""
    promoter = subprocess.Popen(
        [PYTHON, "scripts/promote.py", "--environments", str(many.environments), "--again", "--no-policy"],
        cwd=many.workplace.checkout,
        env=many.workplace.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    begun = psutil.Process(promoter.pid)
    try:
        promoter.wait(seconds)
    except subprocess.TimeoutExpired:
        left = begun.children(recursive=True)
        promoter.kill()
        promoter.wait()
        psutil.wait_procs(left, timeout=COMMAND_TIMEOUT)


def right_again(many: ManyTenants) -> None:
    """What a person does afterwards: run it again, recover what it names, and once more."""
    first = many.promoted("--failures", str(TENANTS), "--no-policy", expect=None)
    for stack, outcome in first.items():
        if outcome["status"] != "green":
            many.workplace.run(PYTHON, "scripts/recover.py", "--stack", stack, environment=many.variables(stack))
    again = many.promoted("--no-policy")
    assert {outcome["status"] for outcome in again.values()} <= {"green", "skipped"}
    for stack in many.stacks:
        (application,) = many.applications(stack)
        assert [key["displayName"] for key in application["passwordCredentials"]] == [f"{stack} 2026-12-01"]
        (principal,) = many.directory(stack).named("servicePrincipals")
        grants = many.directory(stack).get(f"servicePrincipals/{principal['id']}/appRoleAssignments")
        assert len(grants) == len({grant["appRoleId"] for grant in grants}) == 2


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kills", [pytest.param(5, id="five"), pytest.param(20, id="twenty", marks=pytest.mark.full)])
def test_every_tenant_ends_right_after_recovery_and_a_rerun(many: ManyTenants, kills: int) -> None:
    moments = random.Random(kills)  # noqa: S311 (reproducible, not secret)
    for _ in range(kills):
        kill_after(many, moments.uniform(1, LONGEST_WAIT_SECONDS))
        right_again(many)
