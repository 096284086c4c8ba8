"""The CLI signs in to state backend and secrets provider by a file, whose assertion ends in minutes."""

import os
from pathlib import Path

import pytest

from smartrecruiters_calendar.entra import assertions
from smartrecruiters_calendar.stack.pulumi import Pulumi
from tests.smartrecruiters_calendar.fake_pulumi import FakePulumi
from tests.smartrecruiters_calendar.stack_values import CONFIGURATION, OUTPUTS

SERVICE = {"ACTIONS_ID_TOKEN_REQUEST_URL": "https://service.example", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "let-me"}


@pytest.fixture(autouse=True)
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    FakePulumi.install(tmp_path, OUTPUTS, CONFIGURATION)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)


@pytest.fixture
def renewed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Files that were renewed, each time a command was about to start."""
    files: list[str] = []
    monkeypatch.setattr(
        assertions, "renew_files", lambda variables: files.append(variables.get(assertions.FEDERATED_FILE, ""))
    )
    return files


def test_it_is_renewed_before_each_command_where_the_jobs_token_service_is_at_hand(
    tmp_path: Path, renewed: list[str]
) -> None:
    of_tenant = Pulumi(tmp_path).with_environment({**SERVICE, assertions.FEDERATED_FILE: "its own"})
    of_tenant.run("version")
    of_tenant.run("version")
    assert renewed == ["its own", "its own"]


def test_elsewhere_nobody_touches_it(tmp_path: Path, renewed: list[str]) -> None:
    Pulumi(tmp_path).with_environment({assertions.FEDERATED_FILE: "another's"}).run("version")
    assert renewed == []
