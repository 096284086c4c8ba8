"""The lives of secrets and certificates, laid out on a line of time for the page that draws them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from components.client_secrets import EXPIRY_WARNING
from smartrecruiters_calendar.audit.report import CredentialRow

WIDTH: Final = 860
"""Units of the drawing, from left to right."""
LABELS: Final = 240
"""Units on the left that hold the names."""
ROW: Final = 38
TOP: Final = 30
_MARGIN: Final = timedelta(days=14)
_LABEL: Final = 30
"""Units that half a month's name takes."""
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Bar:
    """One credential's life. Places are units of the drawing."""

    label: str
    detail: str
    state: str
    """*current*, *outgoing*, *foreign*, *other-stack* or *ended*."""
    y: int
    x: float
    width: float
    warning_x: float
    """From here on to its end less than 30 days are left."""
    warning_width: float
    ends: str


@dataclass(frozen=True)
class Tick:
    x: float
    label: str


@dataclass(frozen=True)
class Timeline:
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    today: float
    height: int
    width: int = WIDTH
    labels: int = LABELS


def timeline(rows: Sequence[CredentialRow], now: datetime) -> Timeline | None:
    """The drawing of all credentials that have an end; None where there is none."""
    lives = [(row, row.starts or now, row.ends) for row in rows if row.ends is not None]
    if not lives:
        return None
    first = min([now, *(starts for _, starts, _ in lives)]) - _MARGIN
    last = max([now, *(ends for _, _, ends in lives)]) + _MARGIN

    def place(moment: datetime) -> float:
        return round(LABELS + (WIDTH - LABELS) * ((moment - first) / (last - first)), 1)

    order = sorted(lives, key=lambda life: (life[1], life[0].id))
    bars = tuple(_bar(number, row, starts, ends, now, place) for number, (row, starts, ends) in enumerate(order))
    ticks = tuple(Tick(x, f"{month:%b %Y}") for month in _months(first, last) if (x := place(month)) < WIDTH - _LABEL)
    return Timeline(bars, ticks, place(now), TOP + ROW * len(bars) + 22)


def _bar(
    number: int, row: CredentialRow, starts: datetime, ends: datetime, now: datetime, place: Callable[[datetime], float]
) -> Bar:
    warning = max(starts, ends - EXPIRY_WARNING)
    left = row.days_left or 0
    ended = ends <= now
    left_or_ended = f"ended {-left} days ago" if ended else f"{left} days left"
    return Bar(
        label=row.name or row.id,
        detail=f"{row.standing} {row.kind}, {left_or_ended}",
        state="ended" if ended else row.standing,
        y=TOP + ROW * number,
        x=place(starts),
        width=max(2.0, place(ends) - place(starts)),
        warning_x=place(warning),
        warning_width=max(0.0, place(ends) - place(warning)),
        ends=f"{ends:%Y-%m-%d}",
    )


def _months(first: datetime, last: datetime) -> Iterator[datetime]:
    """First days of months, so far apart that at most eight fit."""
    months = (last.year - first.year) * 12 + last.month - first.month
    step = next(size for size in (1, 2, 3, 6, 12, 24, 60, 120, 1200) if months / size <= 8)
    month = first.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    while month <= last:
        if month >= first and (month.year * 12 + month.month - 1) % step == 0:
            yield month
        month = (month + 32 * _DAY).replace(day=1)
