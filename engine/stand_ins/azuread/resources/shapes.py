"""Parts that applications and service principals have in common, between Graph's form and Pulumi's properties."""

from collections.abc import Iterable, Mapping
from typing import Any

from engine.stand_ins.azuread.graph import Json
from engine.stand_ins.provider.properties import Properties
from engine.stand_ins.provider.schema import Kind, Property, Schema

_FEATURES: Mapping[str, str] = {
    "customSingleSignOn": "WindowsAzureActiveDirectoryCustomSingleSignOnApplication",
    "enterprise": "WindowsAzureActiveDirectoryIntegratedApp",
    "gallery": "WindowsAzureActiveDirectoryGalleryApplicationNonPrimaryV1",
    "hide": "HideApp",
}
"""Feature flags and the tags that stand for them in Graph."""

FEATURE_TAGS = Property(
    kind=Kind.LIST,
    computed=True,
    conflicts=("tags",),
    element=Property(kind=Kind.BLOCK, fields={name: Property(kind=Kind.FLAG) for name in _FEATURES}),
)

_ROLE: Schema = {
    "allowedMemberTypes": Property(kind=Kind.SET, element=Property()),
    "description": Property(),
    "displayName": Property(),
    "enabled": Property(kind=Kind.FLAG),
    "id": Property(),
    "value": Property(),
}
APP_ROLE = Property(kind=Kind.BLOCK, fields=_ROLE)

_SCOPE_TEXTS = (
    "adminConsentDescription",
    "adminConsentDisplayName",
    "id",
    "type",
    "userConsentDescription",
    "userConsentDisplayName",
    "value",
)
PERMISSION_SCOPE = Property(
    kind=Kind.BLOCK, fields={**{name: Property() for name in _SCOPE_TEXTS}, "enabled": Property(kind=Kind.FLAG)}
)


def text(source: Mapping[str, Any] | None, name: str) -> str:
    return str((source or {}).get(name) or "")


def flag(source: Mapping[str, Any] | None, name: str) -> bool:
    return bool((source or {}).get(name))


def text_set(source: Mapping[str, Any] | None, name: str) -> list[str]:
    """A collection of texts whose order means nothing."""
    return sorted((source or {}).get(name) or [])


def or_null(value: str) -> str | None:
    """An empty text is sent as null."""
    return value or None


def tags(planned: Properties, *, features_changed: bool) -> list[str]:
    """The tags to send: those behind the feature flags where the program sets them, else its tags."""
    features = planned["featureTags"]
    if features and features_changed:
        return [tag for name, tag in _FEATURES.items() if features[0].get(name)]
    return list(planned["tags"])


def feature_tags(found: Iterable[str]) -> list[Properties]:
    """The feature flags behind an object's tags."""
    lowered = {tag.lower() for tag in found}
    return [{name: tag.lower() in lowered for name, tag in _FEATURES.items()}]


def features(found: Iterable[str]) -> list[Properties]:
    """The same flags under their deprecated names."""
    (flags,) = feature_tags(found)
    return [
        {
            "customSingleSignOnApp": flags["customSingleSignOn"],
            "enterpriseApplication": flags["enterprise"],
            "galleryApplication": flags["gallery"],
            "visibleToUsers": not flags["hide"],
        }
    ]


def app_roles(source: Json | None) -> list[Properties]:
    return [
        {
            "allowedMemberTypes": list(role.get("allowedMemberTypes") or []),
            "description": text(role, "description"),
            "displayName": text(role, "displayName"),
            "enabled": flag(role, "isEnabled"),
            "id": text(role, "id"),
            "value": text(role, "value"),
        }
        for role in (source or {}).get("appRoles") or []
    ]


def permission_scopes(source: Json | None) -> list[Properties]:
    return [
        {**{name: text(scope, name) for name in _SCOPE_TEXTS}, "enabled": flag(scope, "isEnabled")}
        for scope in (source or {}).get("oauth2PermissionScopes") or []
    ]


def ids_by_value(published: Iterable[Json]) -> dict[str, str]:
    """IDs of roles or scopes by their name; nameless ones are left out."""
    return {text(item, "value"): text(item, "id") for item in published if text(item, "value")}
