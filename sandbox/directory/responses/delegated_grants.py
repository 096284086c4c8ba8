"""`/oauth2PermissionGrants`, and the same of one service principal: delegated grants."""

from typing import Any

from sandbox.directory.models import delegated_grants, service_principals
from sandbox.directory.models.delegated_grants import EVERYBODY, ONE_PERSON, DelegatedGrant
from sandbox.directory.models.property_rules import plain
from sandbox.directory.responses.lookup import live, service_principal
from sandbox.graph.errors import GraphError, bad_request, invalid_value, not_found
from sandbox.graph.guids import is_guid
from sandbox.graph.listing import one, page
from sandbox.graph.routing import Call, Reply
from sandbox.odata import EntityType, Kind, Property, fetch_from

_TYPE = EntityType.of(
    "microsoft.graph.oAuth2PermissionGrant",
    [
        Property("id"),
        *[
            Property(name, Kind.STRING, frozenset({"eq"}))
            for name in ("clientId", "consentType", "principalId", "resourceId")
        ],
        Property("scope"),
    ],
)
_KIND = "OAuth2PermissionGrant"
_WRITABLE = frozenset({"clientId", "consentType", "principalId", "resourceId", "scope"})


def list_all(call: Call) -> Reply:
    shown = [_show(item) for item in delegated_grants.everyone(call.store, call.tenant)]
    return page(call, _TYPE, "oauth2PermissionGrants", lambda options: fetch_from(shown, options.order_by))


def list_of_client(call: Call) -> Reply:
    found = service_principal(call)
    shown = [_show(item) for item in delegated_grants.of_client(call.store, call.tenant, found.id)]
    fragment = f"servicePrincipals('{found.id}')/oauth2PermissionGrants"
    return page(call, _TYPE, fragment, lambda options: fetch_from(shown, options.order_by))


def read(call: Call) -> Reply:
    return one(call, _TYPE, "oauth2PermissionGrants", _show(_named(call)))


def create(call: Call) -> Reply:
    wish = plain(call.json())
    for name in wish:
        if name not in _WRITABLE and name not in ("id", "startTime", "expiryTime"):
            raise bad_request(f"Invalid property '{name}'.")
    everybody = wish.get("consentType") == EVERYBODY
    if not everybody and wish.get("consentType") != ONE_PERSON:
        raise invalid_value("consentType", _KIND)
    if everybody is (wish.get("principalId") is not None):
        raise invalid_value("principalId", _KIND)
    if not isinstance(wish.get("scope"), str):
        raise invalid_value("scope", _KIND)
    client = _end(call, wish, "clientId", service_principals.KIND)
    resource = _end(call, wish, "resourceId", service_principals.KIND)
    person = None if everybody else _end(call, wish, "principalId", "user")
    new = DelegatedGrant(delegated_grants.new_id(client, resource, person), client, person, resource, wish["scope"])
    if not delegated_grants.add(call.store, call.tenant, new):
        raise GraphError(409, "Request_MultipleObjectsWithSameKeyValue", "Permission entry already exists.")
    reply = one(call, _TYPE, "oauth2PermissionGrants", _show(new))
    return Reply(201, reply.body, {"Location": call.url(f"/oauth2PermissionGrants/{new.id}")})


def withdraw(call: Call) -> Reply:
    delegated_grants.drop(call.store, call.tenant, _named(call).id)
    return Reply(204)


def _named(call: Call) -> DelegatedGrant:
    found = delegated_grants.find(call.store, call.tenant, call.value("grant"))
    if found is None:
        raise not_found(call.value("grant"))
    return found


def _end(call: Call, wish: dict[str, Any], name: str, kind: str) -> str:
    value = wish.get(name)
    if not is_guid(value):
        raise invalid_value(name, _KIND)
    return live(call, value, kind).id


def _show(item: DelegatedGrant) -> dict[str, Any]:
    return {
        "clientId": item.client,
        "consentType": EVERYBODY if item.principal is None else ONE_PERSON,
        "id": item.id,
        "principalId": item.principal,
        "resourceId": item.resource,
        "scope": item.scope,
    }
