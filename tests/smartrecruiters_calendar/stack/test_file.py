"""The file written for a new tenant is one the program takes."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from components import settings
from components.mistakes import ConfigurationRefused
from smartrecruiters_calendar.stack.file import StackFileRefused, new_stack_file
from smartrecruiters_calendar.stack.name import StackName
from smartrecruiters_calendar.stack.project import Project
from smartrecruiters_calendar.stack.settings import read_settings

VALUES: dict[str, Any] = {
    "directory_id": "3f0c2f5e-8a57-4c1b-9d6e-1b7a52c0d101",
    "owners": ["1a7b2d63-4c1f-4e8d-b2d5-6e3f9ca01002"],
    "issued": date(2026, 12, 1),
    "years": 2,
    "tenant_domain": "acme.onmicrosoft.com",
}


@pytest.fixture(autouse=True)
def _project(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text(Path("Pulumi.yaml").read_text())


def test_the_written_file_is_a_valid_configuration_with_the_given_values(tmp_path: Path) -> None:
    new_stack_file(tmp_path, "acme", **VALUES)
    read = read_settings(tmp_path, StackName.parse("acme"))
    assert read.directory_id == VALUES["directory_id"]
    assert list(read.owners) == VALUES["owners"]
    assert read.tenant_domain == "acme.onmicrosoft.com"
    assert read.declared_secrets()[0].end_date == "2028-12-01T00:00:00Z"


def test_without_a_domain_the_key_is_left_to_the_look_up(tmp_path: Path) -> None:
    new_stack_file(tmp_path, "acme", **VALUES | {"tenant_domain": None})
    assert read_settings(tmp_path, StackName.parse("acme")).tenant_domain is None


def test_who_saves_is_written_and_the_other_keys_beside_it_are_valid_once_uncommented(tmp_path: Path) -> None:
    path = new_stack_file(tmp_path, "acme", **VALUES | {"saved_by": "riley@acme.com"})
    assert read_settings(tmp_path, StackName.parse("acme")).smartrecruiters.saved_by == "riley@acme.com"
    path.write_text(re.sub(r"(?m)^  #   channel", r"    channel", path.read_text()))
    read = read_settings(tmp_path, StackName.parse("acme")).smartrecruiters
    assert (read.saved_by, read.channel) == ("riley@acme.com", "hand-off")


def test_every_key_a_stack_may_set_is_in_the_file(tmp_path: Path) -> None:
    text = new_stack_file(tmp_path, "acme", **VALUES).read_text()
    keys = set(re.findall(r"smartrecruiters-calendar:(\w+):", text))
    declared = YAML(typ="safe").load(Path("Pulumi.yaml").read_text())["config"]
    assert keys == set(declared)


def test_the_commented_keys_are_valid_once_uncommented(tmp_path: Path) -> None:
    path = new_stack_file(tmp_path, "acme", **VALUES)
    path.write_text(re.sub(r"(?m)^  # (smartrecruiters-calendar:|  )", r"  \1", path.read_text()))
    read = read_settings(tmp_path, StackName.parse("acme"))
    assert read.smartrecruiters.saved_by == "recruiting.admin@contoso.com"
    assert read.display_name == settings.DEFAULT_DISPLAY_NAME


def test_in_a_project_of_another_name_the_keys_bear_that_name(tmp_path: Path) -> None:
    project = tmp_path / "Pulumi.yaml"
    project.write_text(project.read_text().replace("name: smartrecruiters-calendar", "name: hr-calendars"))
    text = new_stack_file(tmp_path, "acme", **VALUES).read_text()
    assert "hr-calendars:directoryId" in text
    assert "smartrecruiters-calendar:" not in text
    assert read_settings(tmp_path, StackName.parse("acme")).directory_id == VALUES["directory_id"]


def test_an_existing_file_is_kept(tmp_path: Path) -> None:
    existing = tmp_path / "Pulumi.acme.yaml"
    existing.write_text("mine")
    with pytest.raises(StackFileRefused, match="already there"):
        new_stack_file(tmp_path, "acme", **VALUES)
    assert existing.read_text() == "mine"


@pytest.mark.parametrize("name", ["", "../x", "a/b", "-x", "x" * 101])
def test_a_name_that_is_no_stack_name_writes_nothing(tmp_path: Path, name: str) -> None:
    with pytest.raises(StackFileRefused, match="not a stack name"):
        new_stack_file(tmp_path, name, **VALUES)
    assert [path.name for path in tmp_path.iterdir()] == ["Pulumi.yaml"]


def test_values_the_program_would_refuse_write_nothing(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationRefused, match="years is 3"):
        new_stack_file(tmp_path, "acme", **VALUES | {"years": 3})
    assert [path.name for path in tmp_path.iterdir()] == ["Pulumi.yaml"]


@pytest.mark.parametrize("stack", ["dev", "acme/dev", "acme/smartrecruiters-calendar/dev"])
def test_a_stacks_file_is_named_without_its_organization(tmp_path: Path, stack: str) -> None:
    assert Project.find(tmp_path).stack_file(stack) == tmp_path / "Pulumi.dev.yaml"
