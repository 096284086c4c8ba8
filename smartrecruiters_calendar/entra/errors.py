"""What Entra's and Graph's errors mean here: wait, ask again, or stop with a reason. The lists are the whole rule.

Entra's codes: https://learn.microsoft.com/entra/identity-platform/reference-error-codes. A code that is not listed
stops, with Microsoft's own text.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from smartrecruiters_calendar.outcome import Reason

_AADSTS = re.compile(r"AADSTS(\d+)")

ENTRA_REASONS: Final[Mapping[int, Reason]] = MappingProxyType(
    {
        7000215: Reason.SECRET_REFUSED,
        7000216: Reason.SECRET_REFUSED,
        7000222: Reason.SECRET_EXPIRED,
        700016: Reason.APPLICATION_UNKNOWN,
        7000229: Reason.SERVICE_PRINCIPAL_MISSING,
        7000112: Reason.APPLICATION_DISABLED,
        90002: Reason.TENANT_UNKNOWN,
        900023: Reason.TENANT_UNKNOWN,
    }
)
"""Codes of the token endpoint that have a reason of their own."""

ENTRA_LAG: Final = frozenset({7000215, 7000216, 7000229, 700016})
"""Codes that a moment after creation only mean that not every replica knows the new object yet."""

GRAPH_RETRY: Final = frozenset({429, 500, 502, 503, 504})
"""Statuses after which the same question is asked again; every other one is final."""


class EntraRefused(Exception):
    """Entra gave no token and said why."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        found = _AADSTS.search(text)
        self.code = int(found[1]) if found else None
        """The number after `AADSTS`; None when there was none."""

    @property
    def reason(self) -> Reason:
        """The reason that stands for the code."""
        return ENTRA_REASONS.get(self.code or 0, Reason.ENTRA_REFUSED)

    @property
    def may_be_lag(self) -> bool:
        """Whether it can mean only that a new object is not known everywhere yet."""
        return self.code in ENTRA_LAG


class EntraUnreachable(Exception):
    """Entra did not answer, or only to say that it cannot now."""


class GraphRefused(Exception):
    """Graph answered with an error that asking again does not mend."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        """Graph's own error code, e.g. `ErrorInvalidUser`; empty when the answer was not in Graph's form."""


class GraphUnreachable(Exception):
    """Graph did not answer, or only to say that it cannot now, for as long as was waited."""
