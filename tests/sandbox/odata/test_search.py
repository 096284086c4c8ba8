"""`$search` on directory objects."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.odata import ODataError, read_options
from sandbox.odata.entity_types import USER

ROOM_7 = {"displayName": "Interview-Room 7 (North)", "mail": "room7@contoso.example"}


def found(text: str, item: dict[str, Any] = ROOM_7) -> bool:
    return read_options([("$search", text)], USER, consistency_level="eventual").wants(item)


@pytest.mark.parametrize(
    "text",
    [
        '"displayName:interview"',
        '"displayName:room 7"',
        '"displayName:NORTH"',
        '"mail:room7"',
        '"displayName:nothing" OR "mail:room7"',
        '"displayName:room" AND ("mail:nobody" OR "mail:room7")',
        '  "displayName:room"  ',
    ],
)
def test_words_are_found_by_their_beginning(text: str) -> None:
    assert found(text)


@pytest.mark.parametrize("text", ['"displayName:terview"', '"mail:7@contoso"', '"displayName:room" AND "mail:nobody"'])
def test_words_are_not_found_by_their_middle(text: str) -> None:
    assert not found(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "displayName:room",
        '"room"',
        '"displayName:"',
        '"displayName:room',
        '"displayName:room" "mail:x"',
        '"displayName:room" and "mail:x"',
        '("displayName:room"',
        '"accountEnabled:true"',
        '"colour:blue"',
        "(" * 50,
    ],
)
def test_what_cannot_be_searched_is_refused(text: str) -> None:
    with pytest.raises(ODataError) as refused:
        found(text)
    assert refused.value.status == 400


PARTS = st.sampled_from(['"displayName:a"', '"mail:b"', "AND", "OR", "(", ")", '"', "\\", " ", "x"])


@given(st.one_of(st.text(), st.lists(PARTS).map(" ".join), st.lists(PARTS).map("".join)))
def test_no_search_raises_anything_but_an_odata_error(text: str) -> None:
    with contextlib.suppress(ODataError):
        found(text)
