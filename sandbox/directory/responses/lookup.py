"""Finds what a path or a body names, and checks that the caller may change it."""

import re
from collections.abc import Mapping
from typing import Any

from sandbox.directory.models import applications, objects, owners, service_principals
from sandbox.directory.models.objects import DirectoryObject
from sandbox.graph import timestamps
from sandbox.graph.errors import access_denied, bad_request, invalid_object_id, invalid_value, not_found
from sandbox.graph.guids import is_guid
from sandbox.graph.routing import Call

MANAGE_ALL = "Application.ReadWrite.All"
UPSERT = "create-if-missing"
"""In `Prefer`, it lets a change by an alternate key create what is not there."""
_READ_OWNERS = ("Directory.Read.All", "Directory.ReadWrite.All")

_REFERENCE = re.compile(
    r"https://[^/]+/(?:v1\.0|beta)/(?:directoryObjects|users|servicePrincipals)(?:/|\(')([0-9a-fA-F-]{36})(?:'\))?/?"
)


def application(call: Call) -> DirectoryObject:
    """The application that the path names by object id, `appId` or `uniqueName`.

    Raises:
        GraphError: 400 for an id that is no GUID, 404.
    """
    key = call.key("application")
    if key.by == "uniqueName":
        found = applications.by_unique_name(call.store, call.tenant, key.value, call.seconds)
        if found is None:
            raise not_found(key.value)
        return found
    return _by_id_or_app_id(call, "application", applications.KIND)


def service_principal(call: Call) -> DirectoryObject:
    """The service principal that the path names by object id or `appId`.

    Raises:
        GraphError: 400 for an id that is no GUID, 404.
    """
    return _by_id_or_app_id(call, "servicePrincipal", service_principals.KIND)


def _by_id_or_app_id(call: Call, name: str, kind: str) -> DirectoryObject:
    by, value = call.key(name)
    if not is_guid(value):
        raise invalid_object_id(value)
    if by == "appId":
        found = objects.by_key(call.store, call.tenant, kind, value, call.seconds)
    else:
        found = objects.get(call.store, call.tenant, value, call.seconds, kind)
    if found is None:
        raise not_found(value)
    return found


def moment(given: Mapping[str, Any], name: str, otherwise: float, refused: tuple[str, str]) -> float:
    """A moment that a body names, or another one where it names none.

    Args:
        refused: The property and its resource, as a refusal names them.

    Raises:
        GraphError: 400, it is not a moment.
    """
    written = given.get(name)
    if written is None:
        return otherwise
    try:
        return timestamps.parse(written)
    except ValueError as error:
        raise invalid_value(*refused) from error


def owned(call: Call, item: DirectoryObject) -> DirectoryObject:
    """`item`, when the caller may change it: every one with `Application.ReadWrite.All`, else its own only.

    Raises:
        GraphError: 403.
    """
    if not call.caller.has_role(MANAGE_ALL) and not owners.is_owner(call.store, call.tenant, item.id, call.caller.oid):
        raise access_denied()
    return item


def unlocked(call: Call, principal: DirectoryObject, property_name: str) -> DirectoryObject:
    """The service principal, unless its application's instance property lock keeps this property as it is.

    https://learn.microsoft.com/entra/identity-platform/howto-configure-app-instance-property-locks

    Raises:
        GraphError: 400.
    """
    application = objects.live_by_key(call.store, call.tenant, applications.KIND, principal.key or "")
    lock = (application.body.get("servicePrincipalLockConfiguration") if application else None) or {}
    part = "tokenEncryptionKeyId" if property_name == "tokenEncryptionKeyId" else "credentialsWithUsageVerify"
    if lock.get("isEnabled") and (lock.get("allProperties") or lock.get(part)):
        raise bad_request(f"Property {property_name} is invalid.", code="CannotUpdateLockedServicePrincipalProperty")
    return principal


def live(call: Call, object_id: str, *kinds: str) -> DirectoryObject:
    """The object of one of these kinds, unless it is deleted.

    Raises:
        GraphError: 404.
    """
    found = objects.get(call.store, call.tenant, object_id, call.seconds, *kinds)
    if found is None or found.deleted is not None:
        raise not_found(object_id)
    return found


def reference(call: Call, written: Any) -> DirectoryObject:
    """The user or service principal that a reference (`https://…/directoryObjects/{id}`) points to.

    Raises:
        GraphError: 400 for an invalid reference, 404.
    """
    match = _REFERENCE.fullmatch(written) if isinstance(written, str) else None
    if match is None or not is_guid(match[1]):
        raise bad_request(f"Invalid URI or value specified for the reference: '{written}'.")
    found = objects.get(call.store, call.tenant, match[1], call.seconds, "user", service_principals.KIND)
    if found is None:
        raise not_found(match[1])
    return found


def bound(body: dict[str, Any], name: str) -> list[Any] | None:
    """The references by which a new object names others (`name@odata.bind`); None: it says nothing about them.

    Raises:
        GraphError: 400 for what is no list.
    """
    written = body.get(f"{name}@odata.bind")
    if written is not None and not isinstance(written, list):
        raise bad_request(f"Invalid value specified for '{name}@odata.bind'.")
    return written


def first_owners(call: Call, body: dict[str, Any]) -> list[str]:
    """Object ids of a new object's owners: the bound ones, else the caller.

    Raises:
        GraphError: 400 or 404 for a reference that does not work, 403 for owners whom the caller may not add.
    """
    references = bound(body, "owners")
    if references is None:
        return [call.caller.oid]
    named = list(dict.fromkeys(reference(call, item).id for item in references))
    check_may_add(call, named)
    return named


def check_may_add(call: Call, owners_to_be: list[str]) -> None:
    """An owner who is not the caller itself takes more than managing one's own apps.

    https://learn.microsoft.com/graph/api/application-post-owners (`OwnedBy` *will not be sufficient to add another
    owner*); for owners named at creation: hashicorp/terraform-provider-azuread#853.

    Raises:
        GraphError: 403.
    """
    may = call.caller.has_role(MANAGE_ALL) and call.caller.has_role(*_READ_OWNERS)
    if not may and any(owner != call.caller.oid for owner in owners_to_be):
        raise access_denied()
