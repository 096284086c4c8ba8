"""A default of Pulumi.yaml counts as much as a key of the stack's file, in whatever reports or deploys the stack."""

from typing import Any

import pytest

from tests.e2e.workplace import Workplace

pytestmark = pytest.mark.engine

ADDED = "User.Read.All"
NAMED = "HR calendars"


def test_a_permission_and_a_name_added_to_the_defaults_are_in_every_report_and_deployed(
    deployed_workplace: Workplace,
) -> None:
    workplace = deployed_workplace
    workplace.post_deploy()
    file = workplace.checkout / "Pulumi.yaml"
    text = file.read_text().replace("default: SmartRecruiters Calendar Integration\n", f"default: {NAMED}\n")
    file.write_text(text.replace("Calendars.ReadWrite]", f"Calendars.ReadWrite, {ADDED}]"))
    (workplace.checkout / "tenants.yaml").write_text("rings:\n  only: [dev]\n")

    def audit(*options: str, expect: int) -> tuple[dict[str, Any], dict[str, Any], set[str]]:
        """The app, the permission that was added, and the checks that fail."""
        done = workplace.run("smartrecruiters-calendar", "audit", "--json", *options, expect=expect).json()
        (row,) = [row for row in done["permissions"] if row["name"] == ADDED]
        return done["app"], row, {one["check"] for one in done["findings"] if one["status"] == "FAIL"}

    app, row, failed = audit("--declared-only", expect=0)
    assert (app["name"], row["declared"], failed) == (NAMED, True, set())

    previewed = workplace.pulumi("preview", "--json").json()["steps"]
    changed = {step["op"]: step for step in previewed if step["op"] != "same"}
    assert set(changed) == {"update", "create"}
    assert changed["update"]["newState"]["inputs"]["displayName"] == NAMED
    assert "AppRoleAssignment" in changed["create"]["urn"]

    app, row, failed = audit(expect=1)
    assert (app["name"], row["declared"], row["granted"]) == (NAMED, True, False)
    assert failed == {"requested-as-declared", "granted-as-declared", "name-as-declared"}

    assert (
        "dev: preflight, deploy, post-deploy, audit"
        in workplace.run("smartrecruiters-calendar", "promote", "--plan").stdout
    )
    promoted = workplace.run("smartrecruiters-calendar", "promote", "--json").json()
    assert [tenant["status"] for ring in promoted["rings"] for tenant in ring["tenants"]] == ["green"]
    app, row, failed = audit(expect=0)
    assert (app["name"], row["declared"], row["granted"], failed) == (NAMED, True, True, set())
    assert ADDED in workplace.outputs()["permissions"]
