"""Where the parts of the settings page are: by its selector where one is configured, else by the label people read.

Nothing is asked of the page here; what is not there shows when somebody waits for it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from pydantic.alias_generators import to_camel

from components.page_labels import PageLabels
from components.page_selectors import PageSelectors
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.page.browser_process import Error, Locator, Page
from smartrecruiters_calendar.page.channel import Kind, LoadedRoom
from smartrecruiters_calendar.page.page_answers import quoted

FieldName = Literal["client_id", "client_secret", "tenant_id"]
ButtonName = Literal["save", "load_resources"]
FIELDS: Final[tuple[FieldName, ...]] = ("client_id", "client_secret", "tenant_id")
BUTTONS: Final[tuple[ButtonName, ...]] = ("save", "load_resources")

_CLICKABLE: Final[tuple[Literal["link", "tab", "menuitem", "button"], ...]] = ("link", "tab", "menuitem", "button")
_INPUTS: Final = "input, textarea"
_NO_BUTTON: Final = ":not(button, input, [role=button])"
_ADDRESS: Final = re.compile(r"[^@\s<>(),;]+@[^@\s<>(),;]+\.[^@\s<>(),;]+")
_KINDS: Final[tuple[Kind, ...]] = ("room", "equipment")
_NOT_LOADED: Final = re.compile(r"\b(not|unavailable|failed|error)\b", re.IGNORECASE)


def exactly(label: str) -> re.Pattern[str]:
    """A label as people recognise it: whatever its letter case, with or without a `*` or `:` behind it."""
    # Python's own escapes are not all understood by the browser, and a slash would end its form of the expression.
    escaped = "".join(c if c.isalnum() or not c.isascii() else f"\\x{ord(c):02x}" for c in label)
    return re.compile(rf"^\s*{escaped}\s*[*:]?\s*$", re.IGNORECASE)


@dataclass(frozen=True)
class Part:
    locator: Locator
    words: str
    """What is looked for, for a message: `a button 'Save'`."""
    setting: str
    """The key below `smartrecruiters` that corrects it."""


class PageParts:
    def __init__(self, page: Page, labels: PageLabels, selectors: PageSelectors) -> None:
        self.labels = labels
        self.selectors = selectors
        self._page = page

    def check_selectors(self) -> None:
        """Have the browser read every configured selector.

        Raises:
            Stopped: it cannot read one.
        """
        named = {to_camel(name): value for name, value in self.selectors if isinstance(value, str)}
        named |= {f"way[{place}]": one for place, one in enumerate(self.selectors.way or ())}
        for name, selector in named.items():
            try:
                self._page.locator(selector).count()
            except Error as error:
                raise Stopped(
                    Reason.CHANNEL_REFUSED,
                    f"smartrecruiters.selectors.{name} cannot be read by the browser "
                    f"({quoted(str(error).splitlines()[0])}): correct {selector!r}, or remove the key to go by the "
                    "label.",
                ) from None

    def way(self) -> list[Part]:
        if self.selectors.way:
            chosen = enumerate(self.selectors.way)
            return [
                Part(self._page.locator(one), f"what {one!r} selects", f"selectors.way[{at}]") for at, one in chosen
            ]
        labelled = enumerate(self.labels.way)
        return [
            Part(self._signpost(one), f"the link, tab or menu item {one!r}", f"labels.way[{at}]")
            for at, one in labelled
        ]

    def _signpost(self, label: str) -> Locator:
        first, *others = (self._page.get_by_role(role, name=exactly(label)) for role in _CLICKABLE)
        for other in others:
            first = first.or_(other)
        return first

    def field(self, name: FieldName) -> Part:
        label, selector = getattr(self.labels, name), getattr(self.selectors, name)
        inputs = self._page.locator(_INPUTS)
        if selector:
            chosen = self._page.locator(selector)
            found = chosen.and_(inputs).or_(chosen.locator(_INPUTS))
            words, setting = f"a field that {selector!r} selects", f"selectors.{to_camel(name)}"
        else:
            found = self._page.get_by_label(exactly(label)).and_(inputs)
            words, setting = f"a field labelled {label!r}", f"labels.{to_camel(name)}"
        return Part(found.filter(visible=True), words, setting)

    def button(self, name: ButtonName) -> Part:
        """A button that can be pressed; what a selector names may be another clickable thing, or hold the button."""
        label, selector = getattr(self.labels, name), getattr(self.selectors, name)
        if selector:
            chosen, enabled = self._page.locator(selector), self._page.get_by_role("button", disabled=False)
            other = chosen.filter(has_not=self._page.get_by_role("button")).and_(self._page.locator(_NO_BUTTON))
            found = chosen.and_(enabled).or_(chosen.locator(enabled)).or_(other)
            words, setting = (
                f"a button that {selector!r} selects and that can be clicked",
                f"selectors.{to_camel(name)}",
            )
        else:
            found = self._page.get_by_role("button", name=exactly(label), disabled=False)
            words, setting = f"a button {label!r} that can be clicked", f"labels.{to_camel(name)}"
        return Part(found, words, setting)

    def signed_out(self) -> Locator:
        if self.selectors.sign_in:
            return self._page.locator(self.selectors.sign_in)
        name = exactly(self.labels.sign_in)
        return self._page.get_by_role("button", name=name).or_(self._page.get_by_role("heading", name=name))

    def messages(self) -> Locator:
        if self.selectors.messages:
            return self._page.locator(self.selectors.messages)
        return self._page.get_by_role("alert").or_(self._page.get_by_role("status"))

    def rows(self) -> Locator:
        if self.selectors.rows:
            return self._page.locator(self.selectors.rows).filter(visible=True)
        return self._page.get_by_role("row").filter(visible=True, has=self._page.get_by_role("cell"))

    def resources(self) -> list[LoadedRoom]:
        """The loaded resources of the list that the page shows, in its order."""
        selectors, labels = self.selectors, self.labels
        rows = self.rows().all()
        if not selectors.rows:
            headings = self._page.get_by_role("columnheader").filter(visible=True).all_inner_texts()
            return resources_in(headings, [row.get_by_role("cell").all_inner_texts() for row in rows], labels)
        chosen = [(name, one) for name in ("name", "address", "kind", "status") if (one := getattr(selectors, name))]
        texts = [
            [" ".join(row.locator(one).all_inner_texts()) for _, one in chosen] + row.inner_text().splitlines()
            for row in rows
        ]
        if not selectors.status:
            texts = [row for row in texts if not _NOT_LOADED.search(" ".join(row))]
        return resources_in([getattr(labels, name) for name, _ in chosen], texts, labels)


def resources_in(headings: Sequence[str], rows: Sequence[Sequence[str]], labels: PageLabels) -> list[LoadedRoom]:
    """The loaded resources of the table that a page shows, in its order.

    A row is a resource when it holds an e-mail address. Lists that show only part of themselves (pages, scrolling) are
    not paged through: what is not shown is not claimed to be loaded.

    Args:
        headings: texts of the columns' headings, from the left; may be empty.
    """
    columns = {heading.strip().casefold(): place for place, heading in enumerate(headings)}

    def cell(row: Sequence[str], label: str) -> str | None:
        place = columns.get(label.casefold())
        return row[place].strip() if place is not None and place < len(row) else None

    found = []
    for row in rows:
        address = _ADDRESS.search(cell(row, labels.address) or " ".join(row))
        status = cell(row, labels.status)
        if address is None or (status is not None and status.casefold() != labels.loaded.casefold()):
            continue
        name = cell(row, labels.name) or next((text for text in row if text.strip() and address[0] not in text), "")
        written = (cell(row, labels.kind) or "").casefold()
        kind: Kind = next((kind for kind in _KINDS if kind in written), "unknown")
        found.append(LoadedRoom(name.strip() or address[0], address[0], kind))
    return found
