"""Diff: what would change, and what forces a replacement. Compares the declaration with the recorded state."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from engine.stand_ins.provider.properties import Properties, has_unknowns
from engine.stand_ins.provider.schema import Kind, Property, Schema, comparable, matters_without_block


class How(Enum):
    ADD = "add"
    DELETE = "delete"
    UPDATE = "update"


@dataclass(frozen=True)
class Change:
    path: str
    how: How
    replaces: bool

    @property
    def name(self) -> str:
        return self.path.split(".", 1)[0]


def diff(schema: Schema, state: Properties, inputs: Properties) -> list[Change]:
    """All changes that an update to `inputs` would make to `state`, in the schema's order."""
    return [
        change
        for name, described in schema.items()
        if not described.output_only
        for change in _changes(described, state.get(name), inputs.get(name), name)
    ]


def _changes(described: Property, old: Any, new: Any, path: str) -> Iterator[Change]:
    if new is None and described.computed:
        return
    if has_unknowns(new):
        yield Change(path, How.UPDATE, described.replaces)
        return
    if described.kind is Kind.BLOCK:
        yield from _block_changes(described, old, new, path)
    elif comparable(described, old) != comparable(described, new):
        yield Change(path, _how(described, old, new), described.replaces)


def _how(described: Property, old: Any, new: Any) -> How:
    """What the state holds is there, also where it is `false` or empty: as `false => true`, not as an addition."""
    if old is None:
        return How.ADD
    return How.DELETE if new is None and described.default is None else How.UPDATE


def _block_changes(described: Property, old: Any, new: Any, path: str) -> Iterator[Change]:
    if new is None:
        if matters_without_block(described, old):
            yield Change(path, How.DELETE, described.replaces)
        return
    for name, inner in described.fields.items():
        yield from _changes(inner, (old or {}).get(name), new.get(name), f"{path}.{name}")
