"""State in PostgreSQL, shared by a team: two promoters at once, locks told by name, receipts for whoever comes next."""

import contextlib
import json
import subprocess
from collections.abc import Iterator

import pytest

from tests.e2e.many_tenants import ManyTenants
from tests.e2e.postgres import running_server
from tests.e2e.workplace import COMMAND_TIMEOUT, PYTHON, Workplace

pytestmark = pytest.mark.engine


@pytest.fixture
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ManyTenants]:
    with (
        running_server() as backend,
        contextlib.closing(Workplace.open(tmp_path_factory.mktemp("shared"))) as workplace,
    ):
        workplace.environment["PULUMI_BACKEND_URL"] = backend
        yield ManyTenants.seed(workplace, {"canary": 2})


def test_two_promoters_at_once_leave_one_app_in_each_tenant(shared: ManyTenants) -> None:
    def start(ring: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [
                PYTHON,
                "scripts/promote.py",
                "--environments",
                str(shared.environments),
                "--ring",
                ring,
                "--json",
                "--failures",
                "9",
                "--no-policy",
            ],
            cwd=shared.workplace.checkout,
            env=shared.workplace.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    both = [start("canary"), start("canary")]
    for promoter in both:
        printed, errors = promoter.communicate(timeout=COMMAND_TIMEOUT)
        (ring,) = json.loads(printed)["rings"]
        for tenant in ring["tenants"]:
            # Whoever came second found the stack locked or already promoted; either is told, neither breaks anything.
            assert tenant["status"] in ("green", "skipped") or tenant["reason"] in (
                "stack-locked",
                "preflight-findings",
                "stack-unreadable",
            ), errors
    again = shared.promoted()
    assert {outcome["status"] for outcome in again.values()} <= {"green", "skipped"}
    assert all(len(shared.applications(stack)) == 1 for stack in shared.stacks)
    held = [
        shared.workplace.run(PYTHON, "scripts/receipt.py", "--stack", stack, "--json").json() for stack in shared.stacks
    ]
    assert all(shown["exitCode"] == 0 for shown in held)
