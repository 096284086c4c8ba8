"""What every part of a running sandbox shares: its home, its store, its clock and its address.

It holds no behaviour of Entra, Graph or SmartRecruiters, and it opens no socket.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sandbox.core.clock import Clock
from sandbox.core.home import Home
from sandbox.core.store import Store


@dataclass
class Context:
    home: Home
    """Where its files are."""
    store: Store
    """All state. Every part brings its own tables with `store.ensure(SCHEMA)`."""
    clock: Clock
    """The sandbox's time; never the host's."""
    base_url: str
    """`https://localhost:PORT`, without a trailing slash: the address of Entra, Graph and everything else here."""
    issue_delegated_token: Callable[[str, str], str]
    """`(directory ID, user principal name)` to a Graph token on behalf of that person (claim `scp`, no `roles`).

    Raises `LookupError` when the directory or the person is unknown.
    """

    @property
    def trust_file(self) -> Path:
        return self.home.trust
