"""The tree that a `$filter` parses into. Plain data."""

from dataclasses import dataclass
from datetime import datetime

from sandbox.odata.entity import Kind

LiteralValue = str | bool | int | float | datetime | None


@dataclass(frozen=True)
class Literal:
    """A constant; `kind` is None for ``null``."""

    value: LiteralValue
    kind: Kind | None


@dataclass(frozen=True)
class Path:
    """A property, or a property of a complex one: ``web/homePageUrl``. A lambda's variable is its first segment."""

    segments: tuple[str, ...]


@dataclass(frozen=True)
class CountOf:
    """Number of items of a collection: ``owners/$count``."""

    path: Path


@dataclass(frozen=True)
class Comparison:
    """``path operator literal``; the operator is one of ``eq ne gt ge lt le``."""

    operator: str
    left: Path | CountOf
    right: Literal


@dataclass(frozen=True)
class OneOf:
    """``path in (literal, …)``."""

    path: Path
    literals: tuple[Literal, ...]


@dataclass(frozen=True)
class TextTest:
    """``startswith(path, 'text')`` or ``endswith(path, 'text')``."""

    function: str
    path: Path
    text: str


@dataclass(frozen=True)
class AnyOf:
    """``path/any(variable: predicate)``; without predicate it asks whether the collection has any item."""

    path: Path
    variable: str
    predicate: "Expression | None"


@dataclass(frozen=True)
class Not:
    """``not operand``."""

    operand: "Expression"


@dataclass(frozen=True)
class And:
    """All of the operands (two or more)."""

    operands: "tuple[Expression, ...]"


@dataclass(frozen=True)
class Or:
    """At least one of the operands (two or more)."""

    operands: "tuple[Expression, ...]"


Expression = Comparison | OneOf | TextTest | AnyOf | Not | And | Or
