"""Where the expected rooms come from, and that the result says so."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from smartrecruiters_calendar.entra.errors import EntraRefused, GraphRefused
from smartrecruiters_calendar.entra.questions import DirectoryRoom
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.rooms.expected import ExpectedRooms, Source, choose_expected_rooms
from tests.smartrecruiters_calendar.post_deploy.world import stack_settings
from tests.smartrecruiters_calendar.stack_values import DIRECTORY, ROOMS

FORBIDDEN = GraphRefused(403, "UnknownError", "place.read.all permission is required to read company places")


def found(
    folder: Path, listed: Sequence[DirectoryRoom] | Exception = (), *, from_operator: bool = False, **settings: Any
) -> ExpectedRooms:
    def rooms_by_operator(directory_id: str) -> Sequence[DirectoryRoom]:
        assert directory_id == DIRECTORY
        if isinstance(listed, Exception):
            raise listed
        return listed

    return choose_expected_rooms(stack_settings(**settings), folder, rooms_by_operator, from_operator=from_operator)()


def test_configured_rooms_are_expected(tmp_path: Path) -> None:
    expected = found(tmp_path)
    assert (expected.source, [room.address for room in expected.rooms]) == (Source.CONFIGURATION, list(ROOMS))
    assert (expected.known_from.count, expected.known_from.source) == (2, Source.CONFIGURATION)


def test_a_file_beside_the_project_is_read_with_names(tmp_path: Path) -> None:
    (tmp_path / "rooms.csv").write_text("address,name\na@x.example,Room A\n")
    expected = found(tmp_path, expectedRooms=[], expectedRoomsFile="rooms.csv")
    assert (expected.source, expected.origin) == (Source.FILE, "the file rooms.csv")
    assert [(room.address, room.name) for room in expected.rooms] == [("a@x.example", "Room A")]


def test_a_file_that_cannot_be_used_stops_before_anything_is_asked(tmp_path: Path) -> None:
    with pytest.raises(Stopped, match="no such file"):
        choose_expected_rooms(
            stack_settings(expectedRooms=[], expectedRoomsFile="rooms.csv"), tmp_path, lambda _: [], from_operator=False
        )


def test_the_operators_list_is_asked_only_when_it_is_wanted_and_when_it_is_needed(tmp_path: Path) -> None:
    assert found(tmp_path, AssertionError("asked")).source is Source.CONFIGURATION
    listed = [DirectoryRoom("a@x.example", "Room A")]
    expected = found(tmp_path, listed, from_operator=True)
    assert (expected.source, expected.rooms[0].name) == (Source.OPERATOR, "Room A")


def test_nothing_configured_is_nobodys_list(tmp_path: Path) -> None:
    expected = found(tmp_path, expectedRooms=[])
    assert (expected.source, expected.rooms) == (Source.NOBODY, ())


@pytest.mark.parametrize(
    ("listed", "reason", "told"),
    [
        (EntraRefused("DefaultAzureCredential failed"), Reason.OPERATOR_REFUSED, f"az login --tenant {DIRECTORY}"),
        (EntraRefused("tried " * 500), Reason.OPERATOR_REFUSED, f"tr…\\): type `az login --tenant {DIRECTORY}"),
        (FORBIDDEN, Reason.OPERATOR_REFUSED, "grant it Place.Read.All"),
        ([], Reason.NO_ROOMS_EXPECTED, "no rooms at all"),
    ],
    ids=["not signed in", "a long story", "no permission", "no rooms"],
)
def test_an_operator_who_sees_no_rooms_is_told_what_to_do(
    tmp_path: Path, listed: Sequence[DirectoryRoom] | Exception, reason: Reason, told: str
) -> None:
    with pytest.raises(Stopped, match=told) as stopped:
        found(tmp_path, listed, from_operator=True)
    assert stopped.value.reason is reason
