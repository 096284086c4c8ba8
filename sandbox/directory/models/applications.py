"""Applications: their properties, limits and life, from creation to the end of the 30 days after deletion.

Limits: learn.microsoft.com/entra/identity-platform/supported-accounts-validation. What Graph does not document (the
text of most refusals of a single value) is the generic "Invalid value specified for property".
"""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.core.store import Store
from sandbox.directory.models import federated_credentials, key_credentials, objects, owners, redirect_urls, secrets
from sandbox.directory.models.objects import DirectoryObject, NewObject
from sandbox.directory.models.property_rules import (
    Rule,
    check,
    each,
    flag,
    lines,
    merged,
    nothing,
    nullable,
    number,
    one_of,
    plain,
    shape,
    text,
)
from sandbox.graph import timestamps
from sandbox.graph.errors import bad_request, invalid_value
from sandbox.graph.guids import is_guid
from sandbox.graph.tenants import Tenant, domains_of

KIND = "application"
SINGLE_TENANT = "AzureADMyOrg"
_PERSONAL = frozenset({"AzureADandPersonalMicrosoftAccount", "PersonalMicrosoftAccount"})
_PERSONAL_NAME_LENGTH = 90
_PERSONAL_REDIRECT_URLS = 100
_REDIRECT_URLS = 256
_REQUESTED_PERMISSIONS = 400

DEFAULTS: dict[str, Any] = {
    "deletedDateTime": None,
    "appId": None,
    "applicationTemplateId": None,
    "disabledByMicrosoftStatus": None,
    "createdDateTime": None,
    "displayName": None,
    "description": None,
    "groupMembershipClaims": None,
    "identifierUris": [],
    "isDeviceOnlyAuthSupported": None,
    "isFallbackPublicClient": None,
    "nativeAuthenticationApisEnabled": None,
    "notes": None,
    "publisherDomain": None,
    "serviceManagementReference": None,
    "signInAudience": SINGLE_TENANT,
    "tags": [],
    "tokenEncryptionKeyId": None,
    "uniqueName": None,
    "samlMetadataUrl": None,
    "defaultRedirectUri": None,
    "certification": None,
    "optionalClaims": None,
    "servicePrincipalLockConfiguration": None,
    "requestSignatureVerification": None,
    "addIns": [],
    "api": {
        "acceptMappedClaims": None,
        "knownClientApplications": [],
        "requestedAccessTokenVersion": None,
        "oauth2PermissionScopes": [],
        "preAuthorizedApplications": [],
    },
    "appRoles": [],
    "info": {
        "logoUrl": None,
        "marketingUrl": None,
        "privacyStatementUrl": None,
        "supportUrl": None,
        "termsOfServiceUrl": None,
    },
    "keyCredentials": [],
    "parentalControlSettings": {"countriesBlockedForMinors": [], "legalAgeGroupRule": "Allow"},
    "passwordCredentials": [],
    "publicClient": {"redirectUris": []},
    "requiredResourceAccess": [],
    "verifiedPublisher": {"displayName": None, "verifiedPublisherId": None, "addedDateTime": None},
    "web": {
        "homePageUrl": None,
        "logoutUrl": None,
        "redirectUris": [],
        "implicitGrantSettings": {"enableAccessTokenIssuance": False, "enableIdTokenIssuance": False},
        "redirectUriSettings": [],
    },
    "spa": {"redirectUris": []},
}
"""Every property a plain read shows, in Graph's order, with the value it has when nothing was set."""

SELECTABLE: dict[str, Any] = {"createdByAppId": None, "isDisabled": None, "oauth2RequirePostResponse": False}
"""Further properties, shown only when `$select` names them."""

_URL = nullable(text(2048))
_APP_ROLE = shape(
    {
        "allowedMemberTypes": each(one_of("User", "Application")),
        "description": text(1000, 1),
        "displayName": text(100, 1),
        "id": is_guid,
        "isEnabled": flag,
        "origin": nullable(text(100)),
        "value": nullable(text(250)),
    },
    required=("id", "allowedMemberTypes", "description", "displayName"),
)
_SCOPE = shape(
    {
        "adminConsentDescription": nullable(text(850)),
        "adminConsentDisplayName": nullable(text(100)),
        "id": is_guid,
        "isEnabled": flag,
        "origin": nullable(text(100)),
        "type": nullable(one_of("User", "Admin")),
        "userConsentDescription": nullable(text(850)),
        "userConsentDisplayName": nullable(text(100)),
        "value": nullable(text(120)),
    },
    required=("id",),
)
_REQUESTED = shape(
    {
        "resourceAppId": is_guid,
        "resourceAccess": each(
            shape({"id": is_guid, "type": one_of("Role", "Scope")}, required=("id", "type")), _REQUESTED_PERMISSIONS
        ),
    },
    required=("resourceAppId", "resourceAccess"),
)
_CLAIM = shape(
    {"name": text(120, 1), "source": nullable(text(120)), "essential": flag, "additionalProperties": each(text(120))},
    required=("name",),
)

_RULES: Mapping[str, Rule] = {
    "displayName": text(120, 1),
    "description": nullable(lines(1024)),
    "notes": nullable(lines(1024)),
    "groupMembershipClaims": nullable(text(120)),
    "identifierUris": each(text(255, 1)),
    "isDeviceOnlyAuthSupported": nullable(flag),
    "isFallbackPublicClient": nullable(flag),
    "nativeAuthenticationApisEnabled": nullable(one_of("none", "all")),
    "oauth2RequirePostResponse": flag,
    "serviceManagementReference": nullable(text(1024)),
    "servicePrincipalLockConfiguration": nullable(
        shape(
            {
                "isEnabled": flag,
                "allProperties": nullable(flag),
                "credentialsWithUsageVerify": nullable(flag),
                "credentialsWithUsageSign": nullable(flag),
                "tokenEncryptionKeyId": nullable(flag),
            },
            required=("isEnabled",),
        )
    ),
    "signInAudience": one_of("AzureADMyOrg", "AzureADMultipleOrgs", *sorted(_PERSONAL)),
    "tags": each(lambda tag: isinstance(tag, str) and 0 < len(tag) <= 256 and not any(c.isspace() for c in tag)),
    "tokenEncryptionKeyId": nullable(is_guid),
    "uniqueName": nullable(text(120, 1)),
    "samlMetadataUrl": _URL,
    "defaultRedirectUri": nullable(redirect_urls.is_web),
    "optionalClaims": nullable(
        shape({"accessToken": each(_CLAIM), "idToken": each(_CLAIM), "saml2Token": each(_CLAIM)})
    ),
    "addIns": nothing,
    "api": shape(
        {
            "acceptMappedClaims": nullable(flag),
            "knownClientApplications": each(is_guid),
            "requestedAccessTokenVersion": nullable(number(1, 2)),
            "oauth2PermissionScopes": each(_SCOPE),
            "preAuthorizedApplications": each(
                shape({"appId": is_guid, "delegatedPermissionIds": each(is_guid)}, required=("appId",))
            ),
        }
    ),
    "appRoles": each(_APP_ROLE),
    "info": shape(
        {
            "logoUrl": _URL,
            "marketingUrl": _URL,
            "privacyStatementUrl": _URL,
            "supportUrl": _URL,
            "termsOfServiceUrl": _URL,
        }
    ),
    "keyCredentials": key_credentials.RULE,
    "parentalControlSettings": shape(
        {
            "countriesBlockedForMinors": each(text(2, 2)),
            "legalAgeGroupRule": one_of(
                "Allow",
                "RequireConsentForPrivacyServices",
                "RequireConsentForMinors",
                "RequireConsentForKids",
                "BlockMinors",
            ),
        }
    ),
    "passwordCredentials": nothing,
    "publicClient": shape({"redirectUris": each(redirect_urls.is_public_client, _REDIRECT_URLS)}),
    "requiredResourceAccess": each(_REQUESTED, 50),
    "web": shape(
        {
            "homePageUrl": nullable(lambda url: isinstance(url, str) and 0 < len(url) <= 256),
            "logoutUrl": nullable(redirect_urls.is_logout),
            "redirectUris": each(redirect_urls.is_web, _REDIRECT_URLS),
            "implicitGrantSettings": shape({"enableAccessTokenIssuance": flag, "enableIdTokenIssuance": flag}),
            "redirectUriSettings": each(
                shape({"uri": redirect_urls.is_web, "index": nullable(lambda value: isinstance(value, int))})
            ),
        }
    ),
    "spa": shape({"redirectUris": each(redirect_urls.is_single_page, _REDIRECT_URLS)}),
}

_READ_ONLY = frozenset(
    {
        "id",
        "appId",
        "createdDateTime",
        "createdByAppId",
        "deletedDateTime",
        "publisherDomain",
        "disabledByMicrosoftStatus",
        "certification",
        "verifiedPublisher",
        "applicationTemplateId",
    }
)


def create(
    store: Store,
    tenant: Tenant,
    given: Mapping[str, Any],
    *,
    now: float,
    visible: float = 0,
    created_by: str | None = None,
    object_id: str | None = None,
    app_id: str | None = None,
) -> DirectoryObject:
    """Register an application.

    Args:
        created_by: Client ID of the creator.

    Raises:
        GraphError: 400, a property is missing or will not do.
    """
    properties = plain(given)
    check(properties, _RULES, _READ_ONLY, "Application")
    if "displayName" not in properties:
        raise bad_request("A value is required for property 'displayName' of resource 'Application'.")
    body = {name: merged(DEFAULTS.get(name), value) for name, value in properties.items()}
    _keep_certificates(body, (), now)
    _check_whole(store, tenant, body, None)
    body |= {"createdDateTime": now, "createdByAppId": created_by}
    new = NewObject(
        KIND,
        object_id or str(uuid.uuid4()),
        body["displayName"],
        body,
        key=app_id or str(uuid.uuid4()),
        visible=visible,
    )
    objects.add(store, tenant, [new])
    assert new.key is not None  # noqa: S101 set above
    return existing(store, tenant, new.key)


def existing(store: Store, tenant: Tenant, app_id: str) -> DirectoryObject:
    """The application that is known to be there, whether or not reads see it yet."""
    found = objects.live_by_key(store, tenant, KIND, app_id)
    if found is None:
        raise LookupError(f"no application {app_id}")
    return found


def change(store: Store, tenant: Tenant, item: DirectoryObject, given: Mapping[str, Any], now: float) -> None:
    """Change some properties; parts of complex ones that are not named stay.

    Raises:
        GraphError: 400, a property will not do.
    """
    properties = plain(given)
    check(properties, _RULES, _READ_ONLY, "Application")
    current = {**DEFAULTS, **item.body}
    # Graph refuses to take a home page away again: msgraph-sdk-powershell#3149.
    if (
        current["web"]["homePageUrl"]
        and "homePageUrl" in properties.get("web", {})
        and not properties["web"]["homePageUrl"]
    ):
        raise invalid_value("web", "Application")
    body = {**item.body, **{name: merged(current.get(name), value) for name, value in properties.items()}}
    if "keyCredentials" in properties:
        _keep_certificates(body, current["keyCredentials"], now)
    _check_whole(store, tenant, body, item)
    objects.replace(store, tenant, item, body, body["displayName"])
    principal = objects.live_by_key(store, tenant, "servicePrincipal", item.key or "")
    if principal is not None:  # its name is the application's
        objects.replace(store, tenant, principal, principal.body, body["displayName"])


def _keep_certificates(body: dict[str, Any], known: Sequence[Mapping[str, Any]], now: float) -> None:
    try:
        if "keyCredentials" in body:
            body["keyCredentials"] = key_credentials.added(body["keyCredentials"], known, now)
    except ValueError as error:
        raise invalid_value("keyCredentials", "Application") from error


def _check_whole(store: Store, tenant: Tenant, body: Mapping[str, Any], current: DirectoryObject | None) -> None:
    whole = {**DEFAULTS, **body}
    personal = whole["signInAudience"] in _PERSONAL
    if personal and len(whole["displayName"]) > _PERSONAL_NAME_LENGTH:
        raise invalid_value("displayName", "Application")
    redirects = sum(len(whole[platform]["redirectUris"]) for platform in ("web", "spa", "publicClient"))
    if redirects > (_PERSONAL_REDIRECT_URLS if personal else _REDIRECT_URLS):
        raise invalid_value("web", "Application")
    if personal and any("*" in url for url in whole["web"]["redirectUris"]):
        raise invalid_value("web", "Application")
    if sum(len(api["resourceAccess"]) for api in whole["requiredResourceAccess"]) > _REQUESTED_PERMISSIONS:
        raise invalid_value("requiredResourceAccess", "Application")
    for collection, items in (("appRoles", whole["appRoles"]), ("api", whole["api"]["oauth2PermissionScopes"])):
        ids = [item["id"].lower() for item in items]
        if len(ids) != len(set(ids)):
            raise invalid_value(collection, "Application")
    keys = {key["keyId"] for key in whole["keyCredentials"] if key["usage"] == "Encrypt"}
    if whole["tokenEncryptionKeyId"] and whole["tokenEncryptionKeyId"] not in keys:
        raise invalid_value("tokenEncryptionKeyId", "Application")
    _check_unique(store, tenant, whole, current)


def _check_unique(store: Store, tenant: Tenant, whole: Mapping[str, Any], current: DirectoryObject | None) -> None:
    for uri in whole["identifierUris"]:
        taken = store.one(
            "SELECT 1 FROM objects, json_each(body, '$.identifierUris') AS uri WHERE tenant = ? AND kind = ? "
            "AND deleted IS NULL AND objects.id <> ? AND uri.value = ?",
            (tenant.number, KIND, current.id if current else "", uri),
        )
        if taken:
            raise bad_request("Another object with the same value for property identifierUris already exists.")
    if whole["uniqueName"]:
        taken = store.one(
            "SELECT 1 FROM objects WHERE tenant = ? AND kind = ? AND deleted IS NULL AND id <> ? "
            "AND json_extract(body, '$.uniqueName') = ?",
            (tenant.number, KIND, current.id if current else "", whole["uniqueName"]),
        )
        if taken:
            raise bad_request("Another object with the same value for property uniqueName already exists.")


def check_restorable(store: Store, tenant: Tenant, item: DirectoryObject) -> None:
    """Refuse to restore an application when another one has taken what must be unique.

    Raises:
        GraphError: 400.
    """
    _check_unique(store, tenant, {**DEFAULTS, **item.body}, item)


def by_unique_name(store: Store, tenant: Tenant, unique_name: str, now: float) -> DirectoryObject | None:
    where = ("json_extract(body, '$.uniqueName') = ?", (unique_name,))
    return next(objects.scan(store, tenant, KIND, now, where=where, limit=1), None)


def show(store: Store, tenant: Tenant, item: DirectoryObject, now: float) -> dict[str, Any]:
    """Every property, `SELECTABLE` ones included, as a read at `now` sees it."""
    shown = {"id": item.id, **DEFAULTS, **SELECTABLE, **item.body}
    shown["appId"] = item.key
    shown["createdDateTime"] = timestamps.text(item.body["createdDateTime"])
    shown["deletedDateTime"] = timestamps.text(item.deleted) if item.deleted else None
    shown["publisherDomain"] = next(d.name for d in domains_of(store, tenant) if d.is_default)
    settings = [{"uri": uri, "index": None} for uri in shown["web"]["redirectUris"]]
    shown["web"] = {**shown["web"], "redirectUriSettings": shown["web"]["redirectUriSettings"] or settings}
    shown["keyCredentials"] = key_credentials.shown(shown["keyCredentials"])
    shown["passwordCredentials"] = [show_secret(secret, None) for secret in secrets.of(store, tenant, item.id, now)]
    return shown


def show_secret(secret: secrets.Secret, value: str | None) -> dict[str, Any]:
    """A secret as Graph shows it; `value` only in the reply that creates it."""
    return {
        "customKeyIdentifier": secret.custom_key_identifier,
        "displayName": secret.display_name,
        "endDateTime": timestamps.text(secret.ends),
        "hint": secret.hint,
        "keyId": secret.key_id,
        "secretText": value,
        "startDateTime": timestamps.text(secret.starts),
    }


def purge(store: Store, tenant: Tenant, item: DirectoryObject) -> None:
    owners.forget(store, tenant, item.id)
    secrets.forget(store, tenant, item.id)
    federated_credentials.forget(store, tenant, item.id)
    objects.remove(store, tenant, item)
