"""Reads the query options of a request and checks them as the directory does.

Options without ``$`` are not OData's and are ignored. The ConsistencyLevel rule: `$search`, `ne`, `not`, `endswith`,
`$orderby` with `$filter` and the like work only with ``ConsistencyLevel: eventual`` (and `$count=true`); `$count=true`
without the header is silently ignored, which is documented behaviour (Graph, "Advanced query capabilities").
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.odata.checks import check
from sandbox.odata.entity import EntityType, Kind
from sandbox.odata.errors import ODataError, needs_advanced_query, unsupported
from sandbox.odata.evaluation import matches
from sandbox.odata.parser import parse
from sandbox.odata.search import Search, found_by, parse_search
from sandbox.odata.skip_token import PageKey, read_skip_token
from sandbox.odata.syntax import Expression

KNOWN = frozenset(
    {"$filter", "$select", "$top", "$skip", "$count", "$search", "$orderby", "$skiptoken", "$format", "$expand"}
)


@dataclass(frozen=True)
class Ordering:
    name: str
    descending: bool = False


@dataclass(frozen=True)
class Expansion:
    """A navigation property that is shown inside the object, with the properties to show of its items."""

    name: str
    select: tuple[str, ...] | None = None


@dataclass(frozen=True)
class QueryOptions:
    """The checked query options of one request.

    Attributes:
        entity: Type of the objects asked for.
        select: Property names of `$select` as responses spell them; None when not given.
        filter: Parsed `$filter`.
        search: Parsed `$search`.
        order_by: `$orderby`.
        top: Page size to serve.
        skip: Objects to pass over (never on the directory).
        count: Whether the response carries ``@odata.count``.
        after: Key of the last object of the page before, from `$skiptoken`.
        given: The options as they came, for `@odata.nextLink`.
        expand: Parsed `$expand`.
    """

    entity: EntityType
    select: tuple[str, ...] | None = None
    filter: Expression | None = None
    search: Search | None = None
    order_by: Ordering | None = None
    top: int = 100
    skip: int = 0
    count: bool = False
    after: PageKey | None = None
    given: tuple[tuple[str, str], ...] = ()
    expand: Expansion | None = None

    def wants(self, item: Mapping[str, Any]) -> bool:
        if self.filter is not None and not matches(self.filter, item):
            return False
        return self.search is None or found_by(self.search, item)

    @property
    def is_plain(self) -> bool:
        return self.filter is None and self.search is None


def read_options(
    pairs: Iterable[tuple[str, str]], entity: EntityType, *, consistency_level: str | None = None
) -> QueryOptions:
    """Read the options of a request for a collection or for one object.

    Args:
        consistency_level: Value of the ``ConsistencyLevel`` header.

    Raises:
        ODataError: An option that Graph refuses, with its code and message.
    """
    given = tuple(pairs)
    values = _by_name(given)
    eventual = (consistency_level or "").strip().lower() == "eventual"
    count_asked = _boolean("$count", values.get("$count"))
    advanced = eventual and count_asked
    rules = entity.rules

    if "$skip" in values and not rules.skip:
        raise ODataError("Request_BadRequest", "'$skip' is not supported by the service.")

    search = None
    if "$search" in values:
        if not rules.directory:
            raise ODataError("BadRequest", "Query option '$search' is not supported here.")
        if not eventual:
            raise unsupported(
                "Request with $search query parameter only works through MSGraph with a special request header: "
                "'ConsistencyLevel: eventual'"
            )
        search = parse_search(values["$search"], entity)

    expression = None
    if "$filter" in values:
        expression = parse(values["$filter"])
        check(expression, entity, advanced=advanced)

    order_by = None
    if "$orderby" in values:
        order_by = _ordering(values["$orderby"], entity, advanced=advanced)
        if rules.directory and expression is not None and not advanced:
            raise unsupported("Sorting not supported for current query.")

    return QueryOptions(
        entity=entity,
        select=_selection(values["$select"], entity) if "$select" in values else None,
        filter=expression,
        search=search,
        order_by=order_by,
        top=_page_size(values.get("$top"), entity),
        skip=_whole_number("$skip", values.get("$skip")) or 0,
        count=count_asked and (eventual or not rules.directory),
        after=read_skip_token(values["$skiptoken"], listing(entity, order_by)) if "$skiptoken" in values else None,
        given=given,
        expand=_expansion(values["$expand"], entity) if "$expand" in values else None,
    )


def listing(entity: EntityType, order_by: Ordering | None) -> str:
    """Return what a `$skiptoken` is bound to: the type of a list's objects and the order they are in."""
    return f"{entity.name} {order_by}"


def require_countable(consistency_level: str | None) -> None:
    """Refuse a ``/$count`` segment on the directory without ``ConsistencyLevel: eventual``.

    Raises:
        ODataError: The header is missing or says something else.
    """
    if (consistency_level or "").strip().lower() != "eventual":
        raise ODataError("Request_BadRequest", "$count is not currently supported.")


def _by_name(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, value in pairs:
        option = name.lower()
        if not option.startswith("$"):
            continue
        if option not in KNOWN:
            raise ODataError("BadRequest", f"The query parameter '{name}' is not supported.")
        if option in values:
            raise ODataError(
                "BadRequest",
                f"Query option '{name}' was specified more than once, but it must be specified at most once.",
            )
        values[option] = value
    return values


def _boolean(name: str, value: str | None) -> bool:
    if value is None:
        return False
    if value.lower() not in ("true", "false"):
        raise ODataError("BadRequest", f"Invalid value '{value}' for {name} query option found. Use true or false.")
    return value.lower() == "true"


def _whole_number(name: str, value: str | None) -> int | None:
    if value is None:
        return None
    if not (value.isascii() and value.isdigit()) or len(value) > 9:
        raise ODataError(
            "BadRequest",
            f"Invalid value '{value}' for {name} query option found. "
            f"The {name} query option requires a non-negative integer value.",
        )
    return int(value)


def _page_size(value: str | None, entity: EntityType) -> int:
    size = _whole_number("$top", value)
    if size is None:
        return entity.rules.page_size
    if not 1 <= size <= entity.rules.max_page_size:
        raise unsupported(
            f"Invalid page size specified: '{size}'. Must be between 1 and {entity.rules.max_page_size} inclusive."
        )
    return size


def _selection(value: str, entity: EntityType) -> tuple[str, ...] | None:
    names = [name.strip() for name in value.split(",")]
    if names == [""]:
        return None
    if "" in names:
        raise ODataError("BadRequest", "Parsing OData Select and Expand failed: Syntax error: an item is empty.")
    if "*" in names:
        return None
    return tuple(dict.fromkeys(entity.property_named(name).name for name in names))


_EXPANSION = re.compile(r"\s*(?P<name>\w+)\s*(?:\(\s*\$select=(?P<select>[\w\s,]+)\))?\s*", re.ASCII)


def _expansion(value: str, entity: EntityType) -> Expansion:
    found = _EXPANSION.fullmatch(value)
    name = found["name"] if found else value
    known = next((one for one in entity.expandable if one.lower() == name.lower()), None)
    if found is None or known is None:
        raise ODataError("BadRequest", f"Query option '$expand={value}' is not emulated here.", not_emulated=True)
    names = tuple(name.strip() for name in (found["select"] or "").split(",") if name.strip())
    return Expansion(known, names or None)


def _ordering(value: str, entity: EntityType, *, advanced: bool) -> Ordering:
    words = value.split()
    if "," in value:
        raise unsupported("Sorting by more than one property is not supported.")
    if not 1 <= len(words) <= 2 or (len(words) == 2 and words[1].lower() not in ("asc", "desc")):
        raise ODataError("BadRequest", f"Syntax error: '{value}' is no $orderby clause.")
    if not entity.rules.directory and "/" in words[0]:  # Exchange sorts events by start/dateTime
        head, _, tail = words[0].partition("/")
        item = entity.property_named(head)
        if item.kind is not Kind.COMPLEX or not tail.isidentifier():
            raise ODataError(entity.rules.unknown_property_code, f"Could not find a property named '{words[0]}'.")
        return Ordering(f"{item.name}/{tail}", words[-1].lower() == "desc")
    item = entity.property_named(words[0])
    if item.order_by is None:
        raise unsupported(f"Sorting by property '{item.name}' of resource '{entity.resource}' is not supported.")
    if item.order_by == "advanced" and not advanced:
        raise needs_advanced_query("OrderBy")
    return Ordering(item.name, words[-1].lower() == "desc")
