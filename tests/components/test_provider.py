"""The package that other programs see: its schema is committed, and its mistakes name no key of this project."""

import asyncio
import json
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_type_hints

import pulumi
import pytest
from pulumi.errors import InputPropertiesError
from pydantic import BaseModel

from components import clock
from components.arguments import CalendarIntegrationArgs, CalendarScopeArgs, SecretArgs, VaultArgs
from components.elsewhere import in_a_program
from components.provider import VERSION, CalendarProvider, schema
from components.settings import CalendarScopeSettings, SecretSettings, Settings, VaultSettings
from tests.components.declared import DEPLOYER, DIRECTORY, Recorder, declare

ROOT = Path(__file__).resolve().parents[2]
REQUIRED = {"directoryId": DIRECTORY, "owners": [DEPLOYER], "secrets": [{"issued": "2026-12-01", "years": 1.0}]}


def test_the_committed_schema_is_that_of_the_component() -> None:
    assert (ROOT / "package" / "schema.json").read_text() == schema(), "type: make schema"


def test_the_version_is_that_of_the_project() -> None:
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == VERSION


@pytest.mark.parametrize(
    ("arguments", "checked", "for_the_verbs"),
    [
        (CalendarIntegrationArgs, Settings, {"expected_rooms", "expected_rooms_file", "smartrecruiters"}),
        (SecretArgs, SecretSettings, set()),
        (VaultArgs, VaultSettings, set()),
        (CalendarScopeArgs, CalendarScopeSettings, set()),
    ],
)
def test_every_argument_is_a_setting_and_required_where_the_setting_is(
    arguments: Any, checked: type[BaseModel], for_the_verbs: set[str]
) -> None:
    assert set(get_type_hints(arguments)) == set(checked.model_fields) - for_the_verbs
    required = {name for name, field in checked.model_fields.items() if field.is_required()}
    assert set(arguments.__required_keys__) == required


def test_every_argument_and_output_is_described() -> None:
    described = json.loads(schema())
    (component,) = described["resources"].values()
    types = [kind for kind in described["types"].values() if "properties" in kind]
    for properties in (component["inputProperties"], component["properties"], *(one["properties"] for one in types)):
        assert [name for name, one in properties.items() if not one.get("description")] == []


def construct(**inputs: Any) -> Recorder:
    recorder = Recorder()

    def program() -> dict[str, Any]:
        made = CalendarProvider().construct("sr", "smartrecruiters-calendar:index:CalendarIntegration", inputs)
        return {"urn": made.urn}

    declare(recorder, program, preview=True)
    return recorder


def refused(**inputs: Any) -> dict[str, str]:
    with pytest.raises(InputPropertiesError) as error:
        construct(**inputs)
    assert error.value.errors is not None
    return {one["property_path"]: one["reason"] for one in error.value.errors}


@pytest.fixture(autouse=True)
def _signed_in_by_other_means(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ARM_TENANT_ID", raising=False)
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 12, 1, tzinfo=UTC))


def test_a_whole_number_arrives_as_the_protocol_sends_it() -> None:
    (secret,) = construct(**REQUIRED, tenantDomain="contoso.onmicrosoft.com").of("ApplicationPassword")
    assert secret.inputs["endDate"] == "2027-12-01T00:00:00Z"


def test_a_misspelt_key_at_any_depth_is_refused() -> None:
    assert set(refused(**REQUIRED, tenantDomian="contoso.com")) == {"tenantDomian"}
    assert set(refused(**REQUIRED | {"secrets": [{"issued": "2026-12-01", "yeers": 1}]})) >= {"secrets[0].yeers"}


def test_a_value_that_is_known_only_later_is_refused() -> None:
    with asyncio.Runner():
        late = pulumi.Output.from_input("contoso.onmicrosoft.com")
    assert set(refused(**REQUIRED, tenantDomain=late)) == {"tenantDomain"}


def test_required_arguments_are_asked_for_all_at_once() -> None:
    reasons = refused()
    assert set(reasons) == {"directoryId", "owners", "secrets"}
    assert reasons["directoryId"].endswith("set directoryId to <Directory (tenant) ID from the Entra overview page>")


def test_what_only_a_delivery_needs_is_refused_with_its_place() -> None:
    reasons = refused(**REQUIRED, smartrecruiters={"channel": "browser"}, expectedRooms=["a@contoso.com"])
    assert set(reasons) == {"smartrecruiters", "expectedRooms"}
    assert reasons["expectedRooms"].endswith(
        "Move it to smartrecruiters-calendar.<stack>.yaml, next to the program's Pulumi.yaml."
    )


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("pulumi config set --stack dev --path 'owners[1]' 1a7b", "set owners[1] to 1a7b"),
        ("pulumi config rm --path 'a.b' && pulumi config set --path 'a.b[0]' <x>", "remove a.b, and set a.b[0] to <x>"),
        ("pulumi config set --stack org/p/dev tenantDomain <a domain>", "set tenantDomain to <a domain>"),
        ("smartrecruiters-calendar preflight --stack dev", "smartrecruiters-calendar preflight --stack dev"),
    ],
)
def test_a_command_for_a_key_becomes_the_words_for_an_argument(typed: str, said: str) -> None:
    assert in_a_program(f"It is wrong. {typed}") == f"It is wrong. {said}"
