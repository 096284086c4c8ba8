"""Channel *browser*: drives the settings page in the machine's own Chromium, by the labels a person reads there.

It signs in with a saved session, never with a password, and presses *Save* only after a person agreed, now or in
advance. *Save* is pressed once and never repeated automatically. It counts as accepted when the page says so and its
server answered; anything less is a failure or a doubt.
"""

import contextlib
import re
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import httpx

from smartrecruiters_calendar.page.browser_page import LabelledPage
from smartrecruiters_calendar.page.browser_process import Error
from smartrecruiters_calendar.page.browser_traffic import SecretRequest
from smartrecruiters_calendar.page.channel import (
    Credentials,
    LoadedRoom,
    PersonNeeded,
    Refused,
    Saved,
    SavedFields,
    SignInNeeded,
    Unreachable,
    send_at_once,
)
from smartrecruiters_calendar.page.page_answers import quoted
from smartrecruiters_calendar.page.page_parts import Part
from smartrecruiters_calendar.page.person import IN_A_TERMINAL, AgreedInAdvance, Person

LOAD_SECONDS: Final = 300.0
"""Longest wait for SmartRecruiters to load resources."""

_EXPLAINED_WITHIN: Final = 1.0
"""Seconds within which a page says why its server refused."""
_DENIAL: Final = re.compile(r"\b(not|cannot|can't|couldn't|unable|failed|error)\b", re.IGNORECASE)


class BrowserChannel:
    """The channel; one object serves one delivery."""

    name: Final = "browser"

    def __init__(self, page: LabelledPage, person: Person) -> None:
        self._page = page
        self._person = person
        self._on_tab = False

    def saved_fields(self) -> SavedFields | None:
        with self._naming_browser_errors():
            self._go_to_tab()
            client_id, tenant_id = (self._page.field(name).input_value() for name in ("client_id", "tenant_id"))
        return SavedFields(client_id or None, tenant_id or None)

    def save(self, credentials: Credentials, before_sending: Callable[[], None] = send_at_once) -> Saved:
        """Enter the three values, ask, press *Save* once, and see that the page accepted them."""
        page = self._page
        page.secret = credentials.client_secret
        with self._naming_browser_errors():
            self._go_to_tab()
            page.field("client_id").fill(credentials.client_id)
            page.field("tenant_id").fill(credentials.tenant_id)
            page.enter_secret(credentials.client_secret)
            button = page.button("save")
            question = f"Save Client ID {credentials.client_id} for {credentials.tenant_id} at {page.url}?"
            if page.says(page.labels.delegated):
                question = self._about_delegated(question)
            if not self._person.agrees(question):
                raise PersonNeeded("Nothing was saved: the question before Save was answered with no.", IN_A_TERMINAL)
            seen = page.messages().all_inner_texts()
            page.traffic.watch_for(credentials.client_secret)
        before_sending()
        with self._naming_browser_errors(saving=True):
            button.click(no_wait_after=True)
            self._wait_until_saved(seen)
        page.traffic.forget_secret()
        return Saved(channel=self.name, page=page.url)

    def load_resources(self) -> Sequence[LoadedRoom]:
        """Press *Load Resources* once, wait (bounded) until the page is done, and read the list that it shows."""
        page = self._page
        with self._naming_browser_errors():
            self._go_to_tab()
            button = page.button("load_resources")
            seen = page.messages().all_inner_texts()
            page.traffic.forget_trouble()
            button.click(no_wait_after=True)
            self._wait_until_loaded()
            shown = page.parts.rows().or_(page.messages(seen))
            page.wait_for(Part(shown, "the list of rooms after Load Resources", "labels.loaded"))
            found = page.parts.resources()
            messages = page.messages(seen).all_inner_texts()
        if not found:
            self._stop_unless_empty(messages)
        return found

    def _about_delegated(self, question: str) -> str:
        """The question where another way of integrating is in force: nobody can have agreed to end it in advance."""
        if isinstance(self._person, AgreedInAdvance):
            raise PersonNeeded(
                "Nothing was saved: the page says that a set-up with delegated permissions is in force, the other of "
                "SmartRecruiters' two ways to integrate, and Save would replace it.",
                "let a person decide: run this again in a terminal, without --yes and with confirmSave on",
            )
        return f"A set-up with delegated permissions is in force there, and Save replaces it. {question}"

    def _go_to_tab(self) -> None:
        if not self._on_tab:
            self._page.open_tab()
            self._on_tab = True

    def _stop_unless_empty(self, messages: Sequence[str]) -> None:
        """Raise unless the page says that loading worked, and just has nothing to show."""
        traffic, words = self._page.traffic, self._words(messages)
        if traffic.trouble:
            raise Unreachable(f"SmartRecruiters could not load resources now: {traffic.trouble}; {words}")
        loaded = [text for text in messages if self._page.labels.loaded.casefold() in text.casefold()]
        if traffic.refused or not loaded or any(_DENIAL.search(text) for text in loaded):
            raise Refused("load-resources-refused", f"SmartRecruiters refused Load Resources: {words}")

    def _wait_until_loaded(self) -> None:
        page = self._page
        until = time.monotonic() + LOAD_SECONDS
        loading = page.messages().filter(has_text=page.labels.loading)
        while not page.shows(loading.or_(page.busy()), state="hidden"):
            page.stop_when_unusable()
            if page.traffic.trouble and page.traffic.quiet_seconds() >= page.patience:
                raise Unreachable(f"SmartRecruiters stopped loading resources: {page.traffic.trouble}.")
            if time.monotonic() >= until:
                raise Unreachable(
                    f"SmartRecruiters was still loading after {LOAD_SECONDS:g} s. "
                    "Look at its settings page, or load again later."
                )

    def _wait_until_saved(self, before: Sequence[str]) -> None:
        """Return when the page accepted; otherwise raise what happened. `before`: its messages before *Save*."""
        page, said = self._page, list[str]()
        while True:
            news = page.messages([*before, *said])
            said += news.all_inner_texts() if page.shows(news) else []
            quiet, sent = page.traffic.quiet_seconds(), page.traffic.secret_request
            status = sent.status if sent else None
            page.stop_when_protected()
            if sent:
                _stop_without_usable_answer(sent)
            refused = status is not None and status >= httpx.codes.BAD_REQUEST and (said or quiet >= _EXPLAINED_WITHIN)
            wrong = page.invalid_fields()
            if refused or wrong or any(_DENIAL.search(text) for text in said) or page.alerts(before).count():
                reason = "forbidden" if status == httpx.codes.FORBIDDEN else "save-refused"
                named = "".join(f" ({label}: {words})" for label, words in wrong.items())
                raise Refused(reason, f"SmartRecruiters refused Save: {self._words(said)}{named}", wrong)
            accepted = any(page.labels.saved.casefold() in text.casefold() for text in said)
            if accepted and (sent is None or status is not None):
                return
            if quiet >= page.patience:
                raise page.changed(
                    f"a message with the word {page.labels.saved!r} after Save",
                    "labels.saved",
                    may_have_been_saved=page.traffic.wrote,
                )

    def _words(self, messages: Sequence[str]) -> str:
        return " ".join(quoted(text, self._page.secret) for text in messages) or "it gave no reason."

    @contextlib.contextmanager
    def _naming_browser_errors(self, *, saving: bool = False) -> Iterator[None]:
        """Raise an error of the browser itself (it crashed, somebody closed it) as a named failure."""
        try:
            yield
        except Error as error:
            first = quoted(str(error).splitlines()[0], self._page.secret)
            doubt = " Whether the credentials were saved is unknown." if saving else ""
            raise Unreachable(
                f"The browser stopped before SmartRecruiters' page was done: {first}.{doubt}",
                may_have_been_saved=saving,
            ) from None


def _stop_without_usable_answer(sent: SecretRequest) -> None:
    """Raise when the request that carried the secret was lost, or answered by a server that could not deal with it."""
    if sent.status is None:
        if sent.failed:
            raise Unreachable(
                "The connection to SmartRecruiters was lost while saving. "
                "Whether the credentials were saved is unknown.",
                may_have_been_saved=True,
            )
        return
    if sent.status == httpx.codes.UNAUTHORIZED:
        raise SignInNeeded("Nobody is signed in to SmartRecruiters any more: it answered 401 to Save.")
    if sent.status == httpx.codes.TOO_MANY_REQUESTS or sent.status >= httpx.codes.INTERNAL_SERVER_ERROR:
        raise Unreachable(
            f"SmartRecruiters answered {sent.status} to Save: too busy or out of order. Try again later.",
            may_have_been_saved=sent.status != httpx.codes.TOO_MANY_REQUESTS,
        )
