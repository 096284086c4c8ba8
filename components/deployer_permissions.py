"""What the deployer needs from Microsoft Graph, and why: the one list that documentation, preflight and tests share.

Plain data. Each row is proven by a deployment without it (`tests/e2e/test_least_privilege.py`); which wider permission
covers a row is Microsoft's (https://learn.microsoft.com/graph/permissions-reference).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class DeployerPermission:
    name: str
    purpose: str
    refused_at: str
    """What Graph refuses (403) without it: a resource type, or the provider's look-up."""
    covered_by: tuple[str, ...]
    """Wider permissions that allow the same."""


MANAGE_APP: Final = DeployerPermission(
    "Application.ReadWrite.OwnedBy",
    "register the app, its service principal and its secrets; only apps the deployer owns",
    "Application",
    ("Application.ReadWrite.All",),
)
READ_APPS: Final = DeployerPermission(
    "Application.Read.All",
    "assign app roles, which Graph allows only to those who may read apps",
    "AppRoleAssignment",
    ("Directory.Read.All", "Directory.ReadWrite.All"),
)
GRANT: Final = DeployerPermission(
    "AppRoleAssignment.ReadWrite.All", "admin consent: one app-role assignment per permission", "AppRoleAssignment", ()
)
MANAGE_EVERY_APP: Final = DeployerPermission(
    "Application.ReadWrite.All",
    "add owners other than the deployer itself, for which managing its own apps is not enough",
    "Application",
    (),
)
READ_DIRECTORY: Final = DeployerPermission(
    "Directory.Read.All", "refer to those owners", "Application", ("Directory.ReadWrite.All",)
)
READ_DOMAINS: Final = DeployerPermission(
    "Domain.Read.All",
    "look the initial domain up, where `tenantDomain` is not configured",
    "getDomains",
    ("Directory.Read.All", "Directory.ReadWrite.All", "Domain.ReadWrite.All"),
)


def needed(*, grants: bool, looks_up_domain: bool, adds_owners: bool) -> Sequence[DeployerPermission]:
    """The permissions that a stack's configuration asks of its deployer, in order of use and none twice.

    Args:
        grants: consent is `declared`, so that the deployer grants it.
        looks_up_domain: no tenant domain is configured.
        adds_owners: owners other than the deployer are configured that the app does not have yet.
    """
    asked = [MANAGE_EVERY_APP, READ_DIRECTORY] if adds_owners else [MANAGE_APP]
    asked += [READ_APPS, GRANT] if grants else []
    asked += [READ_DOMAINS] if looks_up_domain else []
    held = {row.name for row in asked}
    return [row for row in asked if not held & set(row.covered_by)]
