"""Compares the rooms that were expected with those that SmartRecruiters listed, by address.

Addresses are compared without regard to letter case and Unicode form; names are not compared, since they are not
unique.
"""

import unicodedata
from collections.abc import Iterable

from integration.json_model import JsonModel
from integration.smartrecruiters.channel import Kind, LoadedRoom


class Room(JsonModel):
    """One room or other reservable resource as SmartRecruiters lists it."""

    name: str
    address: str
    kind: Kind


class RoomComparison(JsonModel):
    """Expected against loaded. Each list keeps the order it was given in."""

    loaded: tuple[Room, ...]
    """Everything SmartRecruiters listed."""
    matched: tuple[str, ...]
    """Expected addresses that were listed, as configured."""
    missing: tuple[str, ...]
    """Expected addresses that were not listed, as configured."""
    extra: tuple[str, ...]
    """Listed addresses that nobody expected, as listed. Empty when nothing was expected."""


def same_address(address: str) -> str:
    """The form in which two spellings of one address are equal."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", address).casefold())


def compare(expected: Iterable[str], loaded: Iterable[LoadedRoom]) -> RoomComparison:
    """Hold what SmartRecruiters listed against what was expected."""
    expected, loaded = list(expected), list(loaded)
    listed = {same_address(room.address) for room in loaded}
    wanted = {same_address(address) for address in expected}
    return RoomComparison(
        loaded=tuple(Room(name=room.name, address=room.address, kind=room.kind) for room in loaded),
        matched=tuple(address for address in expected if same_address(address) in listed),
        missing=tuple(address for address in expected if same_address(address) not in listed),
        extra=tuple(room.address for room in loaded if expected and same_address(room.address) not in wanted),
    )
