"""How an app in a tenant differs from what a stack declares: one comparison for adoption, audit and drift.

It says what is missing, what is as declared and what is not declared. How serious that is, and who resolves it, is for
the caller to say.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, Literal, TypeVar

from components.graph_permissions import GRAPH_APP_ID, PERMISSIONS
from components.permission_names import DELEGATED_IDS
from components.settings import Settings

T = TypeVar("T", bound=Hashable)
PermissionKind = Literal["application", "delegated"]
Platform = Literal["web", "single-page", "public client"]

GRAPH: Final = "Microsoft Graph"
AUDIENCE: Final = "AzureADMyOrg"
"""Accounts of this directory only: what the component declares."""


class Match(Enum):
    MISSING = "declared, but not in the tenant"
    AS_DECLARED = "declared, and in the tenant"
    UNDECLARED = "in the tenant, but not declared"


def compare(declared: Iterable[T], found: Iterable[T]) -> dict[T, Match]:
    """Everything on either side with how it matches: what is declared first, each side in its own order."""
    there = dict.fromkeys(found, Match.UNDECLARED)
    wanted = {one: Match.AS_DECLARED if one in there else Match.MISSING for one in declared}
    return wanted | {one: match for one, match in there.items() if one not in wanted}


@dataclass(frozen=True, order=True)
class Permission:
    name: str
    """As Microsoft names it; the ID of one whose name is not known."""
    kind: PermissionKind = "application"
    resource: str = GRAPH
    """Display name, or application ID, of the API that defines it."""

    def __str__(self) -> str:
        kind = "" if self.kind == "application" else f"{self.kind} "
        return f"{kind}{self.name}" if self.resource == GRAPH else f"{kind}{self.name} of {self.resource}"


@dataclass(frozen=True)
class RedirectUrl:
    url: str
    platform: Platform = "web"


@dataclass(frozen=True)
class Declaration:
    """What a stack declares of its app, in the terms that a tenant is compared in."""

    name: str
    redirect_url: RedirectUrl | None
    """None: the app has none."""
    permissions: tuple[Permission, ...]
    """To be requested and granted, and no others."""
    delegated: tuple[Permission, ...]
    """To be requested for SmartRecruiters' delegated way, and granted by people: the program grants none."""
    owners: tuple[str, ...]
    """Object IDs, of the application and of its service principal."""

    @property
    def requested(self) -> tuple[Permission, ...]:
        return (*self.permissions, *self.delegated)

    @classmethod
    def of(cls, settings: Settings) -> "Declaration":
        return cls(
            settings.display_name,
            RedirectUrl(settings.redirect_url) if settings.redirect_url else None,
            tuple(map(Permission, settings.requested_permissions)),
            tuple(Permission(name, "delegated") for name in settings.delegated_permissions),
            tuple(settings.owners),
        )


@dataclass(frozen=True)
class PermissionNames:
    """Names of what Microsoft Graph offers in a tenant, by ID; the catalogue's where the tenant did not say."""

    roles: Mapping[str, str] = field(default_factory=dict)
    scopes: Mapping[str, str] = field(default_factory=dict)

    def requested(self, resource_app_id: str, permission_id: str, access: str) -> Permission:
        """A requested permission; `access` is `Role` or `Scope`, as in `requiredResourceAccess`."""
        kind: PermissionKind = "application" if access == "Role" else "delegated"
        if resource_app_id != GRAPH_APP_ID:
            return Permission(permission_id, kind, resource_app_id)
        known = (
            self.roles.get(permission_id) or _ROLES.get(permission_id)
            if access == "Role"
            else self.scopes.get(permission_id) or DELEGATED_IDS.get(permission_id)
        )
        return Permission(known or permission_id, kind)

    def granted(self, app_role_id: str, resource: str) -> Permission:
        """A granted app role of the API with this display name."""
        if resource != GRAPH:
            return Permission(app_role_id, resource=resource)
        return Permission(self.roles.get(app_role_id) or _ROLES.get(app_role_id) or app_role_id)


_ROLES: Final = {permission.app_role_id: permission.name for permission in PERMISSIONS.values()}
