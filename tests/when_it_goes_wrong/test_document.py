"""docs/when-it-goes-wrong.md is what the tests run."""

import re

from tests.smartrecruiters_calendar.post_deploy.causes import CAUSES
from tests.when_it_goes_wrong.document import PAGE, text
from tests.when_it_goes_wrong.failures import FAILURES


def test_the_page_is_what_the_data_says() -> None:
    assert PAGE.read_text() == text(), "run: python -m tests.when_it_goes_wrong"


def test_every_failure_stands_once_on_the_page() -> None:
    happens = [failure.happens for failure in FAILURES] + [cause.happens for cause in CAUSES]
    assert len(set(happens)) == len(happens) > 25
    cells = [cell for line in PAGE.read_text().splitlines() for cell in re.split(r"; | \| ", line.removesuffix(" |"))]
    assert [one for one in happens if cells.count(one) != 1] == []
