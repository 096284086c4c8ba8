"""`/servicePrincipals`: an application inside the tenant."""

from typing import Any

from sandbox.directory.models import applications, exchange_access, objects, owners, service_principals
from sandbox.directory.models.objects import DirectoryObject
from sandbox.directory.responses.listed_objects import fetch, without_unasked
from sandbox.directory.responses.lookup import (
    MANAGE_ALL,
    UPSERT,
    first_owners,
    moment,
    owned,
    service_principal,
    unlocked,
)
from sandbox.directory.responses.owners import expanded
from sandbox.graph import timestamps
from sandbox.graph.errors import GraphError, access_denied, invalid_object_id, invalid_value
from sandbox.graph.guids import is_guid
from sandbox.graph.listing import number, one, page
from sandbox.graph.routing import Call, Reply
from sandbox.odata import Fetch, QueryOptions
from sandbox.odata.entity_types import SERVICE_PRINCIPAL

_LOCKED = frozenset({"keyCredentials", "passwordCredentials", "tokenEncryptionKeyId"})
_ATTRIBUTES = "customSecurityAttributes"
_SIGNING_YEARS = 3
"""learn.microsoft.com/graph/api/serviceprincipal-addtokensigningcertificate"""
_READ_ATTRIBUTES = ("CustomSecAttributeAssignment.Read.All", "CustomSecAttributeAssignment.ReadWrite.All")


def list_all(call: Call) -> Reply:
    return page(call, SERVICE_PRINCIPAL, "servicePrincipals", lambda options: _source(call, options))


def count(call: Call) -> Reply:
    return number(call, SERVICE_PRINCIPAL, lambda options: _source(call, options))


def read(call: Call) -> Reply:
    asked = ",".join(value for name, value in call.query if name.lower() == "$select").casefold()
    if _ATTRIBUTES.casefold() in asked and not call.caller.has_role(*_READ_ATTRIBUTES):
        raise access_denied()
    return one(call, SERVICE_PRINCIPAL, "servicePrincipals", _show(call, service_principal(call)))


def add_token_signing_certificate(call: Call) -> Reply:
    """`POST …/addTokenSigningCertificate`: a key to sign with, its certificate, and the password of the two."""
    found = unlocked(call, owned(call, service_principal(call)), "keyCredentials")
    name = call.json().get("displayName")
    if not isinstance(name, str) or not name.startswith("CN="):
        raise invalid_value("displayName", "ServicePrincipal")
    now = call.seconds
    longest = timestamps.years_after(now, _SIGNING_YEARS)
    ends = moment(call.json(), "endDateTime", longest, ("endDateTime", "ServicePrincipal"))
    if not now < ends <= longest:
        raise invalid_value("endDateTime", "ServicePrincipal")
    made = service_principals.add_signing_certificate(call.store, call.tenant, found, name, now=now, ends=ends)
    return Reply(200, {"@odata.context": call.url("/$metadata#microsoft.graph.selfSignedCertificate"), **made})


def create(call: Call) -> Reply:
    """`POST /servicePrincipals`. The caller becomes the owner unless the body names owners."""
    return _create(call, call.json())


def change(call: Call) -> Reply:
    """`PATCH /servicePrincipals/{servicePrincipal}`; by `appId` with `Prefer: create-if-missing` it creates, too."""
    by, value = call.key("servicePrincipal")
    if by == "appId" and UPSERT in call.header("Prefer").lower():
        if not is_guid(value):
            raise invalid_object_id(value)
        if objects.by_key(call.store, call.tenant, service_principals.KIND, value, call.seconds) is None:
            return _create(call, {**call.json(), "appId": value})
    found, given = owned(call, service_principal(call)), call.json()
    for name in _LOCKED & given.keys():
        unlocked(call, found, name)
    if _ATTRIBUTES in given and not call.caller.has_role("CustomSecAttributeAssignment.ReadWrite.All"):
        raise access_denied()
    service_principals.change(call.store, call.tenant, found, given, call.seconds)
    return Reply(204)


def delete(call: Call) -> Reply:
    """`DELETE /servicePrincipals/{servicePrincipal}`: for 30 days; its grants and rights in Exchange end at once."""
    found = owned(call, service_principal(call))
    service_principals.soft_delete(call.store, call.tenant, found, call.seconds, call.faults.object_lag_s)
    exchange_access.withdraw(call.store, call.tenant, found.id)
    return Reply(204)


def _create(call: Call, body: dict[str, Any]) -> Reply:
    first = first_owners(call, body)
    if not call.caller.has_role(MANAGE_ALL):
        _check_application_is_owned(call, body.get("appId"))
    made = service_principals.create(
        call.store, call.tenant, body, now=call.seconds, visible=call.seconds + call.faults.object_lag_s
    )
    for owner in first:
        owners.add(call.store, call.tenant, made.id, owner)
    reply = one(call, SERVICE_PRINCIPAL, "servicePrincipals", _show(call, made))
    assert isinstance(reply.body, dict)  # noqa: S101 as `one` makes it
    if "createdDateTime" in reply.body:
        reply.body["createdDateTime"] = timestamps.text(call.seconds)
    location = f"/v2/{call.tenant.id}/directoryObjects/{made.id}/Microsoft.DirectoryServices.ServicePrincipal"
    return Reply(201, reply.body, {"Location": call.context.base_url + location})


def _check_application_is_owned(call: Call, app_id: Any) -> None:
    """With `OwnedBy` the application must be the caller's own; while it is not replicated yet it counts as foreign."""
    if not is_guid(app_id):
        return  # the model refuses it
    application = objects.by_key(call.store, call.tenant, applications.KIND, app_id, call.seconds)
    unseen = application is None and objects.live_by_key(call.store, call.tenant, applications.KIND, app_id) is not None
    not_owned = application is not None and not owners.is_owner(
        call.store, call.tenant, application.id, call.caller.oid
    )
    if unseen or not_owned:
        raise GraphError(
            403,
            "Authorization_RequestDenied",
            "When using this permission, the backing application of the service principal being created must in "
            "the local tenant",
        )


def _source(call: Call, options: QueryOptions) -> Fetch:
    return fetch(call, service_principals.KIND, options, lambda item: _show(call, item))


def _show(call: Call, item: DirectoryObject) -> dict[str, Any]:
    shown = service_principals.show(call.store, call.tenant, item, call.seconds)
    return without_unasked(call, shown, service_principals.SELECTABLE) | expanded(call, item.id)
