"""What a query may say about one type of object: its properties, their kinds, and the operators each supports.

Plain data with lookups; the tables of the directory's own types are in `entity_types`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from sandbox.odata.errors import ODataError


class Kind(Enum):
    """Type of a property, as far as `$filter` distinguishes types. The value is the name that error messages use."""

    STRING = "Edm.String"
    GUID = "Edm.Guid"
    BOOLEAN = "Edm.Boolean"
    NUMBER = "Edm.Int32"
    DATE_TIME = "Edm.DateTimeOffset"
    COMPLEX = "Complex"
    STRINGS = "Collection(Edm.String)"
    OBJECTS = "Collection(Complex)"

    @property
    def is_collection(self) -> bool:
        return self in (Kind.STRINGS, Kind.OBJECTS)


NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Property:
    """One property of an entity type.

    Attributes:
        name: The spelling that responses use.
        kind: Its type.
        default: Operators that `$filter` accepts on it without further ado: ``eq ne not ge le in startswith endswith
            null`` (``null`` stands for a comparison with ``null``).
        advanced: Operators that it accepts only in an advanced query (``ConsistencyLevel: eventual`` and
            ``$count=true``).
        order_by: ``"default"``, ``"advanced"`` or None, when `$orderby` is refused.
        searchable: Whether `$search` may name it.
    """

    name: str
    kind: Kind = Kind.STRING
    default: frozenset[str] = NOTHING
    advanced: frozenset[str] = NOTHING
    order_by: str | None = None
    searchable: bool = False


@dataclass(frozen=True)
class Rules:
    """What a service allows on its collections.

    Attributes:
        page_size: Number of objects of a page when `$top` is not given.
        max_page_size: The largest `$top`.
        directory: Whether the directory's rule of advanced queries applies.
        skip: Whether `$skip` is allowed (the directory refuses it).
        unknown_property_code: ``error.code`` for a property that the type does not have.
    """

    page_size: int = 100
    max_page_size: int = 999
    directory: bool = True
    skip: bool = False
    unknown_property_code: str = "BadRequest"


@dataclass(frozen=True)
class EntityType:
    """An entity type of Graph.

    Attributes:
        name: Qualified name, for instance ``microsoft.graph.application``.
        properties: Every property that `$select` may name, by lower-case name.
        default_select: What a response holds without `$select`; None for every property.
        rules: What the service allows on collections of it.
        expandable: Navigation properties that `$expand` may name.
    """

    name: str
    properties: Mapping[str, Property]
    default_select: tuple[str, ...] | None = None
    rules: Rules = field(default_factory=Rules)
    expandable: frozenset[str] = NOTHING

    @classmethod
    def of(
        cls,
        name: str,
        properties: Iterable[Property],
        *,
        default_select: tuple[str, ...] | None = None,
        rules: Rules | None = None,
        expandable: frozenset[str] = NOTHING,
    ) -> "EntityType":
        by_name = {item.name.lower(): item for item in properties}
        return cls(name, by_name, default_select, rules or Rules(), expandable)

    @property
    def resource(self) -> str:
        """The name that filter errors use: ``Application`` for ``microsoft.graph.application``."""
        bare = self.name.rpartition(".")[2]
        return bare[:1].upper() + bare[1:]

    def property_named(self, name: str) -> Property:
        """Return the property of that name; Graph ignores case here.

        Raises:
            ODataError: The type has no such property.
        """
        found = self.properties.get(name.lower())
        if found is None:
            raise ODataError(
                self.rules.unknown_property_code, f"Could not find a property named '{name}' on type '{self.name}'."
            )
        return found
