"""The page in a real Chromium: readable in light and dark, complete on paper, and asking nobody for anything."""

from typing import Literal

import pytest

from smartrecruiters_calendar.audit.formats import html
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


def test_nothing_is_wider_than_a_telephone_or_a_sheet_of_paper() -> None:
    with shown(html.page(tampered())) as page:
        page.set_viewport_size({"width": 380, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 380
        page.emulate_media(media="print")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert not page.locator("nav").is_visible()
        assert page.pdf(format="A4")
