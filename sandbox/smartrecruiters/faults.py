"""Ways the settings page goes wrong on purpose, switched on and off for tests, also while the server runs."""

from enum import StrEnum

from sandbox.smartrecruiters.state import State
from sandbox.store import Store

_SCHEMA = "CREATE TABLE IF NOT EXISTS smartrecruiters_faults (name TEXT PRIMARY KEY);"


class PageFault(StrEnum):
    """What goes wrong while it is switched on."""

    MAINTENANCE = "maintenance"
    """Every request is answered 503."""
    REFUSE_SAVE = "refuse-save"
    """*Save* is answered 422, whatever is typed."""
    LOSE_SESSION_AFTER_SAVE = "lose-session-after-save"
    """Every session ends right after a *Save* that worked."""


class PageFaults:
    """The switches of one sandbox, kept in its store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        store.ensure(_SCHEMA)

    def switch(self, fault: PageFault, *, on: bool) -> None:
        """Switch one fault."""
        if on:
            self._store.execute("INSERT OR IGNORE INTO smartrecruiters_faults VALUES (?)", (fault,))
        else:
            self._store.execute("DELETE FROM smartrecruiters_faults WHERE name = ?", (fault,))

    def clear(self) -> None:
        """Switch all off."""
        self._store.execute("DELETE FROM smartrecruiters_faults")

    def on(self, fault: PageFault) -> bool:
        """Whether a fault is switched on."""
        return self._store.one("SELECT 1 FROM smartrecruiters_faults WHERE name = ?", (fault,)) is not None

    def end_sessions(self) -> None:
        """End every session now, as the product may at any time. Not a switch: people can sign in again."""
        State(self._store).end_all_sessions()
