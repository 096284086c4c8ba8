"""OData as Graph speaks it: `$filter`, `$select`, `$search`, `$orderby`, `$top`, `$count`, `$skiptoken`.

Pure functions over plain data: no HTTP, no store. A handler reads the options (`read_options`), reads a page from its
source (`read_page`) and builds the body (`collection_body`, `entity_body`). Everything refused is an `ODataError`,
which the HTTP layer turns into Graph's error envelope.
"""

from sandbox.odata.entity import EntityType, Kind, Property, Rules
from sandbox.odata.errors import ODataError
from sandbox.odata.evaluation import fold, matches
from sandbox.odata.lexer import quote
from sandbox.odata.options import Ordering, QueryOptions, read_options, require_countable
from sandbox.odata.paging import (
    Fetch,
    Page,
    Row,
    collection_body,
    context,
    count_rows,
    entity_body,
    fetch_from,
    only_select,
    project,
    read_page,
)
from sandbox.odata.parser import parse
from sandbox.odata.skip_token import PageKey
from sandbox.odata.sql import Condition, condition

__all__ = [
    "Condition",
    "EntityType",
    "Fetch",
    "Kind",
    "ODataError",
    "Ordering",
    "Page",
    "PageKey",
    "Property",
    "QueryOptions",
    "Row",
    "Rules",
    "collection_body",
    "condition",
    "context",
    "count_rows",
    "entity_body",
    "fetch_from",
    "fold",
    "matches",
    "only_select",
    "parse",
    "project",
    "quote",
    "read_options",
    "read_page",
    "require_countable",
]
