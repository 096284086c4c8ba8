"""Service principals: what an application is inside one tenant.

Much of one is its application's: name, redirect URLs, roles. Those are read from the application and not kept twice.
"""

import base64
import math
import uuid
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from sandbox.core.store import Store
from sandbox.directory.models import (
    applications,
    delegated_grants,
    grants,
    key_credentials,
    objects,
    owners,
    secrets,
    self_signed,
)
from sandbox.directory.models.objects import DirectoryObject, NewObject
from sandbox.directory.models.property_rules import (
    Rule,
    check,
    each,
    flag,
    lines,
    nothing,
    nullable,
    one_of,
    plain,
    shape,
    text,
)
from sandbox.graph import first_party, microsoft_graph, timestamps
from sandbox.graph.errors import GraphError, bad_request, invalid_value
from sandbox.graph.guids import is_guid
from sandbox.graph.tenants import Tenant

KIND = "servicePrincipal"

DEFAULTS: dict[str, Any] = {
    "deletedDateTime": None,
    "accountEnabled": True,
    "alternativeNames": [],
    "appDisplayName": None,
    "appDescription": None,
    "appId": None,
    "applicationTemplateId": None,
    "appOwnerOrganizationId": None,
    "appRoleAssignmentRequired": False,
    "createdDateTime": None,
    "description": None,
    "disabledByMicrosoftStatus": None,
    "displayName": None,
    "homepage": None,
    "loginUrl": None,
    "logoutUrl": None,
    "notes": None,
    "notificationEmailAddresses": [],
    "preferredSingleSignOnMode": None,
    "preferredTokenSigningKeyThumbprint": None,
    "replyUrls": [],
    "servicePrincipalNames": [],
    "servicePrincipalType": "Application",
    "signInAudience": None,
    "tags": [],
    "tokenEncryptionKeyId": None,
    "samlSingleSignOnSettings": None,
    "addIns": [],
    "appRoles": [],
    "info": {},
    "keyCredentials": [],
    "oauth2PermissionScopes": [],
    "passwordCredentials": [],
    "resourceSpecificApplicationPermissions": [],
    "verifiedPublisher": {"displayName": None, "verifiedPublisherId": None, "addedDateTime": None},
}
"""Every property a plain read shows, in Graph's order, with the value it has when nothing was set."""

SELECTABLE: dict[str, Any] = {"isDisabled": None, "samlMetadataUrl": None, "customSecurityAttributes": None}
"""Further properties, shown only when `$select` names them."""

_TEXT = nullable(text(2048))
_RULES: Mapping[str, Rule] = {
    "accountEnabled": flag,
    "alternativeNames": each(text(256, 1)),
    "appRoleAssignmentRequired": flag,
    "description": nullable(lines(1024)),
    "loginUrl": _TEXT,
    "notes": nullable(lines(1024)),
    "notificationEmailAddresses": each(text(254, 3), 5),
    "preferredSingleSignOnMode": nullable(one_of("", "password", "saml", "notSupported", "oidc")),
    "preferredTokenSigningKeyThumbprint": _TEXT,
    "samlSingleSignOnSettings": nullable(shape({"relayState": _TEXT})),
    "tags": each(text(256, 1)),
    "tokenEncryptionKeyId": nullable(is_guid),
    "keyCredentials": key_credentials.RULE,
    "customSecurityAttributes": nullable(lambda value: isinstance(value, dict)),
    "passwordCredentials": nothing,
    "addIns": nothing,
}
_READ_ONLY = frozenset(DEFAULTS) - frozenset(_RULES) | {"id"}


def create(
    store: Store,
    tenant: Tenant,
    given: Mapping[str, Any],
    *,
    now: float,
    visible: float = 0,
    object_id: str | None = None,
) -> DirectoryObject:
    """Make an application's service principal; `given` names it by `appId`.

    Raises:
        GraphError: 400, no such application or a property that will not do; 409, there is one already.
    """
    properties = plain(given)
    app_id = properties.pop("appId", None)
    if not is_guid(app_id):
        raise bad_request("A value is required for property 'appId' of resource 'ServicePrincipal'.")
    check(properties, _RULES, _READ_ONLY - {"appId"}, "ServicePrincipal")
    if objects.live_by_key(store, tenant, KIND, app_id):
        raise name_in_use(app_id)
    application = objects.by_key(store, tenant, applications.KIND, app_id, now)
    other = first_party.APPS.get(app_id.lower())
    if application is None and other is None:
        raise no_application(app_id)
    name = application.body["displayName"] if application else other.name if other else ""
    body = {**properties, "createdDateTime": now}
    new = NewObject(KIND, object_id or str(uuid.uuid4()), name, body, key=app_id, visible=visible)
    objects.add(store, tenant, [new])
    return existing(store, tenant, app_id)


def create_microsoft_graph(store: Store, tenant: Tenant, object_id: str, now: float) -> None:
    new = NewObject(KIND, object_id, "Microsoft Graph", {"createdDateTime": now}, key=microsoft_graph.APP_ID)
    objects.add(store, tenant, [new])


def name_in_use(app_id: str) -> GraphError:
    return GraphError(
        409,
        "Request_MultipleObjectsWithSameKeyValue",
        "The service principal cannot be created, updated, or restored because the service principal name "
        f"{app_id} is already in use.",
    )


def no_application(app_id: str) -> GraphError:
    """400, also while a new application is not replicated yet."""
    message = f"The appId '{app_id}' of the service principal does not reference a valid application object."
    return bad_request(message, details=[{"code": "NoBackingApplicationObject", "message": message, "target": "appId"}])


def existing(store: Store, tenant: Tenant, app_id: str) -> DirectoryObject:
    """The service principal that is known to be there, whether or not reads see it yet."""
    found = objects.live_by_key(store, tenant, KIND, app_id)
    if found is None:
        raise LookupError(f"no service principal of {app_id}")
    return found


def change(store: Store, tenant: Tenant, item: DirectoryObject, given: Mapping[str, Any], now: float) -> None:
    """Change some properties.

    Raises:
        GraphError: 400, a property will not do.
    """
    properties = plain(given)
    if str(properties.get("appId", "")).casefold() == item.key:
        del properties["appId"]  # an upsert repeats the key
    check(properties, _RULES, _READ_ONLY, "ServicePrincipal")
    if "keyCredentials" in properties:
        known = item.body.get("keyCredentials", ())
        try:
            properties["keyCredentials"] = key_credentials.added(properties["keyCredentials"], known, now)
        except ValueError as error:
            raise invalid_value("keyCredentials", "ServicePrincipal") from error
    objects.replace(store, tenant, item, {**item.body, **properties}, item.name)


def add_signing_certificate(
    store: Store, tenant: Tenant, item: DirectoryObject, subject: str, *, now: float, ends: float
) -> dict[str, Any]:
    """A key to sign tokens with, its certificate, and the password of the two, none of which leaves the directory.

    learn.microsoft.com/graph/api/serviceprincipal-addtokensigningcertificate

    Args:
        subject: The certificate's, as `CN=…`.

    Returns:
        The certificate, with its thumbprint.
    """
    _, certificate = self_signed.make(subject.removeprefix("CN="), now, ends)
    thumbprint = certificate.fingerprint(hashes.SHA1())  # noqa: S303 as Entra names certificates
    identifier = base64.b64encode(thumbprint).decode()
    common = {
        "customKeyIdentifier": identifier,
        "displayName": subject,
        "endDateTime": timestamps.text(ends),
        "startDateTime": timestamps.text(now),
        "key": base64.b64encode(certificate.public_bytes(Encoding.DER)).decode(),
    }
    public = {**common, "keyId": str(uuid.uuid4()), "type": "AsymmetricX509Cert", "usage": "Verify"}
    private = {**common, "keyId": str(uuid.uuid4()), "type": "X509CertAndPassword", "usage": "Sign"}
    change(store, tenant, item, {"keyCredentials": [*item.body.get("keyCredentials", ()), public, private]}, now)
    secrets.add(
        store,
        tenant,
        item.id,
        secrets.new_value(),
        display_name=subject,
        starts=now,
        ends=ends,
        key_id=private["keyId"],
        custom_key_identifier=identifier,
    )
    return {**public, "thumbprint": thumbprint.hex().upper()}


def show(store: Store, tenant: Tenant, item: DirectoryObject, now: float = math.inf) -> dict[str, Any]:
    """Every property, `SELECTABLE` ones included, with the secrets that a read at `now` sees."""
    shown = {"id": item.id, **DEFAULTS, **SELECTABLE, **item.body}
    shown["appId"] = item.key
    shown["createdDateTime"] = timestamps.text(item.body["createdDateTime"])
    shown["deletedDateTime"] = timestamps.text(item.deleted) if item.deleted else None
    shown["keyCredentials"] = key_credentials.shown(shown["keyCredentials"])
    kept = secrets.of(store, tenant, item.id, now)
    shown["passwordCredentials"] = [applications.show_secret(secret, None) for secret in kept]
    return shown | (_of_microsoft() if item.key == microsoft_graph.APP_ID else _from_application(store, tenant, item))


def _of_microsoft() -> dict[str, Any]:
    return {
        "appDisplayName": "Microsoft Graph",
        "appOwnerOrganizationId": microsoft_graph.OWNER_ORGANIZATION,
        "appRoles": microsoft_graph.app_roles(),
        "displayName": "Microsoft Graph",
        "oauth2PermissionScopes": microsoft_graph.delegated_permissions(),
        "servicePrincipalNames": list(microsoft_graph.NAMES),
        "signInAudience": "AzureADMultipleOrgs",
    }


def _from_application(store: Store, tenant: Tenant, item: DirectoryObject) -> dict[str, Any]:
    if other := first_party.APPS.get(item.key or ""):
        named = {"displayName": other.name, "appDisplayName": other.name, "servicePrincipalNames": [item.key]}
        return {**named, "appRoles": other.app_roles(), "appOwnerOrganizationId": microsoft_graph.OWNER_ORGANIZATION}
    application = _application_of(store, tenant, item)
    if application is None:  # deleted for good; what is left of its service principal can only be removed
        return {"displayName": item.name, "appDisplayName": item.name, "servicePrincipalNames": [item.key]}
    body = {**applications.DEFAULTS, **application.body}
    return {
        "appDescription": body["description"],
        "appDisplayName": body["displayName"],
        "appOwnerOrganizationId": tenant.id,
        "appRoles": [{**role, "origin": "Application"} for role in body["appRoles"]],
        "displayName": body["displayName"],
        "homepage": body["web"]["homePageUrl"],
        "info": body["info"],
        "logoutUrl": body["web"]["logoutUrl"],
        "oauth2PermissionScopes": body["api"]["oauth2PermissionScopes"],
        "replyUrls": [
            *body["web"]["redirectUris"],
            *body["spa"]["redirectUris"],
            *body["publicClient"]["redirectUris"],
        ],
        "servicePrincipalNames": [item.key, *body["identifierUris"]],
        "signInAudience": body["signInAudience"],
    }


def _application_of(store: Store, tenant: Tenant, item: DirectoryObject) -> DirectoryObject | None:
    row = store.one(
        "SELECT * FROM objects WHERE tenant = ? AND kind = ? AND key = ? ORDER BY deleted IS NULL DESC, seq DESC "
        "LIMIT 1",
        (tenant.number, applications.KIND, item.key),
    )
    return objects.from_row(row) if row else None


def names(store: Store, tenant: Tenant, item: DirectoryObject) -> list[str]:
    found: list[str] = show(store, tenant, item)["servicePrincipalNames"]
    return found


def role(store: Store, tenant: Tenant, item: DirectoryObject, role_id: str) -> Mapping[str, Any] | None:
    declared = show(store, tenant, item)["appRoles"]
    return next((found for found in declared if found["id"].casefold() == role_id.casefold()), None)


def display_name(store: Store, tenant: Tenant, item: DirectoryObject) -> str:
    shown: str = show(store, tenant, item)["displayName"]
    return shown


def by_resource_name(store: Store, tenant: Tenant, name: str, now: float) -> DirectoryObject | None:
    """The service principal that a token's scope names: by appId or by an identifier URI."""
    direct = objects.by_key(store, tenant, KIND, name, now)
    if direct is not None:
        return direct
    row = store.one(
        "SELECT objects.key FROM objects, json_each(body, '$.identifierUris') AS uri WHERE tenant = ? AND kind = ? "
        "AND deleted IS NULL AND uri.value = ?",
        (tenant.number, applications.KIND, name),
    )
    return objects.by_key(store, tenant, KIND, row["key"], now) if row else None


def soft_delete(store: Store, tenant: Tenant, item: DirectoryObject, now: float, lag: float = 0) -> None:
    """Delete it so that it can be restored. Its grants end at once and do not come back."""
    grants.forget(store, tenant, item.id)
    delegated_grants.forget(store, tenant, item.id)
    objects.soft_delete(store, tenant, item, now, lag)


def purge(store: Store, tenant: Tenant, item: DirectoryObject) -> None:
    grants.forget(store, tenant, item.id)
    delegated_grants.forget(store, tenant, item.id)
    owners.forget(store, tenant, item.id)
    secrets.forget(store, tenant, item.id)
    objects.remove(store, tenant, item)
