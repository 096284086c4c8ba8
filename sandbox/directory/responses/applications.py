"""`/applications`: registration, change, deletion, and client secrets."""

from typing import Any

from sandbox.directory.models import (
    applications,
    exchange_access,
    objects,
    owners,
    power,
    secret_policy,
    secrets,
    service_principals,
)
from sandbox.directory.models.objects import DirectoryObject
from sandbox.directory.responses.listed_objects import fetch, without_unasked
from sandbox.directory.responses.lookup import (
    UPSERT,
    application,
    first_owners,
    moment,
    owned,
    service_principal,
    unlocked,
)
from sandbox.directory.responses.owners import expanded
from sandbox.graph import timestamps
from sandbox.graph.errors import bad_request, invalid_value
from sandbox.graph.guids import is_guid
from sandbox.graph.listing import number, one, page
from sandbox.graph.routing import Call, Reply
from sandbox.odata import Fetch, QueryOptions
from sandbox.odata.entity_types import APPLICATION

_YEARS = 2
"""Lifetime of a secret that names no end."""
_SECRET = ("passwordCredential", "Application")
"""The property and its resource, as a refusal names them."""


def list_all(call: Call) -> Reply:
    return page(call, APPLICATION, "applications", lambda options: _source(call, options))


def count(call: Call) -> Reply:
    return number(call, APPLICATION, lambda options: _source(call, options))


def read(call: Call) -> Reply:
    return one(call, APPLICATION, "applications", _show(call, application(call)))


def create(call: Call) -> Reply:
    """`POST /applications`. The caller becomes the owner unless the body names owners."""
    return _create(call, call.json())


def _create(call: Call, body: dict[str, Any]) -> Reply:
    first = first_owners(call, body)
    made = applications.create(
        call.store,
        call.tenant,
        body,
        now=call.seconds,
        visible=call.seconds + call.faults.object_lag_s,
        created_by=call.caller.app_id,
    )
    for owner in first:
        owners.add(call.store, call.tenant, made.id, owner)
    reply = one(call, APPLICATION, "applications", _show(call, made))
    assert isinstance(reply.body, dict)  # noqa: S101 as `one` makes it
    if "createdDateTime" in reply.body:
        reply.body["createdDateTime"] = timestamps.precise(call.seconds)
    location = f"/v2/{call.tenant.id}/directoryObjects/{made.id}/Microsoft.DirectoryServices.Application"
    return Reply(201, reply.body, {"Location": call.context.base_url + location})


def change(call: Call) -> Reply:
    """`PATCH /applications/{application}`; by `uniqueName` with `Prefer: create-if-missing` it creates, too.

    learn.microsoft.com/graph/api/application-upsert
    """
    by, value = call.key("application")
    upsert = by == "uniqueName" and UPSERT in call.header("Prefer").lower()
    if upsert and applications.by_unique_name(call.store, call.tenant, value, call.seconds) is None:
        return _create(call, {**call.json(), "uniqueName": value})
    applications.change(call.store, call.tenant, owned(call, application(call)), call.json(), call.seconds)
    return Reply(204)


def delete(call: Call) -> Reply:
    """`DELETE /applications/{application}`: for 30 days, and its service principal with it."""
    found = owned(call, application(call))
    lag = call.faults.object_lag_s
    objects.soft_delete(call.store, call.tenant, found, call.seconds, lag)
    principal = objects.live_by_key(call.store, call.tenant, service_principals.KIND, found.key or "")
    if principal is not None:
        service_principals.soft_delete(call.store, call.tenant, principal, call.seconds, lag)
        exchange_access.withdraw(call.store, call.tenant, principal.id)
    return Reply(204)


def add_password(call: Call) -> Reply:
    return _add_password(call, owned(call, application(call)))


def add_password_of_principal(call: Call) -> Reply:
    return _add_password(call, unlocked(call, owned(call, service_principal(call)), "passwordCredentials"))


def _add_password(call: Call, found: DirectoryObject) -> Reply:
    """`POST …/addPassword`: the only answer that ever shows the secret."""
    wish = call.json().get("passwordCredential") or {}
    if not isinstance(wish, dict):
        raise invalid_value(*_SECRET)
    starts = moment(wish, "startDateTime", call.seconds, _SECRET)
    ends = moment(wish, "endDateTime", timestamps.years_after(starts, _YEARS), _SECRET)
    name = wish.get("displayName")
    if name is not None and not isinstance(name, str):
        raise invalid_value(*_SECRET)
    if ends <= starts or ends <= call.seconds:
        raise invalid_value(*_SECRET)
    own = [one.body for one in power.policies_of(call.store, call.tenant, found.id, call.seconds)]
    secret_policy.check(secret_policy.of_app(secret_policy.of(call.store, call.tenant), own), starts, ends)
    value = secrets.new_value(call.faults.secret_start)
    added = secrets.add(
        call.store,
        call.tenant,
        found.id,
        value,
        display_name=name,
        starts=starts,
        ends=ends,
        visible=call.seconds + call.faults.secret_lag_s,
    )
    context = {"@odata.context": call.url("/$metadata#microsoft.graph.passwordCredential")}
    return Reply(200, {**context, **applications.show_secret(added, value)}, {"Location": call.context.base_url})


def remove_password(call: Call) -> Reply:
    return _remove_password(call, owned(call, application(call)))


def remove_password_of_principal(call: Call) -> Reply:
    return _remove_password(call, unlocked(call, owned(call, service_principal(call)), "passwordCredentials"))


def _remove_password(call: Call, found: DirectoryObject) -> Reply:
    key_id = call.json().get("keyId")
    if not is_guid(key_id):
        raise bad_request("Invalid value specified for property 'keyId'.")
    if not secrets.drop(call.store, call.tenant, found.id, key_id):
        raise bad_request(f"No password credential found with keyId '{key_id}'.")
    return Reply(204)


def _source(call: Call, options: QueryOptions) -> Fetch:
    return fetch(call, applications.KIND, options, lambda item: _show(call, item))


def _show(call: Call, item: DirectoryObject) -> dict[str, Any]:
    shown = applications.show(call.store, call.tenant, item, call.seconds)
    return without_unasked(call, shown, applications.SELECTABLE) | expanded(call, item.id)
