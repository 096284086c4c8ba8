"""Ways the settings page goes wrong on purpose, or is another page than the usual one, switched while the server runs.

Each is switched on its own; several may be on at once.
"""

from enum import StrEnum
from typing import Final, Self

from sandbox.core.store import Store
from sandbox.smartrecruiters.state import State

SLOW_SECONDS: Final = 3.0
"""How long Save and Load Resources take on a slow page, by default."""

_SCHEMA = "CREATE TABLE IF NOT EXISTS smartrecruiters_page_faults (name TEXT PRIMARY KEY, seconds REAL NOT NULL);"


class PageFault(StrEnum):
    does: str
    """One sentence for people."""

    def __new__(cls, name: str, does: str) -> Self:
        member = str.__new__(cls, name)
        member._value_ = name
        member.does = does
        return member

    # The service is out of order
    MAINTENANCE = "maintenance", "Every page and request is answered 503, with Retry-After."
    SLOW = "slow", f"Save answers, and Load Resources ends, {SLOW_SECONDS:g} s later; --delay sets another time."

    # The page is not as it was
    OTHER_LABELS = "other-labels", "Fields, buttons and the tab have other words; the requests stay the same."
    MOVED_TAB = "moved-tab", "The tab is gone from Calendar Integrations; it is elsewhere, at other addresses."

    WEB_COMPONENTS = "web-components", "The tab is made of nested shadow roots; ids change at each rendering."
    SLOTTED_LABELS = "slotted-labels", "The same, and no label, message or list of the tab can be found by its role."
    USER_LEVEL = "user-level", "Calendar Integrations first asks for the company's or the user's own set-up."
    CONSENT_BANNER = "consent-banner", "A banner about cookies covers the page until it is answered."

    # Who gets in
    SINGLE_SIGN_ON = "single-sign-on", "The company's people sign in at their identity provider, on another host."
    BOT_CHALLENGE = "bot-challenge", "A bot protection asks each visitor to prove that they are a person."
    BOT_BLOCK = "bot-block", "A bot protection blocks every visitor."

    # The company
    DELEGATED = "delegated", "Delegated permissions are in force; the tab says who gave them, until Save replaces them."
    REFUSE_SAVE = "refuse-save", "Save is answered 422, for any input."
    NO_ROOMS = "no-rooms", "A load that Microsoft allows ends with an empty list."
    CUT_AT_100 = "cut-at-100", "The list ends after 100 resources and does not say so (`seed --rooms 130` makes more)."

    # Sessions
    LOSE_SESSION_AFTER_SAVE = "lose-session-after-save", "Every session ends right after a Save that worked."
    LOSE_SESSION_WHILE_LOADING = "lose-session-while-loading", "Every session ends right after a load has begun."

    # The network, at every request
    CUT_AT_PAGE = "cut-at-page", "The connection is cut when the tab is opened."
    CUT_BEFORE_SAVE = "cut-before-save", "The connection is cut at Save; nothing is stored."
    CUT_AFTER_SAVE = "cut-after-save", "The connection is cut at Save, after the credentials were stored."
    CUT_AT_LOAD = "cut-at-load", "The connection is cut at Load Resources; the load has begun."
    CUT_WHILE_LOADING = "cut-while-loading", "The connection is cut whenever the page asks for a load's status."


class PageFaults:
    def __init__(self, store: Store) -> None:
        self._store = store
        store.ensure(_SCHEMA)

    def switch(self, fault: PageFault, *, on: bool, seconds: float = SLOW_SECONDS) -> None:
        """Switch one fault; `seconds` is how slow a slow page is."""
        if on:
            self._store.execute("INSERT OR REPLACE INTO smartrecruiters_page_faults VALUES (?, ?)", (fault, seconds))
        else:
            self._store.execute("DELETE FROM smartrecruiters_page_faults WHERE name = ?", (fault,))

    def clear(self) -> None:
        self._store.execute("DELETE FROM smartrecruiters_page_faults")

    def on(self, fault: PageFault) -> bool:
        return self._seconds(fault) is not None

    @property
    def delay(self) -> float:
        """How much longer Save and Load Resources take, in seconds; 0 on the usual page."""
        return self._seconds(PageFault.SLOW) or 0

    def end_sessions(self) -> None:
        """End every session now, as the product may at any time. Not a switch: people can sign in again."""
        State(self._store).end_all_sessions()

    def _seconds(self, fault: PageFault) -> float | None:
        row = self._store.one("SELECT seconds FROM smartrecruiters_page_faults WHERE name = ?", (fault,))
        return row["seconds"] if row else None
