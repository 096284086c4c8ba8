"""The coverage page says what the route table says."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from sandbox.api import coverage, evidence
from sandbox.api.evidence import Evidence
from sandbox.api.urls import ROUTES
from sandbox.azure import coverage as azure
from sandbox.graph.routing import BOTH, Grade

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
        elif found := re.match(r"- (?:(both|beta))?(?:, )?(?:[a-z]+)?(?:: )?([A-Z]+ `.*?)(?: \(|$)", line):
            methods = (part.partition(" ") for part in found[2].split("; "))
            requests = [f"{method} {path.split('`')[1]}" for method, _, paths in methods for path in paths.split(", ")]
            items.append((permissions, found[1] or "v1.0", requests))
    return items


def rows() -> Iterator[tuple[str, Evidence]]:
    """Each row of the page outside Microsoft Graph, and each of its routes, with what is known of it."""
    for route in ROUTES:
        yield route.template, evidence.of_route(route)
    for requests, _, grade, _ in (*coverage.SIGN_IN, *azure.ROWS):
        yield requests[0].partition(" ")[2], evidence.of_row(requests[0], grade)


def test_every_route_stands_once_for_each_version_below_its_permissions() -> None:
    items = graph_items()
    for route in ROUTES:
        request, versions = f"{route.method} {route.template}", "both" if route.versions == BOTH else route.versions[0]
        mine = [
            permissions
            for permissions, where, requests in items
            for one in requests
            if (one, where) == (request, versions)
        ]
        assert len(mine) == 1, route
        assert set(route.permissions.application) <= set(re.findall(r"[\w.]+\w", mine[0]))


def test_each_row_names_what_shows_it_or_its_grade_or_is_documented() -> None:
    page = PAGE.read_text()
    named = dict(re.findall(r"(?m)^(\d+)\. `(.+)`$", page))
    for path, known in rows():
        shown = rf"`{re.escape(path)}`\[(\d+)\]"
        if known.shown_by:
            assert known.shown_by in [named[number] for number in re.findall(shown, page)], path
        elif known.grade is not Grade.DOCUMENTED:
            assert re.search(rf"(?m)^- (?:both, |beta, )?{known.grade.name.lower()}: .*`{re.escape(path)}`", page), path


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
    further = re.findall(r"(?m)^- (?:[a-z]+: )?(?:GET|POST|PUT|PATCH|DELETE) `", others)
    assert sum(counts.values()) == sum(len(requests) for *_, requests in graph_items()) + len(further)
