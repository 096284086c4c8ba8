"""The coverage page says what the route table says."""

import re
from pathlib import Path

from sandbox.api import coverage
from sandbox.api.urls import ROUTES

PAGE = Path(__file__).resolve().parents[3] / "docs" / "sandbox-coverage.md"


def test_the_page_in_docs_is_the_generated_one() -> None:
    assert PAGE.read_text() == coverage.markdown(), "run: python -m sandbox coverage > docs/sandbox-coverage.md"


def test_every_route_has_a_row() -> None:
    page = coverage.markdown().replace(r"\|", "|")
    for route in ROUTES:
        assert f"| {route.method} `{route.template}` | {', '.join(route.versions)} |" in page


def test_every_row_has_as_many_cells_as_its_heading() -> None:
    """GitHub ends a cell at every bare `|`, even inside code."""
    cells = 0
    for line in coverage.markdown().splitlines():
        found = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
        assert found in (0, cells) or not cells, line
        cells = found
