"""The functions (data sources) that the stand-in answers, by their Pulumi token."""

import base64
import hashlib
from collections.abc import Callable, Iterable, Mapping

from engine.stand_ins.azuread.graph import BETA, V1, Json, quoted
from engine.stand_ins.azuread.resources import service_principal
from engine.stand_ins.azuread.resources.shapes import flag, text
from engine.stand_ins.azuread.session import Session
from engine.stand_ins.provider.errors import OperationFailed, PluginError, ServiceRefusal
from engine.stand_ins.provider.kind import deadline_in, doing
from engine.stand_ins.provider.properties import Properties

Function = Callable[[Session, Properties], Properties]

_SECONDS = 300.0
_EXCLUDING = (
    ("includeUnverified", "onlyDefault"),
    ("includeUnverified", "onlyInitial"),
    ("onlyDefault", "onlyInitial"),
    ("onlyDefault", "onlyRoot"),
    ("onlyInitial", "onlyRoot"),
)

_SHORT = {
    "accountEnabled": "accountEnabled",
    "clientId": "appId",
    "applicationTenantId": "appOwnerOrganizationId",
    "appRoleAssignmentRequired": "appRoleAssignmentRequired",
    "displayName": "displayName",
    "objectId": "id",
    "preferredSingleSignOnMode": "preferredSingleSignOnMode",
    "servicePrincipalNames": "servicePrincipalNames",
    "type": "servicePrincipalType",
    "signInAudience": "signInAudience",
    "tags": "tags",
}
"""What `getServicePrincipals` says of each, by Graph's property, in the order in which the official plugin selects."""


def get_client_config(session: Session, arguments: Properties) -> Properties:
    """Who is signed in, as configured and as the token says; asks Graph nothing."""
    return {
        "id": f"{session.tenant}-{session.client_id}-{session.caller}",
        "clientId": session.client_id,
        "objectId": session.caller,
        "tenantId": session.tenant,
    }


def get_domains(session: Session, arguments: Properties) -> Properties:
    """The tenant's domains, filtered here because Graph does not filter them.

    Raises:
        PluginError: contradicting filters, or no domain passes them.
    """
    for one, other in _EXCLUDING:
        if arguments.get(one) and arguments.get(other):
            raise PluginError(f'Conflicting configuration arguments: "{one}": conflicts with {other}')
    with doing("listing domains"):
        domains = session.graph.list(f"{V1}/domains", deadline_in(_SECONDS))
    wanted = [domain for domain in domains if _is_wanted(domain, arguments)]
    if not wanted:
        raise PluginError("no domains found for the provided filters")
    return {
        **arguments,
        "id": f"domains#{session.tenant}#{_digest(text(domain, 'id') for domain in wanted)}",
        "domains": [
            {
                "adminManaged": flag(domain, "isAdminManaged"),
                "authenticationType": text(domain, "authenticationType"),
                "default": flag(domain, "isDefault"),
                "domainName": text(domain, "id"),
                "initial": flag(domain, "isInitial"),
                "root": flag(domain, "isRoot"),
                "supportedServices": list(domain.get("supportedServices") or []),
                "verified": flag(domain, "isVerified"),
            }
            for domain in wanted
        ],
    }


def get_service_principal(session: Session, arguments: Properties) -> Properties:
    """One service principal, by object ID, client ID or display name.

    Raises:
        PluginError: none or several match, or not exactly one of the three was given.
    """
    given = [name for name in ("clientId", "displayName", "objectId") if arguments.get(name)]
    if len(given) != 1:
        raise PluginError("exactly one of `clientId`, `displayName`, `objectId` must be specified")
    found = _find_service_principal(session, given[0], str(arguments[given[0]]))
    object_id = text(found, "id")
    with doing(f'Retrieving Service Principal (Service Principal ID: "{object_id}") (beta API)'):
        beta = session.graph.get(
            f"{BETA}/servicePrincipals/{object_id}", deadline_in(_SECONDS), select="samlMetadataUrl"
        )
    saml = service_principal.relay_state(found)
    return {
        **service_principal.outputs(found, beta),
        "id": f"{service_principal.ID_PREFIX}{object_id}",
        "samlSingleSignOns": [] if saml is None else [saml],
    }


def get_service_principals(session: Session, arguments: Properties) -> Properties:
    """Service principals in short, without roles; the stand-in finds them by client ID only.

    Raises:
        PluginError: there is none for one of the client IDs, or they were not given.
    """
    if not arguments.get("clientIds"):
        raise PluginError("the stand-in looks up several service principals by `clientIds` only")
    found = [_in_short(session, str(client_id)) for client_id in arguments["clientIds"]]
    return {
        "id": f"serviceprincipals#{_digest(one['objectId'] for one in found)}",
        "clientIds": [one["clientId"] for one in found],
        "displayNames": [one["displayName"] for one in found],
        "objectIds": [one["objectId"] for one in found],
        "servicePrincipals": found,
    }


FUNCTIONS: Mapping[str, Function] = {
    "azuread:index/getClientConfig:getClientConfig": get_client_config,
    "azuread:index/getDomains:getDomains": get_domains,
    "azuread:index/getServicePrincipal:getServicePrincipal": get_service_principal,
    "azuread:index/getServicePrincipals:getServicePrincipals": get_service_principals,
}


def _is_wanted(domain: Json, arguments: Properties) -> bool:
    """A filter passes a domain that does not say."""
    flags = {
        "adminManaged": "isAdminManaged",
        "onlyDefault": "isDefault",
        "onlyInitial": "isInitial",
        "onlyRoot": "isRoot",
    }
    if any(arguments.get(ours) and domain.get(theirs) is False for ours, theirs in flags.items()):
        return False
    if not arguments.get("includeUnverified") and domain.get("isVerified") is False:
        return False
    services = domain.get("supportedServices")
    return services is None or set(arguments.get("supportsServices") or []) <= set(services)


def _digest(names: Iterable[str]) -> str:
    return base64.urlsafe_b64encode(hashlib.sha1("/".join(names).encode(), usedforsecurity=False).digest()).decode()


def _in_short(session: Session, client_id: str) -> Properties:
    deadline = deadline_in(_SECONDS)
    condition = f"appId eq {quoted(client_id)}"
    with doing(f'Finding service principals with application ID: "{client_id}"'):
        found = session.graph.list(
            f"{V1}/servicePrincipals", deadline, filter=condition, select=",".join(_SHORT.values())
        )
    if not found:
        raise PluginError(f'Service principal not found with application ID: "{client_id}"')
    try:
        beta = session.graph.get(f"{BETA}/servicePrincipals/{found[0]['id']}", deadline, select="samlMetadataUrl")
    except ServiceRefusal:
        beta = {}
    known = service_principal.outputs(found[0], beta)
    return {name: known[name] for name in (*_SHORT, "samlMetadataUrl")}


def _find_service_principal(session: Session, by: str, value: str) -> Json:
    deadline = deadline_in(_SECONDS)
    if by == "objectId":
        try:
            return session.graph.get(f"{V1}/servicePrincipals/{value}", deadline)
        except ServiceRefusal as refusal:
            label = f'Service Principal (Service Principal ID: "{value}")'
            if refusal.status == 404:
                raise PluginError(f"{label} was not found") from None
            raise OperationFailed(f"Retrieving {label}", refusal) from None
    property_name = "appId" if by == "clientId" else "displayName"
    condition = f"{property_name} eq {quoted(value)}"
    with doing(f'Listing service principals for filter "{condition}"'):
        found = session.graph.list(f"{V1}/servicePrincipals", deadline, filter=condition)
    if by == "displayName" and len(found) > 1:
        raise PluginError(
            f'Multiple service principals found: found multiple service principals matching filter: "{condition}"'
        )
    match = next((one for one in found if text(one, property_name).lower() == value.lower()), None)
    if match is None:
        raise PluginError(f'No service principal found: no service principals matching filter: "{condition}"')
    return match
