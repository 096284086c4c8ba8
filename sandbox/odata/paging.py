"""Builds the pages of a collection: objects, ``@odata.count``, ``@odata.nextLink`` and the context with `$select`.

A source is read in keyset order (after a key, so many rows), so that a page never costs more memory than it shows,
however large the collection is.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote as percent_encode

from sandbox.odata.errors import ODataError
from sandbox.odata.evaluation import fold
from sandbox.odata.options import Ordering, QueryOptions, listing
from sandbox.odata.skip_token import PageKey, write_skip_token

BATCH = 500
"""Rows read at a time while a filter that SQL cannot decide is applied."""

Row = tuple[PageKey, Mapping[str, Any]]
"""An object with its sort key."""

Fetch = Callable[[PageKey | None, int], Sequence[Row]]
"""Reads at most so many rows that come after the key (None: from the beginning), in order."""


@dataclass(frozen=True)
class Page:
    """One page.

    Attributes:
        items: The objects, whole; `$select` is applied by `collection_body`.
        next_key: Key to continue after, or None when this is the last page.
    """

    items: tuple[Mapping[str, Any], ...]
    next_key: PageKey | None


def read_page(fetch: Fetch, options: QueryOptions) -> Page:
    """Read the page that a request asks for.

    Args:
        options: Checked options; `$filter` and `$search` are applied here to what the source yields.
    """
    kept: list[Row] = []
    after, to_skip = options.after, options.skip if options.after is None else 0
    size = options.top + 1 + to_skip if options.is_plain else max(options.top + 1, BATCH)
    while True:
        rows = fetch(after, size)
        for key, item in rows:
            if not options.wants(item):
                continue
            if to_skip:
                to_skip -= 1
                continue
            kept.append((key, item))
            if len(kept) > options.top:
                return Page(tuple(item for _, item in kept[: options.top]), kept[options.top - 1][0])
        if len(rows) < size:
            return Page(tuple(item for _, item in kept), None)
        after = rows[-1][0]


def count_rows(fetch: Fetch, options: QueryOptions) -> int:
    total, after = 0, None
    while True:
        rows = fetch(after, BATCH)
        total += sum(options.wants(item) for _, item in rows)
        if len(rows) < BATCH:
            return total
        after = rows[-1][0]


def fetch_from(items: Iterable[Mapping[str, Any]], order_by: Ordering | None = None, *, key: str = "id") -> Fetch:
    """Make a source of objects that are already in memory (a few: owners, assignments, events).

    Args:
        order_by: The order asked for; without it they are ordered by `key`.
        key: Name of a property that is unique among them.
    """
    rows: list[Row] = sorted(
        ((((fold(_text(item, order_by.name)),) if order_by else ()) + (str(item[key]),), item) for item in items),
        key=lambda row: row[0],
    )
    if order_by and order_by.descending:
        rows.reverse()
    keys = [row[0] for row in rows]

    def fetch(after: PageKey | None, limit: int) -> Sequence[Row]:
        if after is None:
            start = 0
        elif order_by and order_by.descending:
            start = next((i for i, found in enumerate(keys) if found < after), len(keys))
        else:
            start = bisect_right(keys, after)
        return rows[start : start + limit]

    return fetch


def _text(item: Mapping[str, Any], path: str) -> str:
    value: Any = item
    for segment in path.split("/"):
        value = value.get(segment) if isinstance(value, Mapping) else None
    return "" if value is None else str(value)


def project(item: Mapping[str, Any], options: QueryOptions) -> dict[str, Any]:
    """Return what a response shows of an object: the selected properties, and every annotation (``@odata.type``)."""
    names = options.select or options.entity.default_select
    shown = dict(item) if names is None else _only(item, names)
    if options.expand is not None:
        inner = item.get(options.expand.name, [])
        chosen = options.expand.select
        shown[options.expand.name] = inner if chosen is None else [_only(one, chosen) for one in inner]
    return shown


def _only(item: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    annotations = {name: value for name, value in item.items() if "@" in name}
    return {**annotations, **{name: item.get(name) for name in names}}


def context(base: str, fragment: str, options: QueryOptions, *, single: bool = False) -> str:
    """Return ``@odata.context``.

    Args:
        base: Address of the API version, for instance ``https://localhost:8443/v1.0``.
        fragment: What comes after ``$metadata#``, for instance ``applications``.
    """
    expanded = [f"{options.expand.name}({','.join(options.expand.select or ())})"] if options.expand else []
    named = [*(options.select or ()), *expanded]
    suffix = f"({','.join(named)})" if named else ""
    return f"{base}/$metadata#{fragment}{suffix}{'/$entity' if single else ''}"


def collection_body(
    page: Page, options: QueryOptions, *, base: str, fragment: str, request_url: str, count: int | None = None
) -> dict[str, Any]:
    """Build the JSON body of a page.

    Args:
        fragment: Context fragment, for instance ``users``.
        request_url: Absolute address of the request without its query; `@odata.nextLink` continues it.
        count: Number of all objects that pass, when `options.count`; shown on the first page only.
    """
    body: dict[str, Any] = {"@odata.context": context(base, fragment, options)}
    if options.count and options.after is None and count is not None:
        body["@odata.count"] = count
    if page.next_key is not None:
        body["@odata.nextLink"] = next_link(request_url, options, page.next_key)
    body["value"] = [project(item, options) for item in page.items]
    return body


def next_link(request_url: str, options: QueryOptions, key: PageKey) -> str:
    """Return the absolute address of the next page: the same request with a `$skiptoken`."""
    kept = [(name, value) for name, value in options.given if name.lower() not in ("$skiptoken", "$skip")]
    pairs = [*kept, ("$skiptoken", write_skip_token(key, listing(options.entity, options.order_by)))]
    query = "&".join(f"{percent_encode(name, safe='$')}={percent_encode(value, safe='')}" for name, value in pairs)
    return f"{request_url}?{query}"


def entity_body(item: Mapping[str, Any], options: QueryOptions, *, base: str, fragment: str) -> dict[str, Any]:
    return {"@odata.context": context(base, fragment, options, single=True), **project(item, options)}


def only_select(options: QueryOptions) -> None:
    """Refuse options that make sense on collections only.

    Raises:
        ODataError: The request for one object carries `$filter`, `$search`, `$orderby` or `$top`.
    """
    for name, _ in options.given:
        if name.lower() in ("$filter", "$search", "$orderby", "$top", "$skip", "$count"):
            raise ODataError("BadRequest", f"The query option '{name}' can only be applied to collection resources.")
