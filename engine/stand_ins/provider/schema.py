"""How a resource's properties are described, and what two values of a property have in common.

The same description serves Check (is it allowed?), Diff (is it different?), Create (what is not known yet?) and Read
(what would a program have written?).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from engine.stand_ins.provider.properties import Properties

Check = Callable[[str], str | None]
"""What is wrong with a text, as a sentence, or None."""


class Kind(Enum):
    TEXT = "text"
    FLAG = "flag"
    NUMBER = "number"
    LIST = "list"
    SET = "set"
    MAP = "map"
    BLOCK = "block"


ZERO: Mapping[Kind, Any] = {Kind.TEXT: "", Kind.FLAG: False, Kind.NUMBER: 0, Kind.LIST: [], Kind.SET: [], Kind.MAP: {}}
"""What the official plugin takes an unset property for; a block has none."""


@dataclass(frozen=True, kw_only=True)
class Property:
    kind: Kind = Kind.TEXT
    required: bool = False
    computed: bool = False
    """Graph fills it in when the program leaves it out."""
    output_only: bool = False
    """No program may set it."""
    replaces: bool = False
    """A change cannot be made in place."""
    default: Any = None
    check: Check | None = None
    element: "Property | None" = None
    """What a list or set holds."""
    fields: Mapping[str, "Property"] = field(default_factory=dict)
    """What a block holds."""
    conflicts: tuple[str, ...] = ()
    supported: bool = True
    """False: the official plugin knows it as an input, the stand-in only shows it."""
    quiet: tuple[Any, ...] | None = ()
    """Values that do not count as a change when the program leaves the surrounding block out; None: all of them."""


Schema = Mapping[str, Property]


def output(kind: Kind = Kind.TEXT) -> Property:
    return Property(kind=kind, computed=True, output_only=True)


def texts(kind: Kind, check: Check | None = None, **traits: Any) -> Property:
    return Property(kind=kind, element=Property(check=check), **traits)


def block(fields: Schema, **traits: Any) -> Property:
    return Property(kind=Kind.BLOCK, fields=fields, **traits)


def comparable(described: Property, value: Any) -> Any:
    """A value in the form in which equal means *no change*: sets in one order, unset as its zero value."""
    if described.kind is Kind.BLOCK:
        given = value or {}
        return tuple((name, comparable(inner, given.get(name))) for name, inner in described.fields.items())
    if value is None:
        value = described.default if described.default is not None else ZERO[described.kind]
    if described.kind is Kind.MAP:
        return tuple(sorted(value.items()))
    if described.element is None:
        return value
    items = [comparable(described.element, item) for item in value]
    return tuple(sorted(items, key=repr) if described.kind is Kind.SET else items)


def is_unset(described: Property, value: Any) -> bool:
    if described.kind is Kind.BLOCK:
        return all(is_unset(inner, (value or {}).get(name)) for name, inner in described.fields.items())
    return value is None or value == ZERO[described.kind]


def matters_without_block(described: Property, value: Any) -> bool:
    """Whether a stored block differs from a program that leaves the whole block out.

    Graph always returns the blocks of an application; the official plugin ignores those that hold nothing of note.
    """
    return any(
        inner.quiet is not None
        and not is_unset(inner, stored := (value or {}).get(name))
        and stored not in inner.quiet
        and (inner.kind is not Kind.BLOCK or matters_without_block(inner, stored))
        for name, inner in described.fields.items()
    )


def plan(schema: Schema, inputs: Properties, state: Properties | None = None) -> Properties:
    """All input properties with a value: the program's, else Graph's where it may choose, else the default."""
    planned: Properties = {}
    for name, described in schema.items():
        if described.output_only:
            continue
        value = inputs.get(name)
        if value is None and described.computed and state is not None:
            value = state.get(name)
        planned[name] = _filled(described, value)
    return planned


def names(schema: Schema) -> Iterable[str]:
    return (name for name, described in schema.items() if not described.output_only)


def _filled(described: Property, value: Any) -> Any:
    if described.kind is Kind.BLOCK:
        return value
    if value is not None:
        return value
    return described.default if described.default is not None else ZERO[described.kind]
