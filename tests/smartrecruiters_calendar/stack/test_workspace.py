"""The backend and the selected stack, read where the CLI keeps them; whatever is odd there is left to the CLI."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from smartrecruiters_calendar.outcome import Stopped
from smartrecruiters_calendar.stack import workspace
from smartrecruiters_calendar.stack.pulumi import Pulumi
from tests.e2e import kept_state
from tests.smartrecruiters_calendar.fake_pulumi import FakePulumi
from tests.smartrecruiters_calendar.stack_values import CONFIGURATION, OUTPUTS

BACKEND = "s3://states"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "Pulumi.yaml").write_text("name: calendar\n")
    return tmp_path


def environment(folder: Path, **more: str) -> dict[str, str]:
    return {"PULUMI_HOME": str(folder / "home"), **more}


def logged_in(folder: Path, current: object = BACKEND) -> None:
    (folder / "home").mkdir(exist_ok=True)
    (folder / "home" / "credentials.json").write_text(json.dumps({"current": current}))


def test_the_variable_goes_before_the_project_and_the_project_before_the_login(project: Path) -> None:
    logged_in(project)
    assert workspace.backend(project, environment(project)) == BACKEND
    (project / "Pulumi.yaml").write_text("name: calendar\nbackend:\n  url: file://~\n")
    assert workspace.backend(project, environment(project)) == "file://~"
    assert workspace.backend(project, environment(project, PULUMI_BACKEND_URL="gs://x")) == "gs://x"


@pytest.mark.parametrize("current", [None, "", 1, {}], ids=str)
def test_without_a_login_nothing_is_known(project: Path, current: object) -> None:
    assert workspace.backend(project, environment(project)) is None
    logged_in(project, current)
    assert workspace.backend(project, environment(project)) is None


def test_the_selected_stack_is_that_of_this_folder_on_this_backend(project: Path) -> None:
    here = environment(project, PULUMI_BACKEND_URL=BACKEND)
    assert workspace.selected_stack(project, here) is None
    kept_state.select(project / "home", project / "Pulumi.yaml", BACKEND, "organization/calendar/acme")
    assert workspace.selected_stack(project, here) == "organization/calendar/acme"
    assert workspace.selected_stack(project, here | {"PULUMI_BACKEND_URL": "gs://x"}) is None
    assert workspace.selected_stack(project, here | {"PULUMI_STACK": "dev"}) == "dev"
    (project / "elsewhere").mkdir()
    assert workspace.selected_stack(project / "elsewhere", here) is None


def test_a_folder_reached_by_a_link_has_the_selection_of_that_link(project: Path) -> None:
    link = project / "link"
    link.symlink_to(project)
    kept_state.select(project / "home", project / "Pulumi.yaml", BACKEND, "organization/calendar/acme")
    kept_state.select(project / "home", link / "Pulumi.yaml", BACKEND, "organization/calendar/linked")
    here = environment(project, PULUMI_BACKEND_URL=BACKEND)
    assert workspace.selected_stack(project, here | {"PWD": str(link)}) == "organization/calendar/linked"
    for pwd in (str(project), "/", "nowhere", ""):
        assert workspace.selected_stack(project, here | {"PWD": pwd}) == "organization/calendar/acme"


@pytest.mark.parametrize("text", ["", "[]", "{", '{"stacks": []}', '{"stacks": {"s3://states": 1}}'])
def test_a_file_that_is_not_the_cli_s_says_nothing(project: Path, text: str) -> None:
    kept_state.select(project / "home", project / "Pulumi.yaml", BACKEND, "organization/calendar/acme")
    (kept,) = (project / "home" / "workspaces").iterdir()
    kept.write_text(text)
    assert workspace.selected_stack(project, environment(project, PULUMI_BACKEND_URL=BACKEND)) is None


@pytest.mark.parametrize(
    ("kept", "named"),
    [("organization/calendar/dev", "dev"), ("organization/dev", "dev"), ("acme/calendar/dev", "acme/calendar/dev")],
)
def test_a_selected_stack_is_named_as_the_cli_takes_it(
    project: Path, kept: str, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    FakePulumi.install(project, OUTPUTS, CONFIGURATION)
    monkeypatch.setenv("PATH", str(project), prepend=os.pathsep)
    kept_state.select(project / "home", project / "Pulumi.yaml", BACKEND, kept)
    assert Pulumi(project).with_environment(environment(project, PULUMI_BACKEND_URL=BACKEND)).selected() == named


def plugins(folder: Path, *names: str) -> dict[str, tuple[str, ...]]:
    for name in names:
        (folder / "home" / "plugins" / name).mkdir(parents=True)
    return workspace.resource_plugins(environment(folder))


def test_plugins_are_those_of_the_folder_that_are_complete(tmp_path: Path) -> None:
    assert workspace.resource_plugins(environment(tmp_path)) == {}
    found = plugins(
        tmp_path,
        *("resource-azuread-v6.10.0", "resource-azuread-v6.9.0", "resource-azure-native-v3.29.0-alpha.1+dirty"),
        *("resource-random-v4.0.0", "language-yaml-v1.0.0", "resource-aws-v7.tmp123", "resource-aws-vlatest"),
        *("resource-aws-v7.0.0.tmp123", "resource-aws"),
    )
    azuread = tuple(sorted(found.pop("azuread")))
    assert azuread == ("6.10.0", "6.9.0")
    assert found == {"azure-native": ("3.29.0-alpha.1+dirty",), "random": ("4.0.0",)}
    (tmp_path / "home" / "plugins" / "resource-random-v4.0.0.partial").touch()
    (tmp_path / "home" / "plugins" / "resource-file-v1.0.0").touch()
    (tmp_path / "home" / "plugins" / "resource-linked-v1.0.0").symlink_to(tmp_path)  # the CLI does not follow it
    assert set(workspace.resource_plugins(environment(tmp_path))) == {"azuread", "azure-native"}


def test_where_no_plugins_can_be_there_are_none(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "plugins").touch()
    assert workspace.resource_plugins(environment(tmp_path)) == {}


def refusing(error: Exception) -> Callable[..., NoReturn]:
    def refuse(*_: object) -> NoReturn:
        raise error

    return refuse


def test_plugins_that_cannot_be_listed_are_not_taken_for_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "iterdir", refusing(PermissionError(13, "Permission denied")))
    with pytest.raises(Stopped, match=r"cannot be listed .*Permission denied"):
        workspace.resource_plugins(environment(tmp_path))
    monkeypatch.setattr(Path, "home", refusing(RuntimeError("no home")))
    with pytest.raises(Stopped, match="no home"):
        workspace.resource_plugins({})
