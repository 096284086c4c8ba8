"""Drift on the real engine: of resources by a previewed refresh, of everything else by the audit."""

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.workplace import PYTHON, Directory, Done, Workplace

pytestmark = pytest.mark.engine


def drift(workplace: Workplace, *arguments: str, expect: int | None = 0) -> Done:
    agreed = {"PULUMI_SKIP_CONFIRMATIONS": "true"}  # as a pipeline may have it, and a preview alone refuses
    command = (PYTHON, "scripts/drift.py", "--stack", "dev", *arguments)
    return workplace.run(*command, expect=expect, environment=agreed)


def test_drift_is_seen_whether_a_resource_stands_for_it_or_not(deployed_workplace: Workplace, tmp_path: Path) -> None:
    clean = drift(deployed_workplace, "--json").json()
    assert (clean["reason"], clean["resources"]) == (None, {})

    outputs = deployed_workplace.outputs()
    deployer = Directory.sign_in(deployed_workplace, "contoso", "deployer")
    application = f"applications/{outputs['applicationObjectId']}"
    body = {"passwordCredential": {"displayName": "added by hand"}}
    added = deployer.client.post(f"{application}/addPassword", json=body).raise_for_status().json()
    by_hand = drift(deployed_workplace, "--json", expect=1).json()
    assert (by_hand["reason"], by_hand["resources"]) == ("audit-findings", {})
    assert any(
        finding["status"] == "FAIL" and "added by hand" in finding["sentence"]
        for finding in by_hand["audit"]["findings"]
    )
    deployer.client.post(f"{application}/removePassword", json={"keyId": added["keyId"]}).raise_for_status()

    principal = outputs["servicePrincipalObjectId"]
    grant = deployer.get(f"servicePrincipals/{principal}/appRoleAssignments")[0]
    deployer.client.delete(f"servicePrincipals/{principal}/appRoleAssignments/{grant['id']}").raise_for_status()
    name = deployer.client.get(application).raise_for_status().json()["displayName"]
    deployer.client.patch(application, json={"displayName": "Renamed by hand"}).raise_for_status()
    summary = tmp_path / "summary.md"
    drifted = drift(deployed_workplace, "--json", "--markdown", str(summary), expect=1).json()
    assert drifted["reason"] == "drifted"
    assert drifted["resources"] == {"delete": 1, "update": 1}
    assert "1 to delete" in summary.read_text()
    assert _failed(drifted) == {"granted-as-declared", "name-as-declared"}

    deployer.client.patch(application, json={"displayName": name}).raise_for_status()
    again = {key: grant[key] for key in ("principalId", "resourceId", "appRoleId")}
    deployer.client.post(f"servicePrincipals/{principal}/appRoleAssignments", json=again).raise_for_status()
    given_again = drift(deployed_workplace, "--json", expect=1).json()
    assert (given_again["resources"], _failed(given_again)) == ({"delete": 1}, {"granted-by-this-stack"})


def _failed(drifted: dict[str, Any]) -> set[str]:
    return {finding["check"] for finding in drifted["audit"]["findings"] if finding["status"] == "FAIL"}
