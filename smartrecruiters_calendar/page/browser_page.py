"""Navigates the settings page as a person does: by labels and roles, or by selectors where a label cannot reach.

Waits are for something to show, and bounded: by a few seconds in which the page asks its server for nothing, and by a
longest time in any case, so that a slow page is waited for and a changed one is reported soon. What it finds instead
(a sign-in, a refusal, maintenance, other labels) is raised as the channels' named failures. Of a page that changed a
picture is kept, with every field and any text that repeats the secret covered; nothing else is ever recorded.
"""

import re
import shlex
import time
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, Literal

import httpx
from pydantic import SecretStr

from components.page_labels import PageLabels
from components.page_selectors import PageSelectors
from smartrecruiters_calendar.page.address import same_origin
from smartrecruiters_calendar.page.bot_protection import protected
from smartrecruiters_calendar.page.browser_process import Error, Locator, NotYet, Page
from smartrecruiters_calendar.page.browser_traffic import Traffic
from smartrecruiters_calendar.page.channel import ChannelFailure, PageChanged, Refused, SignInNeeded, Unreachable
from smartrecruiters_calendar.page.inspection import inspect_parts
from smartrecruiters_calendar.page.page_answers import quoted
from smartrecruiters_calendar.page.page_parts import FIELDS, ButtonName, FieldName, PageParts, Part
from smartrecruiters_calendar.page.sign_in_paths import is_sign_in
from smartrecruiters_calendar.private_files import write_private

PATIENCE_SECONDS: Final = 10.0
"""How long a page that asks its server for nothing may take to show what is looked for."""
LONGEST_SECONDS: Final = 130.0

_LOOK_SECONDS: Final = 0.5
_STILL_SECONDS: Final = 1.5
"""Without a request for so long, a page has drawn itself."""
_SAYS_SOMETHING: Final = re.compile(r"\S")
_FIELDS: Final = "input, textarea, select, [contenteditable]"
_UNREADABLE: Final = f"{_FIELDS} {{ color: transparent !important; -webkit-text-security: disc !important; }}"
_PICTURE_SECONDS: Final = 15.0
_MEANING: Final = {"labels": "what it is called", "selectors": "how to find it"}


class LabelledPage:
    """An open page of SmartRecruiters. Every method may raise any `ChannelFailure`."""

    def __init__(
        self,
        page: Page,
        address: httpx.URL,
        labels: PageLabels,
        pictures: Path,
        patience: float = PATIENCE_SECONDS,
        *,
        selectors: PageSelectors = PageSelectors(),  # noqa: B008 (frozen)
        stack: str | None = None,
    ) -> None:
        """Take an empty page; nothing is asked yet.

        Args:
            patience: seconds without any request after which something counts as missing.
            stack: whose configuration this is, for the commands in messages.

        Raises:
            Stopped: the browser cannot read a selector.
        """
        self.labels = labels
        self.parts = PageParts(page, labels, selectors)
        self.parts.check_selectors()
        self.traffic = Traffic(page)
        self._page = page
        self._address = address
        self._pictures = pictures
        self._option = f" --stack {stack}" if stack else ""
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

    def wait_for_sign_in(self, seconds: float, *, unattended: bool = False) -> dict[str, Any]:
        """Wait until a person has signed in (single sign-on, MFA) and the way to the settings shows.

        Args:
            unattended: nobody sees the browser, so a bot protection ends the wait at once.

        Returns:
            The session, as Playwright's storage state.
        """
        until = time.monotonic() + seconds
        try:
            while not self._is_signed_in():
                late = time.monotonic() >= until
                if unattended or late:
                    self.stop_when_protected()
                if late:
                    self._check_answers()
                    raise SignInNeeded(
                        f"Nobody signed in as an administrator within {seconds:g} s: the page did not come to show "
                        f"{self.parts.way()[0].words}."
                    )
            return dict(self._page.context.storage_state())
        except Error:
            raise SignInNeeded("The browser was closed before anybody had signed in.") from None

    def inspect(self) -> dict[str, Any]:
        """What the page offers where it is now, once it is still, as fields of `PageInspection`."""
        begun = time.monotonic()
        self._page.wait_for_load_state("load")
        while self.traffic.quiet_seconds() < _STILL_SECONDS and time.monotonic() - begun < LONGEST_SECONDS:
            self._page.wait_for_timeout(_LOOK_SECONDS * 1000)
        return {"page": self.url, **inspect_parts(self._page, self.parts)}

    def _check_answers(self) -> None:
        status = self.traffic.document_status or httpx.codes.OK
        if status == httpx.codes.TOO_MANY_REQUESTS or status >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise Unreachable(f"SmartRecruiters answered {status}: too busy or out of order. Try again later.")

    def _is_signed_in(self) -> bool:
        return (
            self.shows(self.parts.way()[0].locator)
            and same_origin(httpx.URL(self._page.url), self._address)
            and not self._asks_to_sign_in()
        )

    def go_to_tab(self) -> None:
        """Go the whole way from the configured address to the tab."""
        self.visit()
        for part in self.parts.way():
            self.click(part)

    def open_tab(self) -> None:
        """Go to the tab, and see that the three fields are there."""
        self.go_to_tab()
        self.field("client_secret")
        if not same_origin(httpx.URL(self._page.url), self._address):
            raise PageChanged(
                f"The fields are on {self.url}, which is not the configured address {self._address}, and the secret "
                "goes nowhere else: set smartrecruiters.address to where the settings page is."
            )

    def field(self, name: FieldName) -> Locator:
        part = self.parts.field(name)
        self.wait_for(part)
        if (count := part.locator.count()) > 1:
            raise self.changed(f"one such field ({part.words}), and there are {count}", part.setting)
        return part.locator

    def enter_secret(self, secret: SecretStr) -> None:
        """Type the secret into its field. Playwright's own words on a failure would hold it, so none are kept."""
        field, taken = self.field("client_secret"), False
        try:
            field.fill(secret.get_secret_value(), timeout=self.patience * 1000)
            taken = True
        except Error:
            pass
        if not taken:
            part = self.parts.field("client_secret")
            raise self.changed(f"{part.words} that accepts text", part.setting)

    def button(self, name: ButtonName) -> Locator:
        part = self.parts.button(name)
        self.wait_for(part)
        return part.locator.filter(visible=True).first

    def click(self, part: Part) -> None:
        self.wait_for(part)
        try:
            part.locator.filter(visible=True).first.click(timeout=self.patience * 1000, no_wait_after=True)
        except NotYet:
            raise self.changed(
                f"{part.words}, free of anything that covers it (a banner is answered once, at sign-in)", part.setting
            ) from None

    def wait_for(self, part: Part) -> None:
        """Wait until it shows."""
        begun = time.monotonic()
        while not self.shows(part.locator):
            self.stop_when_unusable()
            if self.traffic.quiet_seconds() >= self.patience or time.monotonic() - begun >= LONGEST_SECONDS:
                raise self.changed(part.words, part.setting)

    def shows(self, wanted: Locator, *, state: Literal["visible", "hidden"] = "visible") -> bool:
        """Whether it shows (or is gone) within a moment."""
        try:
            wanted.filter(visible=True).first.wait_for(state=state, timeout=_LOOK_SECONDS * 1000)
        except NotYet:
            return False
        return True

    def stop_when_unusable(self) -> None:
        """Raise what the page shows instead of its settings: a sign-in, a refusal, maintenance, nothing."""
        self.stop_when_protected()
        if self.traffic.document_lost:
            raise self._lost(self.traffic.document_lost)
        status = self.traffic.document_status or httpx.codes.OK
        if status == httpx.codes.FORBIDDEN:
            raise Refused(
                "forbidden",
                "SmartRecruiters does not let the signed-in account open its calendar integrations. "
                "Sign in with an Administrator account.",
            )
        self._check_answers()
        if status == httpx.codes.UNAUTHORIZED or self._asks_to_sign_in():
            raise SignInNeeded("Nobody is signed in to SmartRecruiters any more: it shows its sign-in.")

    def stop_when_protected(self) -> None:
        if self.traffic.protection:
            raise protected(self.traffic.protection)

    def _asks_to_sign_in(self) -> bool:
        here = httpx.URL(self._page.url).path.removeprefix(self._address.path.rstrip("/"))
        return is_sign_in(here) or self.parts.signed_out().filter(visible=True).count() > 0

    def _lost(self, why: str) -> Unreachable:
        return Unreachable(f"SmartRecruiters at {self._address.host} did not answer: {why}.")

    def changed(self, looked_for: str, setting: str, *, may_have_been_saved: bool = False) -> ChannelFailure:
        """The failure for something that is not there: it names what, and shows the page in a masked picture."""
        if (maker := self.traffic.challenger()) and not may_have_been_saved:
            return protected(maker)
        here = httpx.URL(self._page.url)
        if here.host and not same_origin(here, self._address) and not may_have_been_saved:
            return SignInNeeded(f"Nobody is signed in to SmartRecruiters: it sends its visitors to {here.host}.")
        picture = masked_picture(self._page, self.secret)
        path = keep_picture(picture, self._pictures) if picture else None
        shown = f" A picture of the page, with its fields masked: {path}." if path else ""
        return PageChanged(
            f"SmartRecruiters' page at {self.url} does not show {looked_for}.{shown} Type "
            f"`smartrecruiters-calendar sign-in --inspect{self._option}` to see what it offers, and "
            f"`{self._correction(setting)}` to correct it.",
            may_have_been_saved=may_have_been_saved,
        )

    def _correction(self, setting: str) -> str:
        wrong = {setting: f"<{_MEANING[setting.partition('.')[0]]}>"}
        if setting.startswith("labels.way["):  # one entry alone would leave the ones before it empty
            wrong = {f"labels.way[{at}]": word for at, word in enumerate(self.parts.labels.way)} | wrong
        return " && ".join(
            f"pulumi config set --path 'smartrecruiters.{key}' {shlex.quote(value)}{self._option}"
            for key, value in wrong.items()
        )

    def messages(self, seen: Iterable[str] = ()) -> Locator:
        """The page's messages (alerts and statuses) that say something, without those seen before."""
        found = self.parts.messages().filter(visible=True, has_text=_SAYS_SOMETHING)
        for text in seen:
            found = found.filter(has_not_text=text)
        return found

    def says(self, words: str) -> bool:
        """Whether the page holds these words now, in whatever letter case."""
        return self._page.get_by_text(words).filter(visible=True).count() > 0

    def alerts(self, seen: Iterable[str] = ()) -> Locator:
        return self.messages(seen).and_(self._page.get_by_role("alert"))

    def invalid_fields(self) -> dict[str, str]:
        """What is wrong with single fields, by their labels: those marked as invalid, with what describes them."""
        wrong = {}
        invalid = self._page.locator("[aria-invalid=true]").filter(visible=True)
        for field in invalid.all():
            label, description = field.evaluate(_DESCRIBED)
            if not label:
                known = (name for name in FIELDS if self.parts.field(name).locator.and_(field).count())
                label = next((getattr(self.labels, name) for name in known), "a field")
            wrong[quoted(label, self.secret)] = quoted(description, self.secret)
        return wrong

    def busy(self) -> Locator:
        return self._page.locator("[aria-busy=true]").or_(self._page.get_by_role("progressbar"))


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
  const root = field.getRootNode();  // ids mean something in their own shadow root only
  const texts = ids => (ids || "").split(/\\s+/).filter(id => id).map(id => root.getElementById(id)).filter(one => one)
    .map(one => one.innerText).filter(text => text);
  const label = field.labels?.[0]?.innerText ?? field.getAttribute("aria-label") ?? "";
  const own = texts(field.getAttribute("aria-errormessage"));
  return [label, (own.length ? own : texts(field.getAttribute("aria-describedby"))).slice(0, 1).join(" ")];
}
"""
"""An invalid field's label and what ARIA says about it (its error message, else the first text that describes it)."""
