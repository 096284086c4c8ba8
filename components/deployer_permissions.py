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
    "assign app roles, which Graph allows only to who may read apps",
    "AppRoleAssignment",
    ("Directory.Read.All", "Directory.ReadWrite.All"),
)
GRANT: Final = DeployerPermission(
    "AppRoleAssignment.ReadWrite.All", "admin consent: one app-role assignment per permission", "AppRoleAssignment", ()
)
READ_DOMAINS: Final = DeployerPermission(
    "Domain.Read.All",
    "look the initial domain up, where `tenantDomain` is not configured",
    "getDomains",
    ("Directory.Read.All", "Directory.ReadWrite.All", "Domain.ReadWrite.All"),
)


def needed(*, grants: bool, looks_up_domain: bool) -> Sequence[DeployerPermission]:
    """The permissions that a stack's configuration asks of its deployer, in order of use.

    Args:
        grants: consent is `declared`, so that the deployer grants it.
        looks_up_domain: no tenant domain is configured.
    """
    return (MANAGE_APP, *((READ_APPS, GRANT) if grants else ()), *((READ_DOMAINS,) if looks_up_domain else ()))
