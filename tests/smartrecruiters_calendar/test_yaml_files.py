"""Whatever stands in a file that should be YAML, it is a value or one named mistake."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartrecruiters_calendar.stack import engine_yaml
from smartrecruiters_calendar.yaml_files import NotYaml, load_yaml

WRITTEN = st.text(st.sampled_from("ab01-:.,[]{}&*!|>'\"#%@`~ \n\t<"), max_size=40)
BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10)
)
BROKEN = [
    "[" * 3000,
    "{a: " * 3000,
    "[" * 150 + "]" * 150,
    "a: [",
    "a: *nobody",
    "a: &a [*a]",
    "a: &a {b: *a}",
    BOMB,
    "a: 'b",
    "a: b: c",
    "\0",
    "a: !!int b",
    "a: !!python/object/apply:os.system [true]",
    "a: !nobody b",
    "a: 1\na: 2",
    "a: {b: 1, b: 2}",
    'a: "\\ud800"',
    "x" * 1_000_001,
]


@pytest.mark.parametrize("load", [load_yaml, engine_yaml.load])
@pytest.mark.parametrize("text", BROKEN, ids=lambda text: repr(text[:12]))
def test_what_is_no_yaml_is_told_on_one_line(text: str, load: Callable[[str], Any]) -> None:
    with pytest.raises(NotYaml) as told:
        load(text)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("text", ["a: 2026-02-30", "a: 2026-13-01", "2026-02-30: a"])
def test_a_day_that_does_not_exist_is_a_mistake(text: str) -> None:
    with pytest.raises(NotYaml):
        load_yaml(text)


def test_aliases_that_a_person_writes_are_followed_and_a_byte_order_mark_is_none_of_the_text() -> None:
    text = "\ufeffowners: &owners [a, b]\nother: {<<: {x: 1}, owners: *owners}"
    for load in (load_yaml, engine_yaml.load):
        assert load(text)["other"]["owners"] == ["a", "b"]


@given(WRITTEN)
def test_no_text_ends_in_another_exception(text: str) -> None:
    for load in (load_yaml, engine_yaml.load):
        with suppress(NotYaml):
            load(text)
