"""Objects that the tenant already holds and the state does not, for one run of the program to bring under management.

A script that found such objects runs `pulumi` with the environment variable `IMPORTS`; everybody else leaves it unset.
An imported object is taken as it is: that run changes nothing about it, so that whatever differs from the declaration
is shown by the next preview and changed by the next `pulumi up`. A client secret cannot be imported, since nobody can
read its value.
"""

import os
from collections.abc import Mapping, Sequence
from typing import Final

import pulumi
from pydantic import BaseModel, ConfigDict, Field, ValidationError

IMPORTS: Final = "CALENDAR_INTEGRATION_IMPORTS"
"""Environment variable: an `Imports` as JSON."""

_WEB: Final = "web"
_WEB_BESIDE_REDIRECT_URLS: Final = ("web.homepageUrl", "web.implicitGrant", "web.logoutUrl")
_APPLICATION: Final = (
    "api", "appRoles", "description", "deviceOnlyAuthEnabled", "displayName", "fallbackPublicClientEnabled",
    "featureTags", "groupMembershipClaims", "identifierUris", "logoImage", "marketingUrl", "notes",
    "oauth2PostResponseRequired", "optionalClaims", "owners", "password", "preventDuplicateNames",
    "privacyStatementUrl", "publicClient", "requiredResourceAccesses", "serviceManagementReference", "signInAudience",
    "singlePageApplication", "supportUrl", "tags", "templateId", "termsOfServiceUrl",
)  # fmt: skip
"""Every property that the provider lets a program declare, but `web`."""
_SERVICE_PRINCIPAL: Final = (
    "accountEnabled", "alternativeNames", "appRoleAssignmentRequired", "description", "featureTags", "features",
    "loginUrl", "notes", "notificationEmailAddresses", "owners", "preferredSingleSignOnMode", "samlSingleSignOn",
    "tags", "useExisting",
)  # fmt: skip
"""Every property but the client ID, which is the object's identity."""


class Imports(BaseModel):
    """What to import, by resource; empty: nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    application: str | None = None
    """Object ID of the app registration."""
    service_principal: str | None = None
    """Object ID."""
    grants: Mapping[str, str] = Field(default_factory=dict)
    """Permission name to the ID of its app-role assignment on Microsoft Graph's service principal."""
    redirect_urls: tuple[str, ...] | None = None
    """The redirect URLs to register in this run, where the provider refuses those that are there; None: as they are."""

    def for_application(self, opts: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
        """Options of the application."""
        kept = (*_APPLICATION, *(_WEB_BESIDE_REDIRECT_URLS if self.redirect_urls is not None else (_WEB,)))
        return _importing(opts, self.application and f"/applications/{self.application}", kept)

    def for_service_principal(self, opts: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
        """Options of the service principal."""
        found = self.service_principal and f"/servicePrincipals/{self.service_principal}"
        return _importing(opts, found, _SERVICE_PRINCIPAL)

    def for_grant(self, permission: str, graph: str, opts: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
        """Options of a grant.

        Args:
            permission: its name.
            graph: object ID of Microsoft Graph's service principal.
            opts: what it has anyway.
        """
        grant = self.grants.get(permission)
        return _importing(opts, grant and f"/servicePrincipals/{graph}/appRoleAssignedTo/{grant}", ())


def from_environment(environment: Mapping[str, str] = os.environ) -> Imports:
    """What this run is asked to import.

    Raises:
        pulumi.RunError: the variable holds something else.
    """
    try:
        return Imports.model_validate_json(environment.get(IMPORTS) or "{}")
    except ValidationError:
        raise pulumi.RunError(
            f"{IMPORTS} is not a list of objects to import. Unset it: only `smartrecruiters-calendar adopt` and "
            "`smartrecruiters-calendar recover` set it, so run one of those."
        ) from None


def _importing(opts: pulumi.ResourceOptions, resource_id: str | None, kept: Sequence[str]) -> pulumi.ResourceOptions:
    if not resource_id:
        return opts
    found = pulumi.ResourceOptions(import_=resource_id, ignore_changes=list(kept))
    return pulumi.ResourceOptions.merge(opts, found)
