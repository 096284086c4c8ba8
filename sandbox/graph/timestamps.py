"""Moments as Graph writes and reads them."""

from datetime import UTC, datetime


def text(seconds: float) -> str:
    """Whole seconds, as later reads show a moment: `2026-12-01T08:00:00Z`."""
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def precise(seconds: float) -> str:
    """Seven fractional digits, as the reply to a creation shows a moment."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f") + "0Z"


def parse(written: object) -> float:
    """Seconds since 1970 of an ISO 8601 moment.

    Raises:
        ValueError: `written` is not such a text, has no time zone, or lies outside the years 1 to 9999.
    """
    if not isinstance(written, str):
        raise ValueError("a moment is written as text")  # noqa: TRY004 callers treat both alike
    moment = datetime.fromisoformat(written)
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    try:
        return moment.timestamp()
    except OverflowError as error:
        raise ValueError("the moment is out of range") from error


def years_after(seconds: float, years: int) -> float:
    """The same day and time so many years later; the day after for a 29 February that is missing then."""
    moment = datetime.fromtimestamp(seconds, UTC)
    try:
        return moment.replace(year=moment.year + years).timestamp()
    except ValueError:
        return moment.replace(year=moment.year + years, month=3, day=1).timestamp()
