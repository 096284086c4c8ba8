"""What shows that a service answers as it does here: a client that was satisfied, or an answer that was recorded.

The table is made and checked by the tests of the sandbox. A row is `METHOD /version/template`, or `METHOD /template`
outside Microsoft Graph.
"""

import functools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from sandbox.graph.routing import Grade, Route

FILE = Path(__file__).with_name("evidence.json")


class Evidence(NamedTuple):
    grade: Grade
    """`RECORDED` or `MEASURED`, or what is known without either."""
    shown_by: str
    """The recording or the test; empty when there is none."""


def of_route(route: Route) -> Evidence:
    found = (of_row(f"{route.method} /{version}{route.template}", route.grade) for version in route.versions)
    return min(found, key=lambda one: list(Grade).index(one.grade))


def of_row(row: str, otherwise: Grade) -> Evidence:
    """The better one of what shows a row: a real answer says more than a satisfied client."""
    known = _table().get(row, {})
    for grade in (Grade.RECORDED, Grade.MEASURED):
        if grade.name.lower() in known:
            return Evidence(grade, known[grade.name.lower()])
    return Evidence(otherwise, "")


def rows_shown_by(name: str) -> set[str]:
    """The rows that a test or a recording is named for."""
    return {row for row, shown in _table().items() if name in shown.values()}


@functools.cache
def _table() -> Mapping[str, Mapping[str, str]]:
    table: Mapping[str, Mapping[str, str]] = json.loads(FILE.read_text())
    return table
