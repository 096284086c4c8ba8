"""docs/when-it-goes-wrong.md is what the tests run."""

import re

from tests.smartrecruiters_calendar.post_deploy.causes import CAUSES
from tests.when_it_goes_wrong.document import PAGE, text
from tests.when_it_goes_wrong.failures import FAILURES


def test_the_page_is_what_the_data_says() -> None:
    assert PAGE.read_text() == text(), "run: python -m tests.when_it_goes_wrong"


def test_every_failure_stands_on_the_page() -> None:
    by_channel = [(failure.channel, failure.happens) for failure in FAILURES]
    causes = [cause.happens for cause in CAUSES]
    assert len(set(by_channel)) == len(by_channel) > 25
    assert len(set(causes)) == len(causes) > 25
    items = {item for line in PAGE.read_text().splitlines() for item in re.split(r"; |\): ", line)}
    assert {failure.happens for failure in FAILURES if failure.reason} | set(causes) <= items
