"""The page in a real Chromium: readable in light and dark, complete on paper, and asking nobody for anything."""

from typing import Literal

import pytest

from smartrecruiters_calendar.audit.formats import html
from smartrecruiters_calendar.outcome import ExitCode, Reason
from smartrecruiters_calendar.promotion.report import markdown
from smartrecruiters_calendar.promotion.result import PromotionResult, RingOutcome, TenantOutcome, TenantStatus
from tests.smartrecruiters_calendar.audit.formats.pictures import shown
from tests.smartrecruiters_calendar.audit.formats.samples import HOSTILE, tampered

pytestmark = pytest.mark.browser

_CONTRAST = """
element => {
  const light = text => {
    const [r, g, b] = text.match(/[\\d.]+/g).slice(0, 3).map(part => {
      const value = part / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  let behind = element;
  while (getComputedStyle(behind).backgroundColor === "rgba(0, 0, 0, 0)") behind = behind.parentElement;
  const pair = [getComputedStyle(element).color, getComputedStyle(behind).backgroundColor].map(light).sort();
  return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
}
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_is_readable_in_light_and_dark(scheme: Literal["light", "dark"]) -> None:
    with shown(html.page(tampered()), scheme=scheme) as page:
        for selector in ("body", ".soft", ".tile", ".tag", ".sentence", "a", ".wrong", ".yes"):
            for element in page.locator(selector).all()[:12]:
                assert element.evaluate(_CONTRAST) >= 4.5, selector


def test_it_asks_nobody_and_runs_nothing_a_stranger_typed() -> None:
    with shown("") as page:
        asked: list[str] = []
        told: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("dialog", lambda dialog: told.append(dialog.message))
        page.on("console", lambda message: told.append(message.text))
        page.set_content(html.page(tampered(HOSTILE)))
        assert page.title() == "Audit of dev"
        assert [address for address in asked if not address.startswith(("about:", "data:"))] == []
        assert told == []


_HARD_TO_READ = """
() => {
  const found = [], walker = document.createTreeWalker(document.querySelector("main, body"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const holder = walker.currentNode.parentElement, range = document.createRange();
    if (!walker.currentNode.data.trim() || holder.closest("style, title")) continue;
    range.selectNodeContents(walker.currentNode);
    const box = range.getBoundingClientRect(), scale = holder.getScreenCTM ? holder.getScreenCTM().a : 1;
    if (box.width === 0) continue;
    const size = parseFloat(getComputedStyle(holder).fontSize) * scale;
    if (box.left < 0 || box.right > innerWidth || size < 11) found.push([walker.currentNode.data.trim(), box, size]);
  }
  for (const one of document.querySelectorAll("*"))
    if (getComputedStyle(one).overflowX !== "visible" && one.scrollWidth > one.clientWidth) found.push(one.className);
  for (const cell of document.querySelectorAll("td, dd, li"))
    if (cell.clientWidth < 120) found.push(["narrow", cell.textContent.trim(), cell.clientWidth]);
  return found;
}
"""
"""Texts that are cut off, need scrolling sideways, are too small, or stand in a column of a few letters."""


_BROKEN_HEADS = """
() => [...document.querySelectorAll("th")].filter(head => {
  return head.getBoundingClientRect().width && !head.textContent.includes(" ") && [...head.childNodes].some(node => {
    const range = document.createRange();
    range.selectNodeContents(node);
    return range.getClientRects().length > 1;
  });
}).map(head => head.textContent)
"""
"""Heads of one word that take two lines."""


def pages() -> dict[str, str]:
    unbroken = tampered("x" * 300)
    stacks = [one.model_copy(update={"stack": "a-stack-with-a-long-name"}) for one in (tampered(), unbroken)]
    tenant = TenantOutcome(
        stack="a-stack-with-a-long-name",
        status=TenantStatus.FAILED,
        sentence=f"{'x' * 300} {HOSTILE}",
        reason=Reason.AUDIT_FINDINGS,
        needs_attention=True,
    )
    promotion = PromotionResult(
        commit="c0ffee",
        began=tampered().at,
        ended=tampered().at,
        rings=(RingOutcome(ring="everyone", tenants=(tenant,)),),
        exit_code=ExitCode.CHECK_FAILED,
        sentence=tenant.sentence,
    )
    return {
        "report": html.page(tampered(HOSTILE)),
        "unbroken": html.page(unbroken),
        "index": html.index(stacks, tampered().at),
        "promotion": markdown.html(promotion),
    }


def test_nothing_is_wider_or_smaller_than_can_be_read_on_a_telephone() -> None:
    with shown("") as page:
        page.set_viewport_size({"width": 360, "height": 800})
        for name, text in pages().items():
            page.set_content(text)
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, name
            assert page.evaluate(_HARD_TO_READ) == [], name


def test_no_word_of_a_table_is_broken_on_a_wide_screen() -> None:
    with shown("") as page:
        for name, text in pages().items():
            page.set_content(text)
            assert page.evaluate(_BROKEN_HEADS) == [], name


def test_on_paper_nothing_is_dark_and_nothing_leads_away() -> None:
    with shown(html.page(tampered())) as page:
        page.emulate_media(media="print")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert not page.locator("nav").is_visible()
        assert page.pdf(format="A4")
