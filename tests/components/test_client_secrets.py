"""End dates and order of declared secrets."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.client_secrets import ClientSecret, newest_first, stack_named_by
from components.issue_day import IssueDay


@pytest.mark.parametrize(
    ("secret", "end"),
    [
        (ClientSecret(date(2026, 12, 1), years=1), "2027-12-01T00:00:00Z"),
        (ClientSecret(date(2026, 12, 1), years=2), "2028-12-01T00:00:00Z"),
        (ClientSecret(date(2026, 12, 1), days=180), "2027-05-30T00:00:00Z"),
        (ClientSecret(date(2028, 2, 29), years=1), "2029-02-28T00:00:00Z"),
        (ClientSecret(date(2027, 2, 28), years=1), "2028-02-28T00:00:00Z"),
    ],
)
def test_end_date_follows_from_the_declaration(secret: ClientSecret, end: str) -> None:
    assert secret.end_date == end


@given(st.dates(date(2020, 1, 1), date(2090, 1, 1)), st.sampled_from([1, 2]))
def test_a_secret_never_lives_longer_than_asked(issued: date, years: int) -> None:
    ends = ClientSecret(issued, years=years).ends
    assert ends.replace(year=ends.year - years, day=min(ends.day, 28)) <= datetime(
        issued.year, issued.month, issued.day, tzinfo=UTC
    )
    assert (ends.date() - issued).days >= 365 * years


def test_the_newest_secret_is_first_whatever_the_order_written() -> None:
    old, new = ClientSecret(date(2026, 1, 1), years=1), ClientSecret(date(2026, 12, 1), years=1)
    assert newest_first([old, new]) == newest_first([new, old]) == [new, old]


def test_the_key_name_tells_stack_and_day() -> None:
    assert ClientSecret(date(2026, 12, 1), years=1).key_name("acme") == "acme 2026-12-01"


@pytest.mark.parametrize("number", [1, 2, 9])
def test_the_name_of_every_key_names_its_stack(number: int) -> None:
    secret = ClientSecret(issued=IssueDay(2026, 12, 1, number), years=1)
    assert stack_named_by(secret.key_name("acme-1.eu")) == "acme-1.eu"


@pytest.mark.parametrize(
    "name",
    ["acme", "acme 2026-12-01.1", "acme 2026-12-01.22", "acme 2026-02-30", "acme  2026-12-01", "ac me 2026-12-01"],
)
def test_other_names_of_keys_name_no_stack(name: str) -> None:
    assert stack_named_by(name) is None
