"""The coverage page says what the route table says."""

import json
import re
from pathlib import Path

from sandbox.api import coverage, evidence
from sandbox.api.urls import ROUTES

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "sandbox-coverage.md"
EVIDENCE: dict[str, dict[str, str]] = json.loads(evidence.FILE.read_text())


def test_the_page_in_docs_is_the_generated_one() -> None:
    assert PAGE.read_text() == coverage.markdown(), "run: python -m sandbox coverage > docs/sandbox-coverage.md"


def graph_items() -> list[tuple[str, str, list[str]]]:
    """Permissions, versions and requests of each item of the page's list of Graph's requests."""
    graph = PAGE.read_text().partition("\n## Microsoft Graph\n")[2].partition("\n## ")[0]
    items = []
    for line in graph.splitlines():
        if line.startswith("**"):
            permissions = line
        elif found := re.match(r"- [a-z]+(?:, ([^:]+))?: (.*?)(?: \(|$)", line):
            methods = (part.partition(" ") for part in found[2].split("; "))
            requests = [f"{method} {path.split('`')[1]}" for method, _, paths in methods for path in paths.split(", ")]
            items.append((permissions, found[1] or "v1.0", requests))
    return items


def test_every_route_stands_once_for_each_version_below_its_permissions() -> None:
    items = graph_items()
    for route in ROUTES:
        request, versions = f"{route.method} {route.template}", " and ".join(route.versions)
        mine = [
            permissions
            for permissions, where, requests in items
            for one in requests
            if (one, where) == (request, versions)
        ]
        assert len(mine) == 1, route
        assert set(route.permissions.application) <= set(re.findall(r"[\w.]+\w", mine[0]))


def test_each_row_that_is_recorded_or_measured_names_what_shows_it() -> None:
    page = PAGE.read_text()
    named = dict(re.findall(r"(?m)^(\d+)\. `(.+)`$", page))
    for route in ROUTES:
        shown_by = evidence.of_route(route).shown_by
        numbers = re.findall(rf"`{re.escape(route.template)}`\[(\d+)\]", page)
        assert not shown_by or shown_by in [named[number] for number in numbers], route
    items = re.findall(r"(?m)^- (?:recorded|measured)\b.*$", page.partition("\n## Microsoft Graph\n")[2])
    assert items
    assert [item for item in items if not re.search(r"`\[\d+\]", item)] == []


def test_what_shows_a_row_is_there() -> None:
    for shown_by in {name for shown in EVIDENCE.values() for name in shown.values()}:
        path, _, test = shown_by.partition("::")
        text = (ROOT / path).read_text()
        assert f"def {test.partition('[')[0]}(" in text if test else text, shown_by


def test_evidence_is_of_rows_that_there_are() -> None:
    routes = {f"{route.method} /{version}{route.template}" for route in ROUTES for version in route.versions}
    assert {row for row in EVIDENCE if "/v1.0/" in row or "/beta/" in row} <= routes


def test_most_rows_are_shown_by_a_client_or_a_recording() -> None:
    counts = coverage.counts()
    assert counts["recorded"] + counts["measured"] >= 90
    others = PAGE.read_text().partition("\n## Signing in\n")[2]
    rows = re.findall(r"(?m)^- [a-z]+: (?:GET|POST|PUT|PATCH|DELETE) `", others)
    assert sum(counts.values()) == sum(len(requests) for *_, requests in graph_items()) + len(rows)
