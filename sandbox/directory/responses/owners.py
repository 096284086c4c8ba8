"""`…/owners` of applications and service principals."""

from collections.abc import Callable
from typing import Any

from sandbox.directory.models import objects, owners
from sandbox.directory.models.objects import DirectoryObject
from sandbox.directory.responses import any_object
from sandbox.directory.responses.lookup import check_may_add, owned, reference
from sandbox.graph.errors import bad_request, invalid_object_id, not_found
from sandbox.graph.guids import is_guid
from sandbox.graph.listing import page
from sandbox.graph.routing import Call, Reply
from sandbox.odata import fetch_from
from sandbox.odata.entity_types import DIRECTORY_OBJECT_LISTED

_MOST_EXPANDED = 20

Find = Callable[[Call], DirectoryObject]
"""Finds the application or service principal that a path names."""


def list_all(call: Call, find: Find) -> Reply:
    present = owners_of(call, find(call).id)
    return page(
        call, DIRECTORY_OBJECT_LISTED, "directoryObjects", lambda options: fetch_from(present, options.order_by)
    )


def owners_of(call: Call, object_id: str) -> list[dict[str, Any]]:
    shown = (_show(call, owner) for owner in owners.of(call.store, call.tenant, object_id))
    return [item for item in shown if item is not None]


def expanded(call: Call, object_id: str) -> dict[str, Any]:
    """What `$expand=owners` adds to an object; nothing when it was not asked for. At most 20, as Graph expands."""
    asked = any(name.lower() == "$expand" for name, _ in call.query)
    return {"owners": owners_of(call, object_id)[:_MOST_EXPANDED]} if asked else {}


def add(call: Call, find: Find) -> Reply:
    target = owned(call, find(call))
    new = reference(call, call.json().get("@odata.id"))
    check_may_add(call, [new.id])
    if not owners.add(call.store, call.tenant, target.id, new.id):
        raise bad_request(
            "One or more added object references already exist for the following modified properties: 'owners'."
        )
    return Reply(204)


def remove(call: Call, find: Find) -> Reply:
    target = owned(call, find(call))
    owner = call.value("owner")
    if not is_guid(owner):
        raise invalid_object_id(owner)
    if not owners.drop(call.store, call.tenant, target.id, owner.lower()):
        raise not_found(owner)
    return Reply(204)


def _show(call: Call, owner: str) -> dict[str, Any] | None:
    found = objects.get(call.store, call.tenant, owner, call.seconds)
    if found is None:
        return None
    return any_object.show(call, found)
