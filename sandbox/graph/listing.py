"""What all lists and single objects here share: query options, pages, counts, in Graph's form."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, unquote

from sandbox.graph.routing import Call, Reply
from sandbox.odata import (
    EntityType,
    Fetch,
    QueryOptions,
    collection_body,
    count_rows,
    entity_body,
    only_select,
    read_options,
    read_page,
    require_countable,
)

Source = Callable[[QueryOptions], Fetch]
"""Makes the source of a list once the options are known (they decide its order)."""

Count = Callable[[QueryOptions], int | None]
"""Counts what passes the options, or None when every object has to be looked at."""


def options_of(call: Call, entity: EntityType) -> QueryOptions:
    return read_options(call.query, entity, consistency_level=call.header("ConsistencyLevel"))


def page(call: Call, entity: EntityType, fragment: str, source: Source, count: Count = lambda _: None) -> Reply:
    """Answer a request for a collection."""
    options = options_of(call, entity)
    fetch = source(options)
    total: int | None = None
    if options.count and options.after is None:
        total = count(options)
        total = count_rows(fetch, options) if total is None else total
    body = collection_body(
        read_page(fetch, options),
        options,
        base=call.url(""),
        fragment=fragment,
        request_url=call.url(quote(unquote(call.path), safe="/$@()'=,:")),
        count=total,
    )
    return Reply(200, body)


def number(call: Call, entity: EntityType, source: Source, count: Count = lambda _: None) -> Reply:
    """Answer a request for ``/$count``: a number as plain text."""
    level = call.header("ConsistencyLevel")
    if entity.rules.directory:
        require_countable(level)
    asked = [pair for pair in call.query if pair[0].lower() != "$count"]
    options = read_options([*asked, ("$count", "true")], entity, consistency_level=level)
    total = count(options)
    return Reply(200, str(count_rows(source(options), options) if total is None else total))


def one(call: Call, entity: EntityType, fragment: str, item: Mapping[str, Any]) -> Reply:
    options = options_of(call, entity)
    only_select(options)
    return Reply(200, entity_body(item, options, base=call.url(""), fragment=fragment))
