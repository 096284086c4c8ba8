"""Comparing expected with loaded rooms."""

from hypothesis import given
from hypothesis import strategies as st

from integration.rooms import compare, same_address
from integration.smartrecruiters.channel import LoadedRoom

ADDRESSES = st.lists(st.sampled_from(["a@x.example", "b@x.example", "c@x.example", "d@x.example"]), unique=True)


@given(ADDRESSES.filter(bool), ADDRESSES)
def test_every_expected_address_is_matched_or_missing_and_every_other_one_extra(
    expected: list[str], listed: list[str]
) -> None:
    result = compare(expected, [LoadedRoom("Room", address.upper(), "room") for address in listed])
    assert sorted([*result.matched, *result.missing]) == sorted(expected)
    assert set(result.matched) == set(expected) & set(listed)
    assert {address.lower() for address in result.extra} == set(listed) - set(expected)
    assert len(result.loaded) == len(listed)


def test_case_and_unicode_form_do_not_tell_addresses_apart() -> None:
    assert same_address("Stra\u00dfe@x.example") == same_address("STRASSE@X.example")
    assert same_address("caf\u00e9@x.example") == same_address("CAFE\u0301@x.example")
    assert same_address("cafe@x.example") != same_address("caf\u00e9@x.example")


def test_nothing_is_extra_where_nothing_was_expected() -> None:
    assert compare([], [LoadedRoom("Room", "a@x.example", "room")]).extra == ()
