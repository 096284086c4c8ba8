"""The component's arguments: plain values, the one definition of what can be declared."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from components.client_secrets import ClientSecret
from components.mailbox_scope import CalendarAccess
from components.vault_place import VaultPlace


@dataclass(frozen=True, kw_only=True)
class CalendarIntegrationArgs:
    """What to declare. `components.settings` checks a stack's configuration and turns it into these."""

    directory_id: str
    """Directory (tenant) ID, a GUID. Caller and provider must belong to it."""

    display_name: str
    """Name of the app in Entra. A guard against twins only: the app's identity is the object ID in the state."""

    redirect_url: str | None
    """The one redirect URL; ends in a slash where it has no path. None: the app has none."""

    permissions: Sequence[str]
    """Names from `graph_permissions.PERMISSIONS`, requested and granted in this order."""

    secrets: Sequence[ClientSecret]
    """Declared client secrets, at least one, in any order; the newest is the current one."""

    owners: Sequence[str]
    """Object IDs that own application and service principal. The deployer must be among them for `pulumi up`."""

    admin_consent: Literal["declared", "external"] = "declared"
    """*declared*: grants are made here. *external*: an administrator consents; nothing is granted here."""

    calendar_access: CalendarAccess = "tenant"
    """*exchange-rbac*: calendar permissions are neither requested nor granted here; Exchange assigns them."""

    tenant_domain: str | None = None
    """A verified domain of the tenant. None: the initial domain is looked up, which needs `Domain.Read.All`."""

    protect_secrets: bool = True
    """Refuse to remove or replace application, service principal, grants and secrets already at preview."""

    vault: VaultPlace | None = None
    """Also keep the current secret in this Azure Key Vault."""
