"""Owners of applications and service principals: object IDs of users and service principals.

The caller is always an owner at creation, because Graph demands it; the official plugin takes it off right afterwards
unless the program lists it.
"""

from typing import Any

from engine.stand_ins.azuread.graph import Graph, Json
from engine.stand_ins.provider.kind import doing

_AT_CREATION = 20
"""How many owners, the caller among them, Graph takes with the request that creates an object."""


def at_creation(graph: Graph, caller: str, wanted: list[str]) -> tuple[list[str], list[str]]:
    """The references to send with the creation, and the owners left to add one by one."""
    others = [owner for owner in wanted if owner.lower() != caller.lower()]
    first, rest = others[: _AT_CREATION - 1], others[_AT_CREATION - 1 :]
    return [graph.reference(owner) for owner in (caller, *first)], rest


def complete(
    graph: Graph, path: str, label: str, caller: str, wanted: list[str], left: list[str], deadline: float
) -> None:
    """Finish the owners of an object just created: add those that are `left`, take the caller off unless listed.

    Args:
        label: the object's name in errors, as the official plugin words it.
    """
    with doing(f"Could not add owners to {label}"):
        for owner in left:
            add(graph, path, owner, deadline)
    if caller.lower() not in (owner.lower() for owner in wanted):
        with doing(f"Could not remove initial owner from {label}"):
            remove(graph, path, caller, deadline)


def add(graph: Graph, path: str, owner: str, deadline: float) -> None:
    body: Json = {"@odata.id": graph.reference(owner)}
    graph.post(f"{path}/owners/$ref", body, deadline)


def remove(graph: Graph, path: str, owner: str, deadline: float) -> None:
    graph.delete(f"{path}/owners/{owner}/$ref", deadline)


def read(graph: Graph, path: str, deadline: float) -> list[str]:
    return sorted(_id(owner) for owner in graph.list(f"{path}/owners", deadline))


def replace(graph: Graph, path: str, wanted: list[str], deadline: float) -> None:
    """Make the owners exactly the wanted ones: additions first, so that the object is never without."""
    existing = [_id(owner) for owner in graph.list(f"{path}/owners", deadline)]
    for owner in wanted:
        if owner not in existing:
            add(graph, path, owner, deadline)
    for owner in existing:
        if owner not in wanted:
            remove(graph, path, owner, deadline)


def _id(owner: dict[str, Any]) -> str:
    return str(owner["id"])
