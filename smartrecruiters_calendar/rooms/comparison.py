"""Compares the rooms that were expected with those that SmartRecruiters listed, by address.

Addresses and names are compared without regard to letter case and Unicode form. A room counts as renamed when the
source of the expected rooms and SmartRecruiters give one address different names; a receipt keeps no names, so
nothing is reported about earlier names of a room.
"""

from collections.abc import Sequence
from typing import Final

from smartrecruiters_calendar.outcome import JsonModel
from smartrecruiters_calendar.page.channel import Kind, LoadedRoom
from smartrecruiters_calendar.page.spelling import same_address, same_name
from smartrecruiters_calendar.rooms.expected import ExpectedFrom, ExpectedRooms

LIST_LIMIT: Final = 100
"""Most rooms that Microsoft's `findRooms` lists, and a page of its places:
https://learn.microsoft.com/graph/api/user-findrooms. A list of exactly this length may have been cut."""


class Room(JsonModel):
    name: str
    address: str
    kind: Kind


class RenamedRoom(JsonModel):
    address: str
    expected: str
    listed: str


class RoomComparison(JsonModel):
    """Expected against loaded. Each list keeps the order it was given in."""

    expected_from: ExpectedFrom
    loaded: tuple[Room, ...]
    matched: tuple[str, ...]
    """Expected addresses that were listed, as the source spells them."""
    missing: tuple[str, ...]
    """Expected addresses that were not listed, as the source spells them."""
    extra: tuple[str, ...]
    """Listed addresses that nobody expected, as listed. Empty when nothing was expected."""
    renamed: tuple[RenamedRoom, ...]
    """Listed under another name than the source gives. Empty where the source gives no names."""
    at_limit: bool
    """Exactly `LIST_LIMIT` were listed: rooms, or rooms and other resources together."""

    @property
    def probably_cut(self) -> bool:
        """Whether the list ends at the limit while more rooms are expected."""
        return self.at_limit and bool(self.missing)


def compare(expected: ExpectedRooms, loaded: Sequence[LoadedRoom]) -> RoomComparison:
    listed = {same_address(room.address) for room in loaded}
    wanted = {same_address(room.address): room for room in expected.rooms}
    return RoomComparison(
        expected_from=expected.known_from,
        loaded=tuple(Room(name=room.name, address=room.address, kind=room.kind) for room in loaded),
        matched=tuple(room.address for room in expected.rooms if same_address(room.address) in listed),
        missing=tuple(room.address for room in expected.rooms if same_address(room.address) not in listed),
        extra=tuple(room.address for room in loaded if wanted and same_address(room.address) not in wanted),
        renamed=tuple(
            RenamedRoom(address=room.address, expected=known.name, listed=room.name)
            for room in loaded
            if (known := wanted.get(same_address(room.address)))
            and known.name
            and same_name(known.name) != same_name(room.name)
        ),
        at_limit=LIST_LIMIT in (len(loaded), sum(room.kind == "room" for room in loaded)),
    )
