"""What each identity needs, and what a run without it shows; writes docs/permissions.md.

The deployer's rows are in `components.deployer_permissions`; this module tries them, and the operator's.
"""

import re
import time
import uuid
from dataclasses import dataclass

from components.deployer_permissions import needed
from sandbox.core.home import Home
from sandbox.core.store import Store
from sandbox.graph import tenants
from sandbox.seed import directory
from sandbox.seed.constants import CONTOSO, SeededIdentity
from tests.e2e.workplace import PYTHON, ROOT, Done, Workplace
from tests.smartrecruiters_calendar.audit.cases import OF_THE_TENANTS_POLICY

PAGE = ROOT / "docs" / "permissions.md"


@dataclass(frozen=True)
class OperatorPermission:
    purpose: str
    checks: tuple[str, ...]
    """MANUAL without it."""


DEPLOYER = {row.name: row for row in needed(grants=True, looks_up_domain=False, adds_owners=False)}
WITH_OWNERS = {row.name: row for row in needed(grants=True, looks_up_domain=False, adds_owners=True)}
"""Where owners other than the deployer are configured that the app does not have yet."""
PREFLIGHT = {
    "Policy.Read.All": OperatorPermission("read the tenant's app management policy", ("secret-policy",)),
    "User.Read.All": OperatorPermission("find the person who saves, and owners who are people", ("saver-account",)),
}
AUDITOR = {
    "Directory.Read.All": OperatorPermission(
        "delegated grants, directory roles, sign-in activity, and whether a person who owns the app is a guest",
        (
            "no-delegated-grants",
            "no-directory-roles",
            "no-guest-owners",
            "used-lately",
            "prowler-privileged-owners",
            "prowler-privileged-secret",
        ),
    ),
    "Application.Read.All": OperatorPermission(
        "policies assigned to the app",
        ("no-policies", *(one for one in OF_THE_TENANTS_POLICY if "cisa" in one), "rotation-allowed"),
    ),
    "CustomSecAttributeAssignment.Read.All": OperatorPermission(
        "custom security attributes of the service principal", ("no-security-attributes",)
    ),
    "Policy.Read.All": OperatorPermission(
        "the tenant's app management policies", (*OF_THE_TENANTS_POLICY, "no-policies")
    ),
}
"""Either of the first two reads the app, its service principal, grants and owners."""


def new_identity(workplace: Workplace, permissions: list[str]) -> dict[str, str]:
    """A new identity of the tenant with exactly these Graph permissions."""
    store = Store(Home(workplace.home).store)
    try:
        tenant = tenants.find(store, CONTOSO.id)
        assert tenant is not None
        app_id, application_id, principal_id = (str(uuid.uuid4()) for _ in range(3))
        identity = SeededIdentity("test", "Tried", app_id, application_id, principal_id, tuple(permissions))
        with store.transaction():
            return directory.add_identity(store, tenant, identity, time.time())
    finally:
        store.close()


def deploy_with(workplace: Workplace, permissions: list[str], *, other_owner: str = "") -> Done:
    """Run `pulumi up` as a new identity with exactly these permissions, configured as the owner.

    Args:
        other_owner: object ID of a second configured owner; empty: there is none.
    """
    made = new_identity(workplace, permissions)
    workplace.configure("owners[0]", made["objectId"])
    if other_owner:
        workplace.configure("owners[1]", other_owner)
    return deploy_as(workplace, made)


def deploy_as(workplace: Workplace, identity: dict[str, str]) -> Done:
    environment = {"ARM_CLIENT_ID": identity["clientId"], "ARM_CLIENT_SECRET": identity["clientSecret"]}
    return workplace.pulumi("up", "--yes", "--skip-preview", expect=None, environment=environment)


def refused_step(done: Done) -> str:
    """The type of the first resource that Graph refused with 403."""
    first = re.search(r"azuread:index:(\w+) \S+ (\*\*)?creating failed", done.printed)
    assert first, done.printed
    assert "403" in done.printed
    return str(first[1])


def preflight_with(workplace: Workplace, permissions: list[str]) -> dict[str, str]:
    """Run preflight with a new operator that has exactly these Graph permissions; outcome by check."""
    made = new_identity(workplace, permissions)
    done = workplace.run(
        PYTHON,
        "scripts/preflight.py",
        "--stack",
        "dev",
        "--json",
        environment={"AZURE_CLIENT_ID": made["clientId"], "AZURE_CLIENT_SECRET": made["clientSecret"]},
    )
    return {finding["check"]: finding["outcome"] for finding in done.json()["findings"]}


def audit_with(workplace: Workplace, permissions: list[str]) -> set[str]:
    """Run the audit with a new operator that has exactly these Graph permissions; checks that could not read."""
    made = new_identity(workplace, permissions)
    done = workplace.run(
        PYTHON,
        "scripts/audit.py",
        "--stack",
        "dev",
        "--json",
        expect=None,
        environment={"AZURE_CLIENT_ID": made["clientId"], "AZURE_CLIENT_SECRET": made["clientSecret"]},
    )
    unread = [finding for finding in done.json()["findings"] if "could not be read" in finding["sentence"]]
    assert {finding["status"] for finding in unread} <= {"MANUAL"}
    return {finding["check"] for finding in unread}


def _of_operator(permissions: dict[str, OperatorPermission]) -> str:
    return "\n".join(
        f"- `{name}`: {row.purpose} ({', '.join(f'`{check}`' for check in row.checks)})"
        for name, row in permissions.items()
    )


def page() -> str:
    """The permissions page."""
    wider = {name: row for name, row in WITH_OWNERS.items() if name not in DEPLOYER}
    deployer, with_owners = (
        "\n".join(f"{indent}- `{name}`: {row.purpose} (`{row.refused_at}`)" for name, row in rows.items())
        for indent, rows in (("", DEPLOYER), ("  ", wider))
    )
    return f"""# Least privilege

The Graph *application* permissions that each identity needs, what for, and in brackets what fails without it. A test
runs with exactly each list's permissions, then without each; `python -m tests.e2e.least_privilege` writes this page.

## Deployer: runs `pulumi up`

{deployer}

The deployer must also be one of the configured `owners` ([making the deployer](deployer.md)).

- With `adminConsent: external` only `Application.ReadWrite.OwnedBy` is needed.
- If `tenantDomain` is not configured, `Domain.Read.All` is needed too.
- To add **owners other than the deployer**, [wider ones](https://learn.microsoft.com/graph/api/application-post-owners)
  take the place of the first two. Better: let the deployer own the app alone, or let an administrator add the others
  (`az ad app owner add`) first.
{with_owners}

A key vault also needs [roles in Azure](vault.md#who-needs-what).

## Preflight: runs `smartrecruiters-calendar preflight`

It asks as the deployer, and two questions as the operator, a second, read-only
[identity](deployer.md#signing-in). Without its permission they are MANUAL:

{_of_operator(PREFLIGHT)}

## Audit: runs `smartrecruiters-calendar audit`

It asks as the operator and only reads. Without a permission these checks are MANUAL, never PASS:

{_of_operator(AUDITOR)}

Either of the first two reads the app, its service principal, grants and owners. `--declared-only` needs nothing.

## Post-deploy: runs `smartrecruiters-calendar post-deploy`

It signs in with the delivered credentials, and reads the stack's state with its secrets; with `--secret-from vault`,
the state without them and one secret of a [key vault](vault.md).
"""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
