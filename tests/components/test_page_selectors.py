"""A selector names its kind; anything else is a mistake that says what to write."""

import pytest

from components.configuration import parse
from components.mistakes import ConfigurationRefused
from tests.smartrecruiters_calendar.stack_values import CONFIGURATION


def configured(**selectors: object) -> object:
    return parse(CONFIGURATION | {"smartrecruiters": {"selectors": selectors}}).smartrecruiters.selectors


@pytest.mark.parametrize(
    "selector", ["data-test=calendar-save", 'role=button[name="Save"]', "text=Save", "css=calendar-field >> input"]
)
def test_each_kind_is_taken_as_it_is_written(selector: str) -> None:
    assert getattr(configured(save=f" {selector} "), "save") == selector  # noqa: B009


@pytest.mark.parametrize("selector", ["Save", "#save", "xpath=//button", "internal:control=enter-frame", "css=", ""])
def test_any_other_kind_is_refused_with_those_there_are(selector: str) -> None:
    with pytest.raises(ConfigurationRefused, match="Begin it with role=, text=, data-test= or css="):
        configured(save=selector)


def test_the_way_is_a_whole_way_or_none() -> None:
    with pytest.raises(ConfigurationRefused):
        configured(way=[])
    with pytest.raises(ConfigurationRefused, match="unknown"):
        configured(save_button="text=Save")
