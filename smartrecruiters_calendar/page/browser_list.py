"""Reads the list of rooms and other resources from the table that a page shows, by its columns' headings.

A row is a resource when it holds an e-mail address. Lists that show only part of themselves (pages, scrolling) are not
turned over: what is not shown is not claimed to be loaded.
"""

import re
from collections.abc import Sequence
from typing import Final

from components.page_labels import PageLabels
from smartrecruiters_calendar.page.channel import Kind, LoadedRoom

_ADDRESS: Final = re.compile(r"[^@\s<>(),;]+@[^@\s<>(),;]+\.[^@\s<>(),;]+")
_KINDS: Final[tuple[tuple[str, Kind], ...]] = (("room", "room"), ("equipment", "equipment"))


def resources_in(headings: Sequence[str], rows: Sequence[Sequence[str]], labels: PageLabels) -> list[LoadedRoom]:
    """The loaded resources, in the page's order.

    Args:
        headings: texts of the columns' headings, from the left; may be empty.
        rows: texts of each row's cells, from the left.
        labels: what the columns are called.
    """
    columns = {heading.strip().casefold(): place for place, heading in enumerate(headings)}

    def cell(row: Sequence[str], label: str) -> str | None:
        place = columns.get(label.casefold())
        return row[place].strip() if place is not None and place < len(row) else None

    found = []
    for row in rows:
        address = _ADDRESS.search(cell(row, labels.address) or " ".join(row))
        status = cell(row, labels.status)
        if address is None or (status is not None and status.casefold() != labels.loaded.casefold()):
            continue
        name = cell(row, labels.name) or next((text for text in row if text.strip() and address[0] not in text), "")
        found.append(LoadedRoom(name.strip() or address[0], address[0], _kind(cell(row, labels.kind) or "")))
    return found


def _kind(text: str) -> Kind:
    return next((kind for word, kind in _KINDS if word in text.casefold()), "unknown")
