"""What an application and its service principal look like in Graph when nothing but the integration is set on them.

Every property that is not null, empty or false, and neither judged by a check of its own nor allowed here, is one that
somebody has set: also one that this version has never heard of. Sources: the properties of
https://learn.microsoft.com/graph/api/resources/application and .../serviceprincipal, and their values in a new object.
"""

from collections.abc import Iterator, Mapping, Set
from typing import Any, Final

APPLICATION_JUDGED: Final[Set[str]] = frozenset(
    {
        "displayName", "signInAudience", "web.redirectUris", "web.redirectUriSettings", "web.implicitGrantSettings",
        "spa.redirectUris", "publicClient.redirectUris", "requiredResourceAccess", "passwordCredentials",
        "keyCredentials", "servicePrincipalLockConfiguration",
    }
)  # fmt: skip
"""Judged by a check of their own."""

APPLICATION_FACTS: Final[Set[str]] = frozenset(
    {"id", "appId", "createdDateTime", "publisherDomain", "createdByAppId", "deletedDateTime"}
)
"""Written by Entra alone."""

APPLICATION_VALUES: Final[Mapping[str, tuple[Any, ...]]] = {
    "api.requestedAccessTokenVersion": (1,),
    "parentalControlSettings.legalAgeGroupRule": ("Allow",),
    "nativeAuthenticationApisEnabled": ("none",),
}
"""Values that say the same as nothing."""

PRINCIPAL_JUDGED: Final[Set[str]] = frozenset(
    {"accountEnabled", "appRoleAssignmentRequired", "passwordCredentials", "keyCredentials", "customSecurityAttributes"}
)

PRINCIPAL_FACTS: Final[Set[str]] = frozenset(
    {
        "id", "appId", "createdDateTime", "appOwnerOrganizationId", "deletedDateTime", "servicePrincipalType",
        # These follow from the application, which is judged itself.
        "appDisplayName", "appDescription", "displayName", "replyUrls", "servicePrincipalNames", "signInAudience",
        "homepage", "logoutUrl", "info", "appRoles", "oauth2PermissionScopes", "verifiedPublisher",
        "resourceSpecificApplicationPermissions",
    }
)  # fmt: skip

PRINCIPAL_VALUES: Final[Mapping[str, tuple[Any, ...]]] = {
    "tags": (["WindowsAzureActiveDirectoryIntegratedApp"],),
    "preferredSingleSignOnMode": ("oidc",),
}
"""The tag is what Entra's portal gives an app that it lists to people who manage apps."""


def set_properties(
    found: Mapping[str, Any], known: Set[str], values: Mapping[str, tuple[Any, ...]]
) -> Iterator[tuple[str, Any]]:
    """Every property that somebody has set, by its path, with its value.

    Args:
        known: paths that are judged elsewhere or mean nothing, with everything below them.
        values: what else a path may have.
    """
    for path, value in _leaves(found, ""):
        parts = path.split(".")
        above = {".".join(parts[:length]) for length in range(1, len(parts) + 1)}
        if not above & known and value not in values.get(path, ()):
            yield path, value


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for name, below in value.items():
            if "@" not in name:
                yield from _leaves(below, f"{path}.{name}" if path else name)
    elif value not in (None, False, "", []):
        yield path, value
