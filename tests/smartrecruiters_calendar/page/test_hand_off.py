"""The channel hand-off: what a person is shown, and what their answers come to."""

import pytest
from pydantic import SecretStr

from components.page_labels import PageLabels
from smartrecruiters_calendar.page.channel import Credentials, PersonNeeded, Refused, StatedList, Unreachable
from smartrecruiters_calendar.page.hand_off import HandOff
from tests.smartrecruiters_calendar.page.scripted_person import Scripted

ADDRESS = "https://www.smartrecruiters.example"
SECRET = "Xy8~not.a-real_secret"
CREDENTIALS = Credentials("0f6a1c52-3b0e-4d7c-a1c4-5d2e8b9f1001", SecretStr(SECRET), "contoso.onmicrosoft.com")
ROOMS = ["boardroom@contoso.example", "atrium@contoso.example"]


def channel(person: Scripted, secret_place: str | None = None) -> HandOff:
    made = HandOff(ADDRESS, PageLabels(), person, secret_place=secret_place, usually_by="riley@contoso.example")
    made.expect(ROOMS)
    return made


def test_a_person_is_guided_through_every_step_and_taken_at_their_word() -> None:
    person = Scripted(["show", "saved", "", "list", "5", "y"])
    by_hand = channel(person)
    saved = by_hand.save(CREDENTIALS)
    assert (saved.channel, saved.page, saved.stated_by) == ("hand-off", ADDRESS, "riley@contoso.example")
    assert by_hand.load_resources() == StatedList("riley@contoso.example", 5, ())
    assert person.answers_left == []
    guide = "\n".join(person.shown)
    for step in range(1, 6):
        assert f"Step {step} of 5." in guide
    for words in (ADDRESS, "Administrator", "Calendar Integrations → MSFT Office 365 Integration", "Press Save"):
        assert words in guide
    for value in (CREDENTIALS.client_id, CREDENTIALS.tenant_id, *ROOMS):
        assert value in guide


def test_the_secret_is_shown_only_briefly_and_on_request() -> None:
    person = Scripted(["show", "saved", "Riley"])
    channel(person).save(CREDENTIALS)
    assert person.shown_briefly == [SECRET]
    assert SECRET not in "".join(person.shown + person.asked)
    later = Scripted(["later"])
    with pytest.raises(PersonNeeded):
        channel(later).save(CREDENTIALS)
    assert later.shown_briefly == []


def test_a_terminal_that_cannot_clear_its_screen_never_shows_it() -> None:
    person = Scripted(["show"], clears_its_screen=False)
    with pytest.raises(PersonNeeded, match="cannot clear") as needed:
        channel(person).save(CREDENTIALS)
    assert SECRET not in str(needed.value) + "".join(person.shown)


def test_a_secret_kept_in_a_vault_is_named_by_its_place_and_not_shown() -> None:
    person = Scripted(["done", "saved", "Riley"])
    channel(person, "in the key vault kv-acme, secret calendar").save(CREDENTIALS)
    assert "in the key vault kv-acme, secret calendar" in "".join(person.shown)
    assert person.shown_briefly == []


def test_a_refusal_is_told_in_the_persons_words_without_the_secret() -> None:
    person = Scripted(["show", "refused", f"It does not like {SECRET}."])
    with pytest.raises(Refused, match="does not like") as refused:
        channel(person).save(CREDENTIALS)
    assert SECRET not in str(refused.value)


def test_who_cannot_tell_leaves_the_delivery_in_doubt() -> None:
    with pytest.raises(Unreachable) as unreachable:
        channel(Scripted(["show", "unsure"])).save(CREDENTIALS)
    assert unreachable.value.may_have_been_saved


def test_later_before_save_and_later_before_loading_both_say_how_to_go_on() -> None:
    by_hand = channel(Scripted(["show", "later"]))
    with pytest.raises(PersonNeeded) as needed:
        by_hand.save(CREDENTIALS)
    assert "it continues from here" in needed.value.next_step
    with pytest.raises(PersonNeeded):
        channel(Scripted(["later"])).load_resources()


def test_missing_rooms_are_typed_until_they_are_known_ones() -> None:
    person = Scripted(["list", "1", "n", "the big one", f"<{ROOMS[1].upper()}>,", "Riley"])
    assert channel(person).load_resources() == StatedList("Riley", 1, (ROOMS[1],))
    assert channel(Scripted(["list", "2", "n", "none", "Riley"])).load_resources() == StatedList("Riley", 2, ())


def test_an_empty_list_needs_no_further_questions() -> None:
    assert channel(Scripted(["list", "0", "Riley"])).load_resources() == StatedList("Riley", 0, ())
