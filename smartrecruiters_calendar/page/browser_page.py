"""Navigates the settings page as a person does: by labels and roles, never by markup.

Waits are for something to show, and bounded: by a few seconds in which the page asks its server for nothing, and by a
longest time in any case, so that a slow page is waited for and a changed one is reported soon. What it finds instead
(a sign-in, a refusal, maintenance, other labels) is raised as the channels' named failures. Of a page that changed a
picture is kept, with every field and any text that repeats the secret covered; nothing else is ever recorded.
"""

import re
import time
import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, Literal

import httpx
from pydantic import SecretStr

from components.page_labels import PageLabels
from smartrecruiters_calendar.page.address import same_origin
from smartrecruiters_calendar.page.browser_process import Error, Locator, NotYet, Page
from smartrecruiters_calendar.page.browser_traffic import Traffic
from smartrecruiters_calendar.page.channel import (
    ChannelFailure,
    Kind,
    LoadedRoom,
    PageChanged,
    Refused,
    SignInNeeded,
    Unreachable,
)
from smartrecruiters_calendar.page.page_answers import quoted
from smartrecruiters_calendar.private_files import write_private

PATIENCE_SECONDS: Final = 10.0
"""How long a page that asks its server for nothing may take to show what is looked for."""
LONGEST_SECONDS: Final = 130.0

_LOOK_SECONDS: Final = 0.5
_CLICKABLE: Final[tuple[Literal["link", "tab", "menuitem", "button"], ...]] = ("link", "tab", "menuitem", "button")
_SAYS_SOMETHING: Final = re.compile(r"\S")
_FIELDS: Final = "input, textarea, select, [contenteditable]"
_UNREADABLE: Final = f"{_FIELDS} {{ color: transparent !important; -webkit-text-security: disc !important; }}"
_PICTURE_SECONDS: Final = 15.0
_ADDRESS: Final = re.compile(r"[^@\s<>(),;]+@[^@\s<>(),;]+\.[^@\s<>(),;]+")
_KINDS: Final[tuple[Kind, ...]] = ("room", "equipment")


def exactly(label: str) -> re.Pattern[str]:
    """A label as people recognise it: whatever its letter case, with or without a `*` or `:` behind it."""
    # Python's own escapes are not all understood by the browser, and a slash would end its form of the expression.
    escaped = "".join(c if c.isalnum() or not c.isascii() else f"\\x{ord(c):02x}" for c in label)
    return re.compile(rf"^\s*{escaped}\s*[*:]?\s*$", re.IGNORECASE)


class LabelledPage:
    """An open page of SmartRecruiters. Every method may raise any `ChannelFailure`."""

    def __init__(
        self, page: Page, address: httpx.URL, labels: PageLabels, pictures: Path, patience: float = PATIENCE_SECONDS
    ) -> None:
        """Take an empty page; nothing is asked yet.

        Args:
            patience: seconds without any request after which something counts as missing.
        """
        self.labels = labels
        self.traffic = Traffic(page)
        self._page = page
        self._address = address
        self._pictures = pictures
        self.patience = patience
        self.secret: SecretStr | None = None
        """What must not be seen in a picture or a message; set while it is on the page."""

    @property
    def url(self) -> str:
        return str(httpx.URL(self._page.url).copy_with(query=None, fragment=None))

    def visit(self) -> None:
        try:
            self._page.goto(str(self._address), wait_until="domcontentloaded")
        except Error as error:
            raise self._lost(quoted(str(error).splitlines()[0])) from None

    def wait_for_sign_in(self, seconds: float) -> dict[str, Any]:
        """Wait until a person has signed in (single sign-on, MFA) and the way to the settings shows.

        Returns:
            The session, as Playwright's storage state.
        """
        until = time.monotonic() + seconds
        try:
            while not self._is_signed_in():
                if time.monotonic() >= until:
                    raise SignInNeeded(
                        f"Nobody signed in as an administrator within {seconds:g} s: the page did not come to show "
                        f"{self.labels.way[0]!r}."
                    )
            return dict(self._page.context.storage_state())
        except Error:
            raise SignInNeeded("The browser was closed before anybody had signed in.") from None

    def _is_signed_in(self) -> bool:
        way = self._signpost(self.labels.way[0])
        return self.shows(way) and same_origin(httpx.URL(self._page.url), self._address) and not self._asks_to_sign_in()

    def open_tab(self) -> None:
        """Go the whole way from the configured address to the tab with the three fields."""
        self.visit()
        for label in self.labels.way:
            key = f"way[{self.labels.way.index(label)}]"
            self.click(self._signpost(label), f"the link, tab or menu item {label!r}", key=key)
        self.field("client_secret")
        if not same_origin(httpx.URL(self._page.url), self._address):
            raise PageChanged(
                f"The fields are on {self.url}, which is not the configured address {self._address}, and the secret "
                "goes nowhere else: set smartrecruiters.address to where the settings page is."
            )

    def _signpost(self, label: str) -> Locator:
        first, *others = (self._page.get_by_role(role, name=exactly(label)) for role in _CLICKABLE)
        for other in others:
            first = first.or_(other)
        return first

    def field(self, name: Literal["client_id", "client_secret", "tenant_id"]) -> Locator:
        label: str = getattr(self.labels, name)
        found = self._page.get_by_label(exactly(label)).and_(self._page.locator("input, textarea"))
        found = found.filter(visible=True)
        key = {"client_id": "clientId", "client_secret": "clientSecret", "tenant_id": "tenantId"}[name]
        self.wait_for(found, f"a field labelled {label!r}", key=key)
        if (count := found.count()) > 1:
            raise self.changed(f"one field labelled {label!r}, and there are {count}", key=key)
        return found

    def enter_secret(self, secret: SecretStr) -> None:
        """Type the secret into its field. Playwright's own words on a failure would hold it, so none are kept."""
        field, taken = self.field("client_secret"), False
        try:
            field.fill(secret.get_secret_value(), timeout=self.patience * 1000)
            taken = True
        except Error:
            pass
        if not taken:
            raise self.changed(f"a field labelled {self.labels.client_secret!r} that accepts text", key="clientSecret")

    def button(self, name: Literal["save", "load_resources"]) -> Locator:
        label: str = getattr(self.labels, name)
        found = self._page.get_by_role("button", name=exactly(label), disabled=False)
        self.wait_for(
            found, f"a button {label!r} that can be clicked", key="save" if name == "save" else "loadResources"
        )
        return found.filter(visible=True).first

    def click(self, target: Locator, looked_for: str, *, key: str) -> None:
        self.wait_for(target, looked_for, key=key)
        try:
            target.filter(visible=True).first.click(timeout=self.patience * 1000, no_wait_after=True)
        except NotYet:
            raise self.changed(f"{looked_for}, free of anything that covers it", key=key) from None

    def wait_for(self, wanted: Locator, looked_for: str, *, key: str) -> None:
        """Wait until it shows.

        Args:
            key: of the labels, by which to correct its name.
        """
        begun = time.monotonic()
        while not self.shows(wanted):
            self.stop_when_unusable()
            if self.traffic.quiet_seconds() >= self.patience or time.monotonic() - begun >= LONGEST_SECONDS:
                raise self.changed(looked_for, key=key)

    def shows(self, wanted: Locator, *, state: Literal["visible", "hidden"] = "visible") -> bool:
        """Whether it shows (or is gone) within a moment."""
        try:
            wanted.filter(visible=True).first.wait_for(state=state, timeout=_LOOK_SECONDS * 1000)
        except NotYet:
            return False
        return True

    def stop_when_unusable(self) -> None:
        """Raise what the page shows instead of its settings: a sign-in, a refusal, maintenance, nothing."""
        if self.traffic.document_lost:
            raise self._lost(self.traffic.document_lost)
        status = self.traffic.document_status or httpx.codes.OK
        if status == httpx.codes.FORBIDDEN:
            raise Refused(
                "forbidden",
                "SmartRecruiters does not let the signed-in account open its calendar integrations. "
                "Sign in with an Administrator account.",
            )
        if status == httpx.codes.TOO_MANY_REQUESTS or status >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise Unreachable(f"SmartRecruiters answered {status}: too busy or out of order. Try again later.")
        if status == httpx.codes.UNAUTHORIZED or self._asks_to_sign_in():
            raise SignInNeeded("Nobody is signed in to SmartRecruiters any more: it shows its sign-in.")

    def _asks_to_sign_in(self) -> bool:
        name = exactly(self.labels.sign_in)
        sign = self._page.get_by_role("button", name=name).or_(self._page.get_by_role("heading", name=name))
        return sign.filter(visible=True).count() > 0

    def _lost(self, why: str) -> Unreachable:
        return Unreachable(f"SmartRecruiters at {self._address.host} did not answer: {why}.")

    def changed(self, looked_for: str, *, key: str, may_have_been_saved: bool = False) -> ChannelFailure:
        """The failure for something that is not there: it names what, and shows the page in a masked picture."""
        here = httpx.URL(self._page.url)
        if here.host and not same_origin(here, self._address) and not may_have_been_saved:
            return SignInNeeded(f"Nobody is signed in to SmartRecruiters: it sends its visitors to {here.host}.")
        picture = masked_picture(self._page, self.secret)
        path = keep_picture(picture, self._pictures) if picture else None
        shown = f" A picture of the page, with its fields masked: {path}." if path else ""
        return PageChanged(
            f"SmartRecruiters' page at {self.url} does not show {looked_for}. If its name has changed, type "
            f"`pulumi config set --path 'smartrecruiters.labels.{key}' '<what it is called>'`.{shown}",
            may_have_been_saved=may_have_been_saved,
        )

    def messages(self, seen: Iterable[str] = ()) -> Locator:
        """The page's messages (alerts and statuses) that say something, without those seen before."""
        found = self._page.get_by_role("alert").or_(self._page.get_by_role("status"))
        found = found.filter(visible=True, has_text=_SAYS_SOMETHING)
        for text in seen:
            found = found.filter(has_not_text=text)
        return found

    def alerts(self, seen: Iterable[str] = ()) -> Locator:
        return self.messages(seen).and_(self._page.get_by_role("alert"))

    def invalid_fields(self) -> dict[str, str]:
        """What is wrong with single fields, by their labels: those marked as invalid, with what describes them."""
        wrong = {}
        for field in self._page.locator("[aria-invalid=true]").filter(visible=True).all():
            label, description = field.evaluate(_DESCRIBED)
            wrong[quoted(label, self.secret)] = quoted(description, self.secret)
        return wrong

    def busy(self) -> Locator:
        return self._page.locator("[aria-busy=true]").or_(self._page.get_by_role("progressbar"))

    def headings(self) -> list[str]:
        return self._page.get_by_role("columnheader").filter(visible=True).all_inner_texts()

    def rows(self) -> Locator:
        return self._page.get_by_role("row").filter(visible=True, has=self._page.get_by_role("cell"))


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


def masked_picture(page: Page, secret: SecretStr | None = None) -> bytes | None:
    """The visible page as PNG, with every field covered; None when the page cannot be pictured any more."""
    covered = [frame.locator(_FIELDS) for frame in page.frames]
    if secret:
        covered += [frame.get_by_text(secret.get_secret_value()) for frame in page.frames]
    try:
        return page.screenshot(mask=covered, style=_UNREADABLE, animations="disabled", timeout=_PICTURE_SECONDS * 1000)
    except Error:
        return None


def keep_picture(picture: bytes, folder: Path) -> Path | None:
    """Write a picture for its owner alone; None when it cannot be written."""
    path = folder / f"page-{uuid.uuid4().hex[:8]}.png"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(path, picture)
    except OSError:
        return None
    return path


_DESCRIBED: Final = """
field => {
  const texts = ids => (ids || "").split(/\\s+/).map(id => document.getElementById(id)).filter(one => one)
    .map(one => one.innerText).filter(text => text);
  const label = field.labels?.[0]?.innerText ?? field.getAttribute("aria-label") ?? "";
  const own = texts(field.getAttribute("aria-errormessage"));
  return [label, (own.length ? own : texts(field.getAttribute("aria-describedby"))).slice(0, 1).join(" ")];
}
"""
"""An invalid field's label and what ARIA says about it (its error message, else the first text that describes it)."""
