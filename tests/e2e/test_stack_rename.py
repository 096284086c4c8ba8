"""`pulumi stack rename`, on the real engine: the working secret stays, and nobody takes the app for another stack's.

The CLI leaves the stack's tags behind, so the receipt is gone: unknown what SmartRecruiters holds, and delivered again.
"""

import json
import shutil

import pytest

from sandbox.core.home import Home
from tests.e2e.workplace import PYTHON, Workplace

pytestmark = pytest.mark.engine


def test_a_renamed_stack_keeps_its_secret_and_its_app(delivered_workplace: Workplace) -> None:
    before = delivered_workplace.graph().named("applications")
    delivered_workplace.run("pulumi", "stack", "rename", "acme", "--stack", "dev", "--non-interactive")

    def acme(*command: str, expect: int | None = 0) -> str:
        return delivered_workplace.run(*command, "--stack", "acme", expect=expect).stdout

    acme("pulumi", "up", "--yes", "--non-interactive", "--expect-no-changes")  # which previews first
    assert delivered_workplace.graph().named("applications") == before

    audit = json.loads(acme(PYTHON, "scripts/audit.py", "--json", expect=None))
    verdicts = {one["check"]: one["status"] for one in audit["findings"]}
    assert verdicts["secrets-as-declared"] == verdicts["secret-named-as-declared"] == "PASS"
    drift = json.loads(acme(PYTHON, "scripts/drift.py", "--json", expect=None))
    assert drift["exitCode"] == audit["exitCode"]
    status = json.loads(acme(PYTHON, "scripts/rotate.py", "status", "--json", expect=3))
    assert [finding["code"] for finding in status["findings"]] == ["not-delivered"]
    assert status["next"] == "smartrecruiters-calendar post-deploy --stack acme"
    acme(PYTHON, "scripts/post_deploy.py", "--json")
    preflight = json.loads(acme(PYTHON, "scripts/preflight.py", "--json", expect=None))
    assert [one["check"] for one in preflight["findings"] if one["outcome"] == "FAIL"] == []
    assert "Nothing to recover" in acme(PYTHON, "scripts/recover.py", "--json")
    assert delivered_workplace.graph().named("applications") == before


def test_a_rename_killed_between_its_two_states_is_told_and_finished_by_the_printed_command(
    delivered_workplace: Workplace,
) -> None:
    """The CLI writes the new state before it removes the old one, and renames the configuration last."""
    before = delivered_workplace.graph().named("applications")
    (old,) = Home(delivered_workplace.home).state.rglob("stacks/*/dev.json")
    state, file = old.read_bytes(), delivered_workplace.checkout / "Pulumi.dev.yaml"
    delivered_workplace.run("pulumi", "stack", "rename", "acme", "--stack", "dev", "--non-interactive")
    old.write_bytes(state)
    shutil.copy(file.with_name("Pulumi.acme.yaml"), file)

    def verb(name: str, stack: str, *options: str, expect: int) -> str:
        command = (PYTHON, f"scripts/{name}.py", "--stack", stack, "--json", *options)
        return delivered_workplace.run(*command, expect=expect).stdout

    for refused in (
        verb("recover", "acme", expect=1),
        verb("preflight", "acme", expect=1),
        verb("offboard", "acme", "--yes", expect=1),
        verb("offboard", "dev", "--yes", expect=1),
    ):
        assert "both states hold it" in refused
    forget = "pulumi stack rm --stack dev --force --preserve-config --yes"
    assert forget in refused
    delivered_workplace.run("bash", "-euc", forget)
    assert "Nothing to recover" in verb("recover", "acme", expect=0)
    delivered_workplace.run("pulumi", "up", "--yes", "--expect-no-changes", "--stack", "acme", "--non-interactive")
    assert delivered_workplace.graph().named("applications") == before
