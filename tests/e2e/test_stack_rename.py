"""`pulumi stack rename`, on the real engine: the working secret stays, and nobody takes the app for another stack's.

The CLI leaves the stack's tags behind, so the receipt is gone: unknown what SmartRecruiters holds, and delivered again.
"""

import json

import pytest

from tests.e2e.workplace import PYTHON, Workplace

pytestmark = pytest.mark.engine


def test_a_renamed_stack_keeps_its_secret_and_its_app(delivered_workplace: Workplace) -> None:
    before = delivered_workplace.graph().named("applications")
    delivered_workplace.run("pulumi", "stack", "rename", "acme", "--stack", "dev", "--non-interactive")

    def acme(*command: str, expect: int | None = 0) -> str:
        return delivered_workplace.run(*command, "--stack", "acme", expect=expect).stdout

    acme("pulumi", "preview", "--non-interactive", "--expect-no-changes")
    acme("pulumi", "up", "--yes", "--non-interactive", "--expect-no-changes")
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
