"""What `protectSecrets` protects, on the real engine: nothing in the tenant changes until it is unprotected by name.

The tenant is compared as Graph shows it, so that a change of any property counts.
"""

from typing import Any

import pytest

from components.graph_permissions import PERMISSIONS
from smartrecruiters_calendar.stack.state import APPLICATION, GRANT, SECRET, SERVICE_PRINCIPAL, Deployment
from tests.e2e.workplace import Workplace
from tests.remedies.printed import Remedy

pytestmark = pytest.mark.engine

MANAGED = {APPLICATION, SERVICE_PRINCIPAL, GRANT, SECRET}
UNPROTECT = Remedy("components/protection.py", "pulumi state unprotect --stack {} --yes {}")


def tenant(workplace: Workplace) -> dict[str, list[dict[str, Any]]]:
    directory = workplace.graph()
    (principal,) = principals = directory.named("servicePrincipals")
    return {
        "applications": directory.named("applications"),
        "service principals": principals,
        "grants": directory.get(f"servicePrincipals/{principal['id']}/appRoleAssignments"),
    }


def unprotected(workplace: Workplace) -> list[str]:
    state = Deployment.read(workplace.pulumi("stack", "export").json())
    return [found.name for found in state.resources if found.type in MANAGED and not found.protected]


def test_destroy_changes_nothing_and_a_replaced_secret_stops_at_preview(delivered_workplace: Workplace) -> None:
    before = tenant(delivered_workplace)
    assert unprotected(delivered_workplace) == []
    refused = delivered_workplace.pulumi("destroy", "--yes", "--skip-preview", expect=None)
    assert refused.exit_code != 0
    assert tenant(delivered_workplace) == before
    delivered_workplace.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes")

    delivered_workplace.configure("secrets[0].issued", "2026-11-30")
    replaced = delivered_workplace.pulumi("preview", expect=None)
    assert replaced.exit_code != 0
    assert "protect" in replaced.printed


def test_a_removed_permission_changes_nothing_until_its_grant_is_unprotected(delivered_workplace: Workplace) -> None:
    before = tenant(delivered_workplace)
    delivered_workplace.configure("permissions[0]", "Directory.Read.All")
    for command in (["preview"], ["up", "--yes", "--skip-preview"], ["up", "--yes"]):
        refused = delivered_workplace.pulumi(*command, expect=None)
        assert refused.exit_code != 0
        assert "Calendars.ReadWrite is no longer declared" in " ".join(refused.printed.split())
        assert tenant(delivered_workplace) == before
    delivered_workplace.run("bash", "-c", UNPROTECT.in_(refused.printed))
    assert unprotected(delivered_workplace) == ["smartrecruiters-grant-Calendars.ReadWrite"]
    delivered_workplace.pulumi("up", "--yes", "--skip-preview")
    after = tenant(delivered_workplace)
    (application,), (grant,) = after["applications"], after["grants"]
    left = PERMISSIONS["Directory.Read.All"].app_role_id
    assert grant["appRoleId"] == left
    assert [access["id"] for access in application["requiredResourceAccess"][0]["resourceAccess"]] == [left]
    assert unprotected(delivered_workplace) == []
    delivered_workplace.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes")
