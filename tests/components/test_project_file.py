"""Pulumi.yaml and the program agree on the configuration keys."""

from pathlib import Path
from typing import Any

from pydantic.alias_generators import to_camel
from ruamel.yaml import YAML

from components import configuration, settings
from smartrecruiters_calendar.stack.name import StackName
from smartrecruiters_calendar.stack.settings import read_settings

ROOT = Path(__file__).resolve().parents[2]
DECLARED: dict[str, dict[str, Any]] = YAML(typ="safe").load((ROOT / "Pulumi.yaml").read_text())["config"]


def test_every_key_is_declared_with_type_and_description() -> None:
    assert set(DECLARED) == {to_camel(name) for name in settings.Settings.model_fields}
    assert all(key["type"] and key["description"] for key in DECLARED.values())


def test_a_stack_that_sets_only_the_required_keys_gets_the_programs_defaults() -> None:
    required = {
        "directoryId": "3f0c2f5e-8a57-4c1b-9d6e-1b7a52c0d101",
        "owners": ["1a7b2d63-4c1f-4e8d-b2d5-6e3f9ca01002"],
        "secrets": [{"issued": "2026-12-01", "years": 1}],
    }
    by_engine = {key: declaration["default"] for key, declaration in DECLARED.items()} | required
    assert configuration.parse(by_engine) == configuration.parse(required)


def test_the_sandbox_stack_is_a_valid_configuration() -> None:
    assert read_settings(ROOT, StackName.parse("dev")).tenant_domain == "contoso.onmicrosoft.com"
