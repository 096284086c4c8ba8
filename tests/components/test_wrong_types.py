"""Every key of Pulumi.yaml, set to every wrong type, is a mistake that names the key; never a traceback."""

import json
from typing import Any, Final

import pytest

from components.configuration import from_engine
from components.elsewhere import in_a_program
from components.mistakes import ConfigurationRefused
from tests.components.test_project_file import DECLARED
from tests.components.test_settings import valid

PROJECT: Final = "smartrecruiters-calendar"
TEXTS: Final = {
    "text": "boardroom",
    "leading zeros": "030",
    "half JSON": "[1,",
    "number": "7",
    "fraction": "0.5",
    "infinity": "Infinity",
    "true": "true",
    "yes": "yes",
    "null": "null",
    "list of numbers": "[7]",
    "list of nulls": "[null]",
    "list of blocks": '[{"nokey": 1}]',
    "block": '{"nokey": "x"}',
    "day": "2026-12-01 00:00:00 +0000 UTC",
    "empty text": "",
    "empty list": "[]",
    "empty block": "{}",
}
"""What the engine hands over for values of all types."""
FITTING: Final = {
    "string": {"text", "leading zeros", "half JSON", "yes", "infinity", "empty text"},
    "integer": {"number"},
    "boolean": {"true"},
    "array": {"empty list"},
    "object": {"empty block"},
}
"""What may be right for a key of that type; whether it is, is its own rule's business."""
WRONG: Final = [
    pytest.param(key, text, id=f"{key}-{name}")
    for key, declaration in DECLARED.items()
    for name, text in TEXTS.items()
    if name not in FITTING[declaration["type"]]
]


def texts(**changes: str) -> dict[str, str]:
    plain = {key: value if isinstance(value, str) else json.dumps(value) for key, value in valid().items()}
    return {f"{PROJECT}:{key}": text for key, text in (plain | changes).items()}


@pytest.mark.parametrize(("key", "text"), WRONG)
def test_a_value_of_the_wrong_type_is_a_mistake_of_its_key(key: str, text: str) -> None:
    with pytest.raises(ConfigurationRefused) as refused:
        from_engine(PROJECT, texts(**{key: text}))
    places = {place for place, _ in refused.value.mistakes}
    assert "pulumi config" not in in_a_program(str(refused.value))
    assert all(place == key or place.startswith((f"{key}[", f"{key}.")) for place in places)
    assert all(mistake.wrong and mistake.why and mistake.remedy for _, mistake in refused.value.mistakes)
    assert key in str(refused.value).partition("What to do:")[2]


@pytest.mark.parametrize("key", DECLARED)
def test_a_fitting_value_is_accepted_or_explained(key: str) -> None:
    for name in FITTING[DECLARED[key]["type"]]:
        try:
            from_engine(PROJECT, texts(**{key: TEXTS[name]}))
        except ConfigurationRefused as refused:
            assert key in str(refused)  # noqa: PT017


def test_several_wrong_types_are_explained_at_once() -> None:
    wrong: dict[str, Any] = {"owners": "notjson", "warnDays": "030", "smartrecruiters": "browser"}
    with pytest.raises(ConfigurationRefused) as refused:
        from_engine(PROJECT, texts(**wrong))
    assert {place for place, _ in refused.value.mistakes} == set(wrong)
