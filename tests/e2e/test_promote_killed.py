"""A promoter killed at any moment: after `recover` and a rerun every tenant is right, and nothing is left twice."""

import contextlib
import random
import subprocess
from collections.abc import Iterator

import psutil
import pytest

from sandbox.core.home import Home
from tests.e2e.many_tenants import ManyTenants
from tests.e2e.workplace import COMMAND_TIMEOUT, PYTHON, Workplace

pytestmark = pytest.mark.engine

_LOOK_AGAIN_SECONDS = 0.05

REQUESTS_A_TENANT = 45
"""About as many as a whole promotion makes: kills are drawn from all of it."""


@pytest.fixture
def workplace_of_many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    with contextlib.closing(Workplace.open(tmp_path_factory.mktemp("killed"))) as workplace:
        yield workplace


def kill_after(many: ManyTenants, requests: int) -> bool:
    """Start a promotion and kill it, and only it: the updates it began are left to themselves, as on a lost machine.

    Returns:
        Whether it came to so many requests.
    """
    log = Home(many.workplace.home).request_log
    due = log.read_bytes().count(b"\n") + requests
    promoter = subprocess.Popen(
        [PYTHON, "scripts/promote.py", "--environments", str(many.environments), "--again", "--no-policy"],
        cwd=many.workplace.checkout,
        env=many.workplace.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    begun = psutil.Process(promoter.pid)
    while log.read_bytes().count(b"\n") < due:
        with contextlib.suppress(subprocess.TimeoutExpired):
            promoter.wait(_LOOK_AGAIN_SECONDS)
            return False
    left = begun.children(recursive=True)
    promoter.kill()
    promoter.wait()
    psutil.wait_procs(left, timeout=COMMAND_TIMEOUT)
    return True


def right_again(many: ManyTenants) -> None:
    """What a person does afterwards: run it again, recover what it names, and once more."""
    first = many.promoted("--failures", str(len(many.stacks)), "--no-policy", expect=None)
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
@pytest.mark.parametrize(
    ("kills", "tenants"), [pytest.param(1, 2, id="one"), pytest.param(20, 3, id="twenty", marks=pytest.mark.full)]
)
def test_every_tenant_ends_right_after_recovery_and_a_rerun(
    workplace_of_many: Workplace, kills: int, tenants: int
) -> None:
    many = ManyTenants.seed(workplace_of_many, {"everyone": tenants})
    moments = random.Random(kills)  # noqa: S311 (reproducible, not secret)
    killed = 0
    for _ in range(kills):
        killed += kill_after(many, moments.randint(1, REQUESTS_A_TENANT * tenants))
        right_again(many)
    assert killed >= kills / 2
