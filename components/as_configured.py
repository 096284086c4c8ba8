"""Whether a declared resource has the values that the stack's configuration gives it, and no others.

`components.statement` says what may be declared at all; here the reviewed configuration decides which owner, which
name, which day. A resource is looked at by its inputs; what is not known yet the statement has denied.
"""

from collections.abc import Iterator
from typing import Any

from components.declared_resources import APPLICATION, GRANT, SECRET, SERVICE_PRINCIPAL, Declared, Denial, entries, part
from components.graph_permissions import DELEGATED_PERMISSIONS, PERMISSIONS
from components.settings import Settings
from components.statement import AZURE_PROVIDER, ENTRA_PROVIDER


def differences(resource: Declared, settings: Settings) -> Iterator[Denial]:
    for wrong in _differences(resource, settings):
        yield Denial(resource, wrong)


def _differences(resource: Declared, settings: Settings) -> Iterator[str]:
    given, kind = resource.properties, resource.type
    if kind in (ENTRA_PROVIDER, AZURE_PROVIDER) and given.get("tenantId") != settings.directory_id:
        yield f"it is for the tenant {given.get('tenantId')}, and directoryId is {settings.directory_id}."
    if kind in (APPLICATION, SERVICE_PRINCIPAL):
        yield from _list("owner", given.get("owners"), settings.owners, "owners")
    if kind == APPLICATION:
        if given.get("displayName") != settings.display_name:
            yield f"it is called {given.get('displayName')}, and displayName is {settings.display_name}."
        url = settings.redirect_url
        yield from _list("redirect URL", part(given, "web", "redirectUris"), [url] if url else [], "redirectUrl")
        requested = [
            (part(access, "type") == "Scope", part(access, "id"))
            for api in entries(given.get("requiredResourceAccesses"))
            for access in entries(part(api, "resourceAccesses"))
        ]
        roles, scopes = ([one for scope, one in requested if scope is wanted] for wanted in (False, True))
        yield from _list("requested permission", roles, _roles(settings), "permissions")
        delegated = [DELEGATED_PERMISSIONS[name] for name in settings.delegated_permissions]
        yield from _list("requested delegated permission", scopes, delegated, "delegatedPermissions")
    if kind == GRANT and settings.admin_consent == "external":
        yield "it is a grant, and adminConsent is external: an administrator grants."
    elif kind == GRANT and given.get("appRoleId") not in _roles(settings):
        yield f"it grants the app role {given.get('appRoleId')}, which is not in permissions."
    if kind == SECRET:
        day = str(given.get("displayName")).rpartition(" ")[2]
        if (day, given.get("endDate")) not in {(str(one.issued), one.end_date) for one in settings.declared_secrets()}:
            yield f"it is a secret of {day} that ends at {given.get('endDate')}, which is not in secrets."


def _roles(settings: Settings) -> list[str]:
    return [PERMISSIONS[name].app_role_id for name in settings.requested_permissions]


def _list(what: str, declared: Any, configured: list[str] | tuple[str, ...], key: str) -> Iterator[str]:
    found = entries(declared)
    for more in (one for one in found if one not in configured):
        yield f"it has the {what} {more}, which is not in {key}."
    for missing in (one for one in configured if one not in found):
        yield f"it lacks the {what} {missing}, which {key} names."
