"""A stack's settings are read as the engine reads them."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.stack.engine_yaml import config_text, load
from smartrecruiters_calendar.stack.name import StackName
from smartrecruiters_calendar.stack.project import Project, stack_named
from smartrecruiters_calendar.stack.pulumi import Pulumi
from smartrecruiters_calendar.stack.settings import read_configuration, read_settings
from tests.smartrecruiters_calendar.fake_pulumi import FakePulumi
from tests.smartrecruiters_calendar.stack_values import CONFIGURATION

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "Pulumi.yaml", tmp_path)
    YAML().dump({"config": dict(CONFIGURATION)}, tmp_path / "Pulumi.dev.yaml")
    return tmp_path


def change_project(project: Path, **changed: Any) -> None:
    yaml = YAML()
    document = yaml.load(project / "Pulumi.yaml")
    defaults = changed.pop("defaults", {})
    for key, value in defaults.items():
        document["config"][key]["default"] = value
    yaml.dump(document | changed, project / "Pulumi.yaml")


def test_a_default_of_the_project_counts_until_the_stack_sets_the_key(project: Path) -> None:
    change_project(
        project, defaults={"displayName": "Rooms", "permissions": ["Calendars.Read"], "tenantDomain": "a.com"}
    )
    read = read_settings(project, StackName.parse("dev"))
    assert (read.display_name, read.permissions) == ("Rooms", ("Calendars.Read",))
    assert read.tenant_domain == CONFIGURATION["tenantDomain"]


@pytest.mark.parametrize("prefix", ["", "hr-calendars:", "hr-calendars:config:"])
def test_keys_belong_to_the_project_as_it_is_called(project: Path, prefix: str) -> None:
    change_project(project, name="hr-calendars")
    written = {f"{prefix}{key}": value for key, value in CONFIGURATION.items()}
    others = {"smartrecruiters-calendar:displayName": "Other", "aws:secretKey": {"secure": "v1:x"}}
    YAML().dump({"config": written | others}, project / "Pulumi.dev.yaml")
    assert read_settings(project, StackName.parse("dev")).display_name == "SmartRecruiters Calendar Integration"


@pytest.mark.parametrize("prefix", ["", "hr-calendars:", "hr-calendars:config:"])
def test_a_default_is_the_same_however_its_key_is_spelt(project: Path, prefix: str) -> None:
    text = (project / "Pulumi.yaml").read_text().replace("name: smartrecruiters-calendar\n", "name: hr-calendars\n", 1)
    text = text.replace("  displayName:\n", f"  {prefix}displayName:\n")
    (project / "Pulumi.yaml").write_text(text.replace("SmartRecruiters Calendar Integration\n", "Rooms\n"))
    assert read_settings(project, StackName.parse("dev")).display_name == "Rooms"


def test_the_folder_of_stack_files_is_the_one_the_project_names(project: Path) -> None:
    (project / "stacks").mkdir()
    (project / "Pulumi.dev.yaml").rename(project / "stacks" / "Pulumi.dev.yaml")
    change_project(project, stackConfigDir="stacks")
    assert read_settings(project, StackName.parse("dev")).tenant_domain == CONFIGURATION["tenantDomain"]
    change_project(project, stackConfigDir=None, config="stacks")
    assert read_settings(project, StackName.parse("dev")).tenant_domain == CONFIGURATION["tenantDomain"]


@pytest.mark.parametrize("stack", ["dev", "organization/dev", "organization/smartrecruiters-calendar/dev"])
def test_all_forms_of_a_name_are_one_stack(project: Path, stack: str) -> None:
    configuration = read_configuration(project, StackName.parse(stack))
    assert configuration.stack == "dev"
    assert configuration.stack.qualified == stack
    own = Project.find(project)
    assert own.stack_file(stack) == own.stack_file("dev")
    assert configuration.settings() == read_settings(project, StackName.parse("dev"))


def test_a_stack_of_another_project_is_refused(project: Path) -> None:
    with pytest.raises(Stopped, match="a stack of the project payroll") as stopped:
        read_settings(project, StackName.parse("organization/payroll/dev"))
    assert stopped.value.reason is Reason.STACK_UNKNOWN
    assert stack_named(project, StackName.parse("dev")) == "dev"


@pytest.mark.parametrize("value", [{"secure": "v1:x"}, [{"secure": "v1:x"}]])
def test_a_secret_value_is_refused_with_the_command_that_stores_it_in_clear(project: Path, value: Any) -> None:
    YAML().dump({"config": dict(CONFIGURATION) | {"owners": value}}, project / "Pulumi.dev.yaml")
    with pytest.raises(Stopped, match="pulumi config set --stack dev smartrecruiters-calendar:owners") as stopped:
        read_settings(project, StackName.parse("dev"))
    assert stopped.value.reason is Reason.SETTINGS_REFUSED


@pytest.mark.parametrize(
    "text", ["config: [1]", "- a", "config: {a: .inf", "config: {owners: .inf}", "config: {1: {2: 3}}"]
)
def test_what_the_engine_cannot_read_is_a_settings_mistake(project: Path, text: str) -> None:
    (project / "Pulumi.dev.yaml").write_text(text)
    with pytest.raises(Stopped) as stopped:
        read_settings(project, StackName.parse("dev"))
    assert stopped.value.reason is Reason.SETTINGS_REFUSED


@pytest.mark.parametrize("file", ["Pulumi.yaml", "Pulumi.dev.yaml"])
def test_a_missing_file_is_named(project: Path, file: str) -> None:
    (project / file).unlink()
    with pytest.raises(Stopped, match=f"no {file}") as stopped:
        read_settings(project, StackName.parse("dev"))
    assert stopped.value.reason is Reason.SETTINGS_REFUSED


@pytest.mark.parametrize("elsewhere", ["no file", "an environment"])
def test_values_that_are_elsewhere_are_asked_of_the_cli(
    project: Path, pulumi: FakePulumi, elsewhere: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = project / "Pulumi.dev.yaml"
    if elsewhere == "no file":
        path.unlink()
    else:
        path.write_text("environment: [hr/calendars]\n")
    shown = {
        f"smartrecruiters-calendar:{key}": {"value": config_text(value), "secret": False}
        for key, value in CONFIGURATION.items()
    }
    pulumi.answer(**{"config --json": {"stdout": json.dumps(shown)}})
    read = read_settings(
        project, StackName.parse("organization/dev"), Pulumi(project) if elsewhere == "no file" else None
    )
    assert read.directory_id == CONFIGURATION["directoryId"]
    assert pulumi.starts[-1][1:] == ["config", "--json", "--stack", "organization/dev"]


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("owners", "notjson"),
        ("warnDays", "soon"),
        ("expectedRooms", "boardroom@contoso.example"),
        ("smartrecruiters", "browser"),
        ("protectSecrets", "yes"),
    ],
)
def test_text_that_config_set_stored_for_a_key_of_another_type_is_explained(project: Path, key: str, text: str) -> None:
    YAML().dump({"config": CONFIGURATION | {key: text}}, project / "Pulumi.dev.yaml")
    with pytest.raises(Stopped, match=f"pulumi config --stack dev (set|rm) --path '{key}") as stopped:
        read_settings(project, StackName.parse("dev"))
    assert stopped.value.reason is Reason.SETTINGS_REFUSED
    assert f"{key}: the value is text, and " in str(stopped.value)


@pytest.mark.parametrize(
    ("written", "in_stack_file", "as_default"),
    [
        ("030", "24", "24"),
        ("08", "8", "8"),
        ("'030'", "030", "030"),
        ("1_000", "1000", "1000"),
        ("1.0", "1", "1"),
        ("0.5", "0.5", "0.5"),
        ("True", "true", "true"),
        ("yes", "yes", "yes"),
        ("~", "", ""),
        ("2026-12-1", "2026-12-01 00:00:00 +0000 UTC", "2026-12-01T00:00:00Z"),
        ("[2026-12-01]", '["2026-12-01 00:00:00 +0000 UTC"]', '["2026-12-01T00:00:00Z"]'),
        ("2026-13-01", "2026-13-01", "2026-13-01"),
    ],
)
def test_scalars_become_the_engines_texts(written: str, in_stack_file: str, as_default: str) -> None:
    value = load(f"key: {written}")["key"]
    assert (config_text(value), config_text(value, default=True)) == (in_stack_file, as_default)


@pytest.mark.parametrize("value", ["visible", {"secure": "v1:x"}], ids=["text", "secret"])
def test_a_providers_setting_is_refused_by_its_name_whether_it_is_secret_or_not(project: Path, value: Any) -> None:
    YAML().dump({"config": CONFIGURATION | {"azuread:clientId": value}}, project / "Pulumi.dev.yaml")
    with pytest.raises(Stopped, match="pulumi config --stack dev rm azuread:clientId") as stopped:
        read_settings(project, StackName.parse("dev"))
    assert stopped.value.reason is Reason.SETTINGS_REFUSED
    assert "ARM_CLIENT_ID" in stopped.value.sentence
    assert "visible" not in stopped.value.sentence
