"""`/applications/{application}/federatedIdentityCredentials`: workload identity."""

import re
from typing import Any

from sandbox.directory.models import federated_credentials
from sandbox.directory.models.federated_credentials import MOST, FederatedCredential
from sandbox.directory.models.property_rules import check, each, lines, nothing, nullable, number, plain, shape, text
from sandbox.directory.responses.lookup import application, owned
from sandbox.graph.errors import GraphError, bad_request, invalid_value, not_found
from sandbox.graph.listing import one, page
from sandbox.graph.routing import Call, Reply
from sandbox.odata import EntityType, Kind, Property, fetch_from

_TYPE = EntityType.of(
    "microsoft.graph.federatedIdentityCredential",
    [
        *[
            Property(name, Kind.STRING, frozenset({"eq"}))
            for name in ("id", "name", "issuer", "subject", "description")
        ],
        Property("audiences", Kind.STRINGS),
    ],
)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{2,119}")
_RULES = {
    "name": lambda value: isinstance(value, str) and _NAME.fullmatch(value) is not None,
    "issuer": lambda value: text(600, 1)(value) and value.startswith("https://"),
    "subject": text(600, 1),
    "audiences": lambda value: each(text(600, 1), 1)(value) and len(value) == 1,
    "description": nullable(lines(600)),
}
_EXPRESSION = "claimsMatchingExpression"
_FLEXIBLE = _RULES | {
    "subject": nothing,
    _EXPRESSION: shape({"value": text(600, 1), "languageVersion": number(1)}, required=("value", "languageVersion")),
}
_KIND = "FederatedIdentityCredential"
_REQUIRED = ("name", "issuer", "subject", "audiences")


def list_all(call: Call) -> Reply:
    found = application(call)
    shown = [_show(item) for item in federated_credentials.of(call.store, call.tenant, found.id)]
    return page(call, _TYPE, _fragment(found.id), lambda options: fetch_from(shown, options.order_by))


def read(call: Call) -> Reply:
    found = application(call)
    return one(call, _TYPE, _fragment(found.id), _show(_credential(call, found.id)))


def create(call: Call) -> Reply:
    found = owned(call, application(call))
    given = plain(call.json())
    flexible = call.version == "beta" and _EXPRESSION in given
    for name in _REQUIRED:
        if name not in given and not (flexible and name == "subject"):
            raise invalid_value(name, _KIND)
    check(given, _FLEXIBLE if flexible else _RULES, frozenset(), _KIND)
    existing = federated_credentials.of(call.store, call.tenant, found.id)
    if len(existing) >= MOST:
        raise bad_request(f"No more than {MOST} federated identity credentials can be configured for an application.")
    new = FederatedCredential(
        federated_credentials.new_id(),
        given["name"],
        given["issuer"],
        given.get("subject") or "",
        tuple(given["audiences"]),
        given.get("description"),
        given[_EXPRESSION]["value"] if flexible else "",
    )
    _check_unique(new, existing)
    federated_credentials.add(call.store, call.tenant, found.id, new)
    reply = one(call, _TYPE, _fragment(found.id), _show(new))
    location = f"{call.context.base_url}/v2/{call.tenant.id}/federatedIdentityCredentials/{new.id}"
    return Reply(201, reply.body, {"Location": location})


def change(call: Call) -> Reply:
    """`PATCH …/federatedIdentityCredentials/{credential}`. The name stays what it was."""
    found = owned(call, application(call))
    old = _credential(call, found.id)
    given = plain(call.json())
    check(given, _RULES, frozenset(), _KIND)
    if given.pop("name", old.name) != old.name:
        raise bad_request("Property 'name' is read-only and cannot be set.")
    changed = FederatedCredential(
        old.id,
        old.name,
        given.get("issuer", old.issuer),
        given.get("subject", old.subject),
        tuple(given.get("audiences", old.audiences)),
        given.get("description", old.description),
        old.expression,
    )
    others = [item for item in federated_credentials.of(call.store, call.tenant, found.id) if item.id != old.id]
    _check_unique(changed, others)
    federated_credentials.replace(call.store, call.tenant, found.id, changed)
    return Reply(204)


def delete(call: Call) -> Reply:
    found = owned(call, application(call))
    federated_credentials.drop(call.store, call.tenant, found.id, _credential(call, found.id).id)
    return Reply(204)


def _check_unique(new: FederatedCredential, others: list[FederatedCredential]) -> None:
    if any(item.name == new.name for item in others):
        raise _taken(f"FederatedIdentityCredential with name {new.name} already exists.")
    if any(
        (item.issuer, item.subject, item.expression) == (new.issuer, new.subject, new.expression) for item in others
    ):
        raise _taken(f"FederatedIdentityCredential with issuer {new.issuer} and subject {new.subject} already exists.")


def _whose(item: FederatedCredential) -> tuple[str, str, str]:
    return item.issuer, item.subject, item.expression


def _taken(message: str) -> GraphError:
    return GraphError(409, "Request_MultipleObjectsWithSameKeyValue", message)


def _credential(call: Call, application_id: str) -> FederatedCredential:
    name = call.value("credential")
    found = federated_credentials.find(call.store, call.tenant, application_id, name)
    if found is None:
        raise not_found(name)
    return found


def _fragment(application_id: str) -> str:
    return f"applications('{application_id}')/federatedIdentityCredentials"


def _show(item: FederatedCredential) -> dict[str, Any]:
    return {
        "id": item.id,
        "name": item.name,
        "issuer": item.issuer,
        "subject": item.subject or None,
        "description": item.description,
        "audiences": list(item.audiences),
    }
