"""A day of issue is a date in every respect, and the day's second secret comes after its first."""

import copy
from datetime import date, datetime, time, timedelta

import pytest

from components.client_secrets import ClientSecret, newest_first
from components.issue_day import IssueDay

DAY = date(2026, 12, 1)
FIRST, SECOND, NEXT = IssueDay.parse("2026-12-01"), IssueDay.parse("2026-12-01.2"), IssueDay.parse("2026-12-02")


def test_the_first_is_the_day_itself() -> None:
    assert (FIRST, hash(FIRST), str(FIRST), f"{FIRST}", FIRST.isoformat()) == (DAY, hash(DAY), *["2026-12-01"] * 3)
    assert {DAY: 1}[FIRST] == 1


def test_the_second_is_another_one_and_sorts_between_the_days() -> None:
    assert SECOND not in {FIRST, DAY}
    assert DAY < SECOND < NEXT
    assert NEXT > SECOND >= SECOND > DAY
    assert SECOND <= SECOND != FIRST
    assert sorted([NEXT, SECOND, DAY]) == [DAY, SECOND, NEXT]
    assert (str(SECOND), f"{SECOND}", f"{SECOND:%Y%m%d}") == ("2026-12-01.2", "2026-12-01.2", "20261201")


def test_it_counts_as_its_day() -> None:
    assert timedelta(days=1) == NEXT - SECOND
    assert datetime.combine(SECOND, time()) == datetime(2026, 12, 1)
    assert ClientSecret(SECOND, years=1).ends == ClientSecret(DAY, years=1).ends
    assert ClientSecret(SECOND, days=30).ends == ClientSecret(DAY, days=30).ends


def test_it_survives_being_copied() -> None:
    assert copy.deepcopy(SECOND) == copy.copy(SECOND) == SECOND


@pytest.mark.parametrize("text", ["2026-12-01.", "2026-12-01.1", "2026-12-01.0", "2026-12-01.10", "2026-12-01.x", ".2"])
def test_any_other_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        IssueDay.parse(text)


def test_the_next_of_a_day_differs_from_all_that_were_issued() -> None:
    assert IssueDay.next_of(DAY, [date(2025, 12, 1)]) == FIRST
    assert IssueDay.next_of(DAY, [DAY]) == SECOND
    assert str(IssueDay.next_of(DAY, [SECOND, NEXT])) == "2026-12-01.3"
    with pytest.raises(ValueError, match="9 secrets"):
        IssueDay.next_of(DAY, [IssueDay.parse("2026-12-01.9")])


def test_names_tell_the_two_apart() -> None:
    first, second = ClientSecret(DAY, years=1), ClientSecret(SECOND, years=1)
    assert newest_first([first, second]) == [second, first]
    assert second.key_name("dev") == "dev 2026-12-01.2"
    assert second.resource_name("sr") == "sr-secret-2026-12-01.2"
