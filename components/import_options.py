"""How the program imports what `Imports` names: each object is taken as it is, so that nothing of it changes."""

import os
from collections.abc import Mapping, Sequence
from typing import Final

import pulumi
from pydantic import ValidationError

from components.imports import IMPORTS, Imports

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


def for_application(found: Imports, opts: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
    kept = (*_APPLICATION, *(_WEB_BESIDE_REDIRECT_URLS if found.redirect_urls is not None else (_WEB,)))
    return _importing(opts, found.application and f"/applications/{found.application}", kept)


def for_service_principal(found: Imports, opts: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
    principal = found.service_principal and f"/servicePrincipals/{found.service_principal}"
    return _importing(opts, principal, _SERVICE_PRINCIPAL)


def for_grant(found: Imports, permission: str, graph: str, opts: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
    """Options of a grant.

    Args:
        graph: object ID of Microsoft Graph's service principal.
    """
    grant = found.grants.get(permission)
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
