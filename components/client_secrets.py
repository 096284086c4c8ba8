"""When a declared client secret ends, and which of them is current.

Everything follows from the declaration alone, never from the clock: an end date computed from *now* would replace the
secret at every preview. This module makes no resource and knows no secret value.
"""

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from components.issue_day import WRITTEN, IssueDay

MAX_LIVE_SECRETS = 2
"""The current one, and during a rotation the outgoing one."""

EXPIRY_WARNING = timedelta(days=30)
"""How long before its end a current secret is worth a warning, unless the stack says otherwise."""

_KEY_NAME: Final = re.compile(rf"([A-Za-z0-9_.-]{{1,100}}) ({WRITTEN})", re.ASCII)
"""As `ClientSecret.key_name` writes it."""


@dataclass(frozen=True, slots=True)
class ClientSecret:
    """A client secret as declared: the day it was issued, and its lifetime in years or in days (exactly one)."""

    issued: date
    """An `IssueDay` where it is not the day's first."""
    years: int | None = None
    days: int | None = None

    @property
    def ends(self) -> datetime:
        """Midnight UTC at which the secret stops working.

        Issued on 29 February it ends on 28 February where the last year is not a leap year: never later than asked.
        """
        if self.years is None:
            last_day = self.issued + timedelta(days=self.days or 0)
        else:
            year, month = self.issued.year + self.years, self.issued.month
            last_day = date(year, month, min(self.issued.day, calendar.monthrange(year, month)[1]))
        return datetime.combine(last_day, time(), UTC)

    @property
    def end_date(self) -> str:
        """`ends` in the form the azuread provider stores, RFC 3339."""
        return self.ends.strftime("%Y-%m-%dT%H:%M:%SZ")

    def resource_name(self, component: str) -> str:
        return f"{component}-secret-{self.issued.isoformat()}"

    def key_name(self, stack: str) -> str:
        """The display name of the key in Entra; says which stack and which day it belongs to."""
        return f"{stack} {self.issued.isoformat()}"


def stack_named_by(key_name: str) -> str | None:
    """The stack that a key's display name belongs to; None: it is not a name that this component gives."""
    found = _KEY_NAME.fullmatch(key_name)
    if found is None:
        return None
    try:
        IssueDay.parse(found[2])
    except ValueError:
        return None
    return found[1]


def newest_first(secrets: Sequence[ClientSecret]) -> list[ClientSecret]:
    """Order by day of issue: the first one is *current*, the one after it *outgoing*."""
    return sorted(secrets, key=lambda secret: secret.issued, reverse=True)
