"""The deployer's permissions, what each is for, and where a run without it is refused; writes docs/permissions.md."""

import re
import time
import uuid
from dataclasses import dataclass

from sandbox.entra.models import tenants
from sandbox.home import Home
from sandbox.seed import directory
from sandbox.seed.constants import CONTOSO, SeededIdentity
from sandbox.store import Store
from tests.e2e.workplace import ROOT, Done, Workplace

PAGE = ROOT / "docs" / "permissions.md"


@dataclass(frozen=True)
class Needed:
    """Why a permission is needed, and the first resource Graph refuses (403) without it."""

    purpose: str
    refused_at: str


DEPLOYER = {
    "Application.ReadWrite.OwnedBy": Needed(
        "register the app, its service principal and its secrets; only apps the deployer owns", "Application"
    ),
    "Application.Read.All": Needed(
        "assign app roles, which Graph allows only to who may read apps", "AppRoleAssignment"
    ),
    "AppRoleAssignment.ReadWrite.All": Needed(
        "admin consent: one app-role assignment per permission", "AppRoleAssignment"
    ),
}
"""What the README documents, in order of use."""


def deploy_with(workplace: Workplace, permissions: list[str]) -> Done:
    """Run `pulumi up` as a new identity with exactly these Graph permissions, configured as the owner."""
    store = Store(Home(workplace.home).store)
    try:
        tenant = tenants.find(store, CONTOSO.id)
        assert tenant is not None
        app_id, application_id, principal_id = (str(uuid.uuid4()) for _ in range(3))
        identity = SeededIdentity("test", "Tried", app_id, application_id, principal_id, tuple(permissions))
        with store.transaction():
            made = directory.add_identity(store, tenant, identity, time.time())
    finally:
        store.close()
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


def page() -> str:
    """The permissions page."""
    rows = "\n".join(f"| `{name}` | {needed.purpose} | `{needed.refused_at}` |" for name, needed in DEPLOYER.items())
    return f"""# Least privilege

What each identity needs, as Graph *application* permissions. The table is generated from a test that deploys with
exactly this set and then once more without each row (`tests/e2e/least_privilege.py`).

## Deployer: runs `pulumi up`

| permission | what for | refused without it (403) |
|---|---|---|
{rows}

The deployer must also be among the configured `owners`. Two cases differ:

- With `adminConsent: external` only `Application.ReadWrite.OwnedBy` is needed.
- Where `tenantDomain` is not configured, `Domain.Read.All` as well: the look-up `getDomains` is refused without it.

## Post-deploy: runs `scripts/post_deploy.py`

No Graph permission of its own. It signs in with the delivered credentials, so it sees what SmartRecruiters will see,
and needs to read the stack's state with its secrets.
"""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
