"""Reads expected rooms from a CSV file: addresses, and names where there are any; every mistake with its line.

Accepts comma, semicolon or tab, UTF-8 or UTF-16 with or without byte order mark, and the headings of Exchange's and
Graph's exports. Nothing is guessed: a file that could be read in two ways is refused.
"""

import codecs
import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from smartrecruiters_calendar.given_files import read_given
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.page.spelling import same_address

ADDRESS_HEADINGS: Final = ("address", "emailaddress", "primarysmtpaddress", "windowsemailaddress", "mail", "email")
NAME_HEADINGS: Final = ("name", "displayname")
"""Compared in lower case and without spaces. `DisplayName` is preferred to `Name`, which in Exchange is an alias."""

_ADDRESS: Final = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\"]+")
_LISTED: Final = 10
"""Mistakes that are named; the rest is counted."""


@dataclass(frozen=True)
class RoomRow:
    line: int
    address: str
    name: str | None


def read_rooms(path: Path) -> list[RoomRow]:
    """The rooms of a file, in its order.

    Raises:
        Stopped: the file cannot be read, or has mistakes; all are named at once, by line.
    """
    lines = _text(path).splitlines()
    numbered = [
        (number, line) for number, line in enumerate(lines, 1) if line.strip() and not line.startswith("#")
    ]  # PowerShell 5 begins an export with `#TYPE …`
    if not numbered:
        raise _refused(path, "it is empty. Write one address per line, or remove `expectedRoomsFile`")
    separator = max(",;\t", key=numbered[0][1].count)
    rows = list(_rows(path, numbered, separator))
    mistakes: list[str] = []
    address, name = _columns(path, rows[0])
    found = list(_rooms(rows if address is None else rows[1:], address or 0, name, mistakes))
    if mistakes:
        more = f"; and {len(mistakes) - _LISTED} more" if len(mistakes) > _LISTED else ""
        raise _refused(path, f"{'; '.join(mistakes[:_LISTED])}{more}. Correct these lines")
    if not found:
        raise _refused(path, "it has a heading and no rooms. Write one room per line, or remove `expectedRoomsFile`")
    return found


def _text(path: Path) -> str:
    try:
        data = read_given(path)
    except FileNotFoundError:
        raise _refused(path, "there is no such file. Correct `expectedRoomsFile`") from None
    except OSError as error:
        raise _refused(path, f"{error.strerror}. Make it readable, or correct `expectedRoomsFile`") from None
    utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = data.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise _refused(path, f"line {line}: it is not UTF-8. Save it as “CSV UTF-8”") from None
    if "\0" in text:
        raise _refused(path, "it holds binary data. Save the list as CSV, not as a workbook")
    return text


def _rows(path: Path, numbered: Sequence[tuple[int, str]], separator: str) -> Iterator[tuple[int, list[str]]]:
    for number, line in numbered:
        try:
            (cells,) = csv.reader([line], delimiter=separator)
        except csv.Error as error:
            raise _refused(path, f"line {number}: {error}. Correct this line") from None
        yield number, [cell.strip() for cell in cells]


def _columns(path: Path, first: tuple[int, list[str]]) -> tuple[int | None, int | None]:
    """The columns of address and name; no heading at all: a list of addresses, or of addresses and names."""
    line, cells = first
    if _ADDRESS.fullmatch(cells[0]):
        return None, 1
    headings = ["".join(cell.lower().split()) for cell in cells]
    addresses = [number for number, heading in enumerate(headings) if heading in ADDRESS_HEADINGS]
    if len(addresses) != 1:
        which = "no column of addresses" if not addresses else "two columns of addresses"
        raise _refused(path, f"line {line}: {which}; give exactly one the heading `address`. Correct these lines")
    names = [headings.index(heading) for heading in reversed(NAME_HEADINGS) if heading in headings]
    return addresses[0], names[0] if names else None


def _rooms(
    rows: Sequence[tuple[int, list[str]]], address: int, name: int | None, mistakes: list[str]
) -> Iterator[RoomRow]:
    seen: dict[str, int] = {}
    for line, cells in rows:
        given = cells[address] if address < len(cells) else ""
        if not any(cells):
            continue
        if not _ADDRESS.fullmatch(given):
            wrong = f"{given!r} is not an e-mail address" if given else "there is no address"
            mistakes.append(f"line {line}: {wrong}")
            continue
        first = seen.setdefault(same_address(given), line)
        if first != line:
            mistakes.append(
                f"line {line}: {given} repeats the room of line {first}; letter case does not distinguish rooms"
            )
            continue
        called = cells[name] if name is not None and name < len(cells) else ""
        yield RoomRow(line, given, called or None)


def _refused(path: Path, what: str) -> Stopped:
    return Stopped(
        Reason.EXPECTED_ROOMS_REFUSED, f"The expected rooms in {path.name} cannot be used: {what}, then run this again."
    )
