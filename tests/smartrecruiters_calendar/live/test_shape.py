"""A shape holds no value, and two shapes differ only where the answers do."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartrecruiters_calendar.live.shape import differences, shape

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)
TYPES = {"string", "guid", "moment", "boolean", "integer", "number", "null"}


def scalars(one: Any) -> set[str]:
    if isinstance(one, dict):
        return set().union(*map(scalars, one.values())) if one else set()
    if isinstance(one, list):
        return set().union(*map(scalars, one)) if one else set()
    return set(str(one).split("|"))


@given(JSON)
def test_every_value_becomes_the_name_of_a_type(value: Any) -> None:
    assert scalars(shape(value)) <= TYPES


@given(JSON)
def test_a_shape_does_not_contradict_itself(value: Any) -> None:
    assert list(differences(shape(value), shape(value))) == []


def test_keys_are_kept_and_types_are_told() -> None:
    answer = {
        "id": "3f0c2f5e-8a57-4c1b-9d6e-1b7a52c0d101",
        "endDateTime": "2027-12-01T00:00:00Z",
        "displayName": "Top secret project",
        "accountEnabled": True,
        "capacity": 4,
        "notes": None,
        "owners": [{"a": 1}, {"b": "x"}, {"a": "y"}],
    }
    assert shape(answer) == {
        "accountEnabled": "boolean",
        "capacity": "integer",
        "displayName": "string",
        "endDateTime": "moment",
        "id": "guid",
        "notes": "null",
        "owners": [{"a": "integer|string", "b": "string"}],
    }


@pytest.mark.parametrize(
    ("ours", "theirs", "told"),
    [
        ({"a": 1}, {}, ["a is only in ours"]),
        ({}, {"a": {"b": 1}}, ["a is only in theirs"]),
        ({"a": [{"b": 1}]}, {"a": [{"b": "x"}]}, ["a[].b is integer in ours and string in theirs"]),
        ({"a": {"b": 1}}, {"a": "x"}, ["a is an object in ours and string in theirs"]),
        ({"a": None}, {"a": {"b": 1}}, []),
        ({"a": []}, {"a": [{"b": 1}]}, []),
        ({"a": "2027-12-01T00:00:00Z"}, {"a": "soon"}, []),
        ({"a": [None, 1]}, {"a": ["x"]}, []),
    ],
)
def test_contradictions_are_told_by_their_place(ours: Any, theirs: Any, told: list[str]) -> None:
    assert list(differences(shape(ours), shape(theirs))) == told
