"""What each identity needs, and what a run without it shows; writes docs/permissions.md.

The deployer's rows are `components.deployer_permissions`; here is how they, and the operator's, are tried.
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

PAGE = ROOT / "docs" / "permissions.md"


DEPLOYER = {row.name: row for row in needed(grants=True, looks_up_domain=False)}
"""What the README documents, in order of use."""


@dataclass(frozen=True)
class PreflightPermission:
    """Why preflight's operator needs a permission, and the check that is left to a person without it."""

    purpose: str
    check: str


PREFLIGHT = {
    "Policy.Read.All": PreflightPermission("read the tenant's app management policy", "secret-policy"),
    "User.Read.All": PreflightPermission("find the person who saves, and owners who are people", "saver-account"),
}
"""What preflight's operator needs beside the deployer's own permissions."""


@dataclass(frozen=True)
class AuditPermission:
    """Why the audit's operator needs a permission, and the checks that are left to a person without it."""

    purpose: str
    checks: tuple[str, ...]


AUDITOR = {
    "Directory.Read.All": AuditPermission(
        "delegated grants, sign-in activity, and whether a person who owns the app is a guest",
        ("no-delegated-grants", "no-guest-owners", "used-lately"),
    ),
    "Application.Read.All": AuditPermission("policies assigned to the app", ("rotation-allowed",)),
    "Policy.Read.All": AuditPermission(
        "the tenant's app management policies", ("cisa-5-5-new-secrets", "rotation-allowed")
    ),
}
"""What the audit's operator needs. The first two each read the app, its service principal, grants and owners."""


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


def deploy_with(workplace: Workplace, permissions: list[str]) -> Done:
    """Run `pulumi up` as a new identity with exactly these Graph permissions, configured as the owner."""
    made = new_identity(workplace, permissions)
    workplace.configure("--path", "owners[0]", made["objectId"])
    return workplace.pulumi(
        "up",
        "--yes",
        "--skip-preview",
        expect=None,
        environment={"ARM_CLIENT_ID": made["clientId"], "ARM_CLIENT_SECRET": made["clientSecret"]},
    )


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


def page() -> str:
    """The permissions page."""
    audited = "\n".join(
        f"| `{name}` | {row.purpose} | {', '.join(f'`{check}`' for check in row.checks)} |"
        for name, row in AUDITOR.items()
    )
    looked_at = "\n".join(f"| `{name}` | {row.purpose} | `{row.check}` |" for name, row in PREFLIGHT.items())
    rows = "\n".join(f"| `{name}` | {needed.purpose} | `{needed.refused_at}` |" for name, needed in DEPLOYER.items())
    return f"""# Least privilege

What each identity needs, as Graph *application* permissions. Each table is generated from a test that runs with
exactly this set and then once more without each row (`tests/e2e/least_privilege.py`).

## Deployer: runs `pulumi up`

| permission | what for | refused without it (403) |
|---|---|---|
{rows}

The deployer must also be among the configured `owners`. Two cases differ:

- With `adminConsent: external` only `Application.ReadWrite.OwnedBy` is needed.
- Where `tenantDomain` is not configured, `Domain.Read.All` as well: the look-up `getDomains` is refused without it.

With a key vault, the deployer and whoever delivers need roles in Azure: [vault.md](vault.md).

## Preflight: runs `scripts/preflight.py`

It asks as the deployer, with the permissions above and no others. Two questions need more than the deployer should
hold; they are asked as a second identity, the operator (`AZURE_*` variables, or `az login`), which may change nothing:

| operator's permission | what for | check that is MANUAL without it |
|---|---|---|
{looked_at}

Without any operator those checks are MANUAL and every other one still answers.

## Audit: runs `scripts/audit.py`

It asks as the operator and only reads. Without a permission the checks named here are MANUAL, never PASS:

| permission | what for | checks that are MANUAL without it |
|---|---|---|
{audited}

Either of the first two reads the app, its service principal, its grants and its owners. In the state backend it reads
`pulumi stack export`, which leaves secrets encrypted, so no passphrase is needed. `--declared-only` needs nothing.

## Post-deploy: runs `scripts/post_deploy.py`

No Graph permission of its own. It signs in with the delivered credentials, so it sees what SmartRecruiters will see,
and needs to read the stack's state with its secrets; or, with `--secret-from vault`, the state without them and one
secret of a key vault ([vault.md](vault.md)).
"""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
