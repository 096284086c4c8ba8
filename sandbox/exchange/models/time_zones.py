"""Times as Exchange writes them: a wall-clock time and the name of a time zone, Windows or IANA.

Only the Windows names listed here are known; the full table (CLDR's) is much longer.
"""

from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

FIRST_YEAR, LAST_YEAR = 1601, 4500
"""Exchange keeps times from the first to the last of these years."""

_WINDOWS = {
    "utc": "UTC",
    "greenwich standard time": "Atlantic/Reykjavik",
    "gmt standard time": "Europe/London",
    "w. europe standard time": "Europe/Berlin",
    "central europe standard time": "Europe/Budapest",
    "central european standard time": "Europe/Warsaw",
    "romance standard time": "Europe/Paris",
    "e. europe standard time": "Europe/Chisinau",
    "fle standard time": "Europe/Kiev",
    "eastern standard time": "America/New_York",
    "central standard time": "America/Chicago",
    "mountain standard time": "America/Denver",
    "pacific standard time": "America/Los_Angeles",
    "india standard time": "Asia/Kolkata",
    "china standard time": "Asia/Shanghai",
    "tokyo standard time": "Asia/Tokyo",
    "aus eastern standard time": "Australia/Sydney",
}


class UnknownTimeZone(ValueError):
    """A time zone that is neither a listed Windows name nor an IANA name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def time_zone(name: str) -> tzinfo:
    """Return the time zone of that name.

    Raises:
        UnknownTimeZone: There is none.
    """
    iana = _WINDOWS.get(name.strip().lower(), name.strip())
    if iana == "UTC":
        return UTC
    try:
        return ZoneInfo(iana)
    except (KeyError, ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError; odd names are refused as paths
        raise UnknownTimeZone(name) from None


def moment(value: Any) -> datetime:
    """Return the moment of a `dateTimeTimeZone` (``{"dateTime": …, "timeZone": …}``); without zone it is UTC.

    Raises:
        ValueError: It is none.
        UnknownTimeZone: Its zone is unknown.
    """
    if not isinstance(value, dict) or not isinstance(value.get("dateTime"), str):
        raise ValueError("no dateTimeTimeZone")  # noqa: TRY004 callers treat every wrong value alike
    zone = value.get("timeZone") or "UTC"
    if not isinstance(zone, str):
        raise UnknownTimeZone(str(zone))
    return in_utc(value["dateTime"], time_zone(zone))


def in_utc(text: str, zone: tzinfo = UTC) -> datetime:
    """Return the moment that an ISO 8601 text means, in UTC; without offset it is a time of `zone`.

    Raises:
        ValueError: It means none, or one outside the years that Exchange knows.
    """
    parsed = datetime.fromisoformat(text)
    if not FIRST_YEAR < parsed.year < LAST_YEAR:
        raise ValueError("out of range")
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=zone)).astimezone(UTC)


def written(seconds: float, zone_name: str) -> dict[str, str]:
    """Return a moment, given in seconds since 1970, as a `dateTimeTimeZone` in a zone.

    Raises:
        UnknownTimeZone: The zone is unknown.
    """
    local = datetime.fromtimestamp(seconds, time_zone(zone_name))
    return {"dateTime": local.strftime("%Y-%m-%dT%H:%M:%S.") + f"{local.microsecond:06}0", "timeZone": zone_name}
