"""Whatever stands in a file that should be YAML, it is a value or one named mistake."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartrecruiters_calendar.stack import engine_yaml
from smartrecruiters_calendar.yaml_files import NotYaml, load_yaml

WRITTEN = st.text(st.sampled_from("ab01-:.,[]{}&*!|>'\"#%@`~ \n\t<"), max_size=40)
BROKEN = ["[" * 3000, "{a: " * 3000, "a: [", "a: *nobody", "a: 'b", "a: b: c", "\0", "a: !!int b"]


@pytest.mark.parametrize("load", [load_yaml, engine_yaml.load])
@pytest.mark.parametrize("text", BROKEN, ids=lambda text: repr(text[:12]))
def test_what_is_no_yaml_is_told_on_one_line(text: str, load: Callable[[str], object]) -> None:
    with pytest.raises(NotYaml) as told:
        load(text)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("text", ["a: 2026-02-30", "a: 2026-13-01", "2026-02-30: a"])
def test_a_day_that_does_not_exist_is_a_mistake(text: str) -> None:
    with pytest.raises(NotYaml):
        load_yaml(text)


@given(WRITTEN)
def test_no_text_ends_in_another_exception(text: str) -> None:
    for load in (load_yaml, engine_yaml.load):
        with suppress(NotYaml):
            load(text)
