"""The page: one file that needs nothing else, safe against what a stranger calls things, whole in every part."""

import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest

from smartrecruiters_calendar.audit.formats import html
from smartrecruiters_calendar.audit.formats.timeline import LABELS, WIDTH, timeline
from smartrecruiters_calendar.audit.many import index_of
from smartrecruiters_calendar.audit.report import not_begun
from smartrecruiters_calendar.outcome import Reason, Stopped
from tests.smartrecruiters_calendar.audit.formats.samples import HOSTILE, clean, tampered

VOID = {"meta", "link", "br", "line", "rect"}


class Outline(HTMLParser):
    """Elements in order, checked to be closed as they were opened."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag == name]


@pytest.mark.parametrize("name", ["backdoor", HOSTILE])
def test_every_element_is_closed_and_nothing_comes_from_elsewhere(name: str) -> None:
    outline = Outline(html.page(tampered(name)))
    assert outline.all("script") == outline.all("img") == outline.all("iframe") == []
    assert [link["href"] for link in outline.all("link")] == ["data:,"]
    addresses = [link["href"] or "" for link in outline.all("a")]
    assert addresses
    assert all(address.startswith(("https://", "#")) for address in addresses)
    assert "url(" not in html.page(tampered(name))
    assert "@import" not in html.page(tampered(name))


def test_a_policy_of_the_page_forbids_scripts_and_other_servers() -> None:
    (policy,) = [one["content"] for one in Outline(html.page(clean())).all("meta") if "http-equiv" in one]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def test_what_a_stranger_typed_is_shown_and_never_run() -> None:
    text = html.page(tampered(HOSTILE))
    assert "<script>" not in text
    assert HOSTILE in "".join(Outline(text).words)


def test_light_dark_and_paper_each_have_their_colours() -> None:
    text = html.page(clean())
    for medium in ("@media (prefers-color-scheme: dark)", "@media print"):
        assert re.search(rf"{re.escape(medium)} {{\s+(nav[^\n]+\s+)?:root {{\s+--paper", text)
    assert '<meta name="color-scheme" content="light dark">' in text


def test_every_section_that_is_linked_to_is_there() -> None:
    for report in (clean(), tampered()):
        outline = Outline(html.page(report))
        sections = {str(attributes["id"]) for _, attributes in outline.elements if "id" in attributes}
        linked = {str(link["href"])[1:] for link in outline.all("a") if str(link["href"]).startswith("#")}
        assert linked <= sections
        assert {"permissions", "credentials", "owners", "passes"} <= sections


def test_every_finding_and_every_exception_is_on_the_page() -> None:
    report = tampered()
    told = " ".join("".join(Outline(html.page(report)).words).split())
    assert all(finding.sentence in told for finding in report.findings)
    assert all(finding.exception in told for finding in report.findings if finding.exception)
    assert report.changes
    assert all(change.sentence in told for change in report.changes)


def test_a_report_that_was_stopped_is_a_page_too() -> None:
    stopped = not_begun("dev", "tenant", clean().at, Stopped(Reason.STACK_UNKNOWN, "There is no stack 'dev'."))
    assert "There is no stack 'dev'." in "".join(Outline(html.page(stopped)).words)


def test_the_index_leads_to_a_page_for_each_stack() -> None:
    reports = [report.model_copy(update={"stack": name}) for report, name in ((clean(), "a b"), (tampered(), "acme"))]
    index = index_of(reports, clean().at)
    addresses = [link["href"] for link in Outline(html.index(index.reports, index.at)).all("a")]
    assert addresses == ["a%20b.html", "acme.html"]


def test_every_life_is_drawn_within_the_picture_with_today_on_it() -> None:
    report = tampered()
    drawn = timeline(report.credentials, report.at)
    assert drawn
    assert len(drawn.bars) == len(report.credentials)
    for bar in drawn.bars:
        assert LABELS <= bar.x < bar.x + bar.width <= WIDTH
        assert bar.y < drawn.height
    assert LABELS < drawn.today < WIDTH
    assert [bar.state for bar in drawn.bars] == ["ended", "outgoing", "current", "foreign", "foreign"]
    assert 2 <= len(drawn.ticks) <= 8


def test_a_life_of_centuries_or_none_is_drawn_all_the_same() -> None:
    row = clean().credentials[0]
    assert row.starts
    century = row.model_copy(update={"ends": row.starts + timedelta(days=100_000)})
    drawn = timeline([century], clean().at)
    assert drawn
    assert len(drawn.ticks) <= 8
    assert timeline([row.model_copy(update={"ends": None})], clean().at) is None
    assert timeline([], clean().at) is None
