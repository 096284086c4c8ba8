"""The rooms that SmartRecruiters is expected to list, and where they are known from.

Graph does not list rooms to the integration app, so they come from the stack's configuration, from a CSV file, or from
an operator who is allowed to read the tenant's address list. A result always says which.
"""

from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeAlias

from components.settings import Settings
from smartrecruiters_calendar.entra.errors import EntraRefused, GraphRefused
from smartrecruiters_calendar.entra.questions import DirectoryRoom
from smartrecruiters_calendar.outcome import JsonModel, Reason, Stopped
from smartrecruiters_calendar.rooms.file import read_rooms

_LONGEST_QUOTE: Final = 200


class Source(StrEnum):
    CONFIGURATION = "configuration"
    FILE = "file"
    OPERATOR = "operator"
    NOBODY = "nobody"


class ExpectedFrom(JsonModel):
    source: Source
    origin: str
    count: int


class ExpectedRoom(JsonModel):
    address: str
    name: str | None = None
    """Its display name; None where the source has only addresses."""


class ExpectedRooms(JsonModel):
    source: Source
    origin: str
    rooms: tuple[ExpectedRoom, ...] = ()

    @property
    def known_from(self) -> ExpectedFrom:
        return ExpectedFrom(source=self.source, origin=self.origin, count=len(self.rooms))


RoomsByOperator: TypeAlias = Callable[[str], Sequence[DirectoryRoom]]
"""Every room of a directory, by its ID, as the operator sees them."""
FindRooms: TypeAlias = Callable[[], ExpectedRooms]
"""Finds the expected rooms when they are needed; may raise what asking Entra and Graph raises, and `Stopped`."""


def choose_expected_rooms(
    settings: Settings, project: Path, rooms_by_operator: RoomsByOperator, *, from_operator: bool
) -> FindRooms:
    """How the expected rooms are found. A file is read at once, so that its mistakes show before any request.

    Args:
        project: the folder that a relative path starts from.
        from_operator: prefer the operator's list to what is configured.

    Raises:
        Stopped: the configured file cannot be used.
    """
    if from_operator:
        return lambda: _listed_to_operator(settings.directory_id, rooms_by_operator)
    found = _configured(settings, project)
    return lambda: found


def _configured(settings: Settings, project: Path) -> ExpectedRooms:
    if settings.expected_rooms_file:
        rooms = tuple(
            ExpectedRoom(address=row.address, name=row.name)
            for row in read_rooms(project / settings.expected_rooms_file)
        )
        return ExpectedRooms(source=Source.FILE, origin=f"the file {settings.expected_rooms_file}", rooms=rooms)
    if settings.expected_rooms:
        return ExpectedRooms(
            source=Source.CONFIGURATION,
            origin="`expectedRooms` in the stack's configuration",
            rooms=tuple(ExpectedRoom(address=address) for address in settings.expected_rooms),
        )
    return ExpectedRooms(source=Source.NOBODY, origin="nobody: no expected rooms are configured")


def _listed_to_operator(directory_id: str, rooms_by_operator: RoomsByOperator) -> ExpectedRooms:
    try:
        listed = rooms_by_operator(directory_id)
    except EntraRefused as error:
        raise Stopped(
            Reason.OPERATOR_REFUSED,
            f"Nobody is signed in as operator ({_short(error.text)}): type `az login --tenant {directory_id}`, or set "
            "AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET; or leave out --expect-from-operator.",
        ) from None
    except GraphRefused as error:
        raise Stopped(
            Reason.OPERATOR_REFUSED,
            f"Graph does not list rooms to the operator ({error.text}): grant it Place.Read.All, or configure "
            "`expectedRooms` and leave out --expect-from-operator.",
        ) from None
    if not listed:
        raise Stopped(
            Reason.NO_ROOMS_EXPECTED,
            "The tenant's address list shows the operator no rooms at all: a new room takes up to a day to appear, and "
            "a hidden one never does; configure `expectedRooms` instead.",
        )
    return ExpectedRooms(
        source=Source.OPERATOR,
        origin="the tenant's address list, read by the operator",
        rooms=tuple(ExpectedRoom(address=room.address, name=room.name) for room in listed),
    )


def _short(text: str) -> str:
    """azure-identity reports every way it tried, which would bury the next step."""
    return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…"
