"""Lists of directory objects from the store: narrowed by SQL where the query allows, one object after another."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sandbox.directory.models import objects
from sandbox.directory.models.objects import DirectoryObject, Order
from sandbox.graph.errors import bad_request
from sandbox.graph.routing import Call
from sandbox.odata import Fetch, PageKey, QueryOptions, Row, condition

_COLUMNS = {name: f"{column} {{}}" for name, column in {**objects.COLUMNS, "appid": "key"}.items()}
_MOST_DIGITS = 18


def fetch(call: Call, kind: str, options: QueryOptions, show: Callable[[DirectoryObject], Mapping[str, Any]]) -> Fetch:
    """A source of the objects of a kind for `odata.read_page`."""
    order: Order = "name" if options.order_by and options.order_by.name == "displayName" else "seq"
    descending = bool(options.order_by and options.order_by.descending)
    hint = condition(options.filter, _COLUMNS) if options.filter is not None else None
    where = (hint.sql, hint.parameters) if hint else None

    def read(after: PageKey | None, limit: int) -> Sequence[Row]:
        if after is not None and not _is_page_key(after, order):
            raise bad_request(
                "The specified page token value has expired and can no longer be included in your request.",
                code="Directory_ExpiredPageToken",
            )
        found = objects.scan(
            call.store,
            call.tenant,
            kind,
            call.seconds,
            order=order,
            descending=descending,
            after=after,
            limit=limit,
            where=where,
        )
        return [(objects.page_key(item, order), show(item)) for item in found]

    return read


def _is_page_key(key: PageKey, order: Order) -> bool:
    parts = 1 if order == "seq" else 2
    return len(key) == parts and key[-1].isascii() and key[-1].isdigit() and len(key[-1]) <= _MOST_DIGITS


def without_unasked(call: Call, shown: dict[str, Any], selectable: Mapping[str, Any]) -> dict[str, Any]:
    """`shown` without the properties that only `$select` brings out, unless there is one."""
    if any(name.lower() == "$select" for name, _ in call.query):
        return shown
    return {name: value for name, value in shown.items() if name not in selectable}
