"""Draws `docs/pictures/audit-*.png`, the page as Chromium shows it; run it as a module."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from playwright.sync_api import Page, sync_playwright

from smartrecruiters_calendar.audit.formats import html
from tests.smartrecruiters_calendar.audit.formats.samples import clean, tampered

PICTURES = Path(__file__).resolve().parents[4] / "docs" / "pictures"
WIDTH = 1100


@contextlib.contextmanager
def shown(text: str, *, scheme: Literal["light", "dark"] = "light") -> Iterator[Page]:
    """A page in a real Chromium that reaches nothing but the page itself."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        try:
            page = browser.new_page(color_scheme=scheme, offline=True, viewport={"width": WIDTH, "height": 900})
            page.set_content(text)
            yield page
        finally:
            browser.close()


def draw(text: str, name: str, scheme: Literal["light", "dark"], begin: str, end: str | None = None) -> None:
    """The part of a page from one element to the next, as a picture."""
    with shown(text, scheme=scheme) as page:
        height = page.evaluate("document.documentElement.scrollHeight")
        top = _top(page, begin) if begin else 0
        bottom = _top(page, end) if end else height
        clip = {"x": 0, "y": top, "width": WIDTH, "height": bottom - top}
        page.screenshot(path=PICTURES / f"audit-{name}.png", full_page=True, clip=clip)  # type: ignore[arg-type]


def _top(page: Page, selector: str) -> float:
    box = page.locator(selector).bounding_box()
    assert box
    return box["y"] - 12


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    text = html.page(tampered())
    draw(text, "light", "light", "", ".failure:nth-of-type(5)")
    draw(text, "facts-light", "light", "#permissions", "#manual")
    draw(text, "facts-dark", "dark", "#permissions", "#manual")
    reports = zip((clean(), tampered()), ("acme", "contoso"), strict=True)
    named = [report.model_copy(update={"stack": stack}) for report, stack in reports]
    draw(html.index(named, named[0].at), "index", "light", "")


if __name__ == "__main__":
    main()
