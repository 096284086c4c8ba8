"""What a live check is going to do, so that a person can say no before anything is done."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from components.graph_permissions import PERMISSIONS


@dataclass(frozen=True)
class Plan:
    """One check on one tenant. The name is random, so that whatever bears it was made by this check."""

    directory_id: str
    deployer_object_id: str
    permissions: Sequence[str]
    tenant_domain: str | None = None
    secret_days: int = 32
    """Just beyond the 30 days within which program and audit rightly warn; the secret is gone in minutes."""
    mark: str = field(default_factory=lambda: secrets.token_hex(8))

    @property
    def display_name(self) -> str:
        return f"Calendar integration live check {self.mark}"

    @property
    def stack(self) -> str:
        return f"live-{self.mark}"

    def lines(self) -> list[str]:
        allowed = [f"     {name}: {PERMISSIONS[name].allows}" for name in self.permissions]
        return [
            f"In directory {self.directory_id}, as the deployer {self.deployer_object_id}:",
            f"  1. create the app {self.display_name!r}",
            f"     with a service principal and a secret for {self.secret_days} days; while this check runs, it may",
            *allowed,
            "  2. ask Graph read-only questions as the deployer and as that app; keep status and shape, no value",
            "  3. remove the app, its service principal, its secret and its grants",
            "Nothing else in the tenant is changed. Entra keeps a deleted app for 30 days under Deleted applications.",
        ]
