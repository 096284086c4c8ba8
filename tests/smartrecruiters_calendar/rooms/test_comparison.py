"""Comparing expected with loaded rooms."""

from hypothesis import given
from hypothesis import strategies as st

from smartrecruiters_calendar.page.channel import LoadedRoom
from smartrecruiters_calendar.page.spelling import same_address, same_name
from smartrecruiters_calendar.rooms.comparison import LIST_LIMIT, RenamedRoom, compare
from smartrecruiters_calendar.rooms.expected import ExpectedRoom, ExpectedRooms, Source

ADDRESSES = st.lists(st.sampled_from(["a@x.example", "b@x.example", "c@x.example", "d@x.example"]), unique=True)


def expecting(*addresses: str, **named: str) -> ExpectedRooms:
    rooms = [ExpectedRoom(address=address) for address in addresses]
    rooms += [ExpectedRoom(address=f"{user}@x.example", name=name) for user, name in named.items()]
    return ExpectedRooms(source=Source.FILE, origin="the file rooms.csv", rooms=tuple(rooms))


def listing(*addresses: str, name: str = "Room") -> list[LoadedRoom]:
    return [LoadedRoom(name, address, "room") for address in addresses]


@given(ADDRESSES.filter(bool), ADDRESSES)
def test_every_expected_address_is_matched_or_missing_and_every_other_one_extra(
    expected: list[str], listed: list[str]
) -> None:
    result = compare(expecting(*expected), listing(*map(str.upper, listed)))
    assert sorted([*result.matched, *result.missing]) == sorted(expected)
    assert set(result.matched) == set(expected) & set(listed)
    assert {address.lower() for address in result.extra} == set(listed) - set(expected)
    assert len(result.loaded) == len(listed)


def test_case_and_unicode_form_do_not_tell_addresses_apart() -> None:
    assert same_address("Stra\u00dfe@x.example") == same_address("STRASSE@X.example")
    assert same_address("caf\u00e9@x.example") == same_address("CAFE\u0301@x.example")
    assert same_address("cafe@x.example") != same_address("caf\u00e9@x.example")


def test_nothing_is_extra_where_nothing_was_expected() -> None:
    nothing = ExpectedRooms(source=Source.NOBODY, origin="nobody")
    result = compare(nothing, listing("a@x.example"))
    assert (result.extra, result.matched, result.missing) == ((), (), ())
    assert result.expected_from.source is Source.NOBODY


def test_a_room_under_another_name_than_its_source_gives_is_renamed() -> None:
    result = compare(expecting(a="Boardroom"), listing("A@x.example", name="Atrium"))
    assert result.renamed == (RenamedRoom(address="A@x.example", expected="Boardroom", listed="Atrium"),)
    assert result.matched == ("a@x.example",)


def test_case_spaces_and_unicode_form_rename_no_room_and_neither_does_a_source_without_names() -> None:
    assert same_name("Caf\u00e9  Nord ") == same_name("cafe\u0301 nord")
    assert compare(expecting(a="BOARD  room"), listing("a@x.example", name="Board Room")).renamed == ()
    assert compare(expecting("a@x.example"), listing("a@x.example")).renamed == ()


def test_a_list_that_ends_at_the_limit_with_rooms_missing_is_probably_cut() -> None:
    many = [f"room-{number}@x.example" for number in range(LIST_LIMIT + 1)]
    cut = compare(expecting(*many), listing(*many[:LIST_LIMIT]))
    assert (cut.at_limit, cut.probably_cut, cut.missing) == (True, True, (many[-1],))
    whole = compare(expecting(*many[:LIST_LIMIT]), listing(*many[:LIST_LIMIT]))
    assert (whole.at_limit, whole.probably_cut) == (True, False)
    projectors = [LoadedRoom("Projector", f"projector-{number}@x.example", "equipment") for number in range(50)]
    assert compare(expecting(*many), [*listing(*many[:LIST_LIMIT]), *projectors]).probably_cut
    for length in (LIST_LIMIT - 1, LIST_LIMIT + 1):
        assert not compare(expecting("other@x.example"), listing(*many[:length])).probably_cut
