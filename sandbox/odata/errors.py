"""The one exception of this package.

The HTTP layer turns it into Graph's error envelope; nothing here knows about HTTP beyond the status number.
"""

from dataclasses import dataclass


@dataclass
class ODataError(Exception):
    """A query that Graph refuses.

    Attributes:
        code: ``error.code`` of Graph's envelope, for instance ``Request_UnsupportedQuery``.
        message: ``error.message``, as a person reads it.
        status: HTTP status, 400 for everything that is wrong with a query.
        not_emulated: Whether Graph would answer it, and only this service does not.
    """

    code: str
    message: str
    status: int = 400
    not_emulated: bool = False

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


def unsupported(message: str) -> ODataError:
    """Return the error for a query that is well formed and not supported by the directory."""
    return ODataError("Request_UnsupportedQuery", message)


def needs_advanced_query(operator: str) -> ODataError:
    """Return the error for an operator that works only with ``ConsistencyLevel: eventual`` and ``$count=true``."""
    return unsupported(
        f"Operator '{operator}' is not supported because the required parameters might be missing. Try adding "
        "$count=true query parameter and ConsistencyLevel:eventual header. Refer to "
        "https://aka.ms/graph-docs/advanced-queries for more information"
    )
