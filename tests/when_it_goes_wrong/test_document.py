"""docs/when-it-goes-wrong.md is what the tests run."""

from tests.smartrecruiters_calendar.post_deploy.causes import CAUSES
from tests.when_it_goes_wrong.document import PAGE, text
from tests.when_it_goes_wrong.failures import FAILURES


def test_the_page_is_what_the_data_says() -> None:
    assert PAGE.read_text() == text(), "run: python -m tests.when_it_goes_wrong"


def test_every_failure_has_a_row_of_its_own() -> None:
    happens = [failure.happens for failure in FAILURES] + [cause.happens for cause in CAUSES]
    assert len(set(happens)) == len(happens) > 25
    assert all(f"| {one} |" in PAGE.read_text() for one in happens)
