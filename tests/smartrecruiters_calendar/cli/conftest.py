"""A machine on which verbs are typed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import stamina

from tests.smartrecruiters_calendar.cli.typed import Typed
from tests.smartrecruiters_calendar.fake_pulumi import FakePulumi
from tests.smartrecruiters_calendar.stack_values import CONFIGURATION, OUTPUTS


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Iterator[Typed]:
    project, folder = tmp_path / "project", tmp_path / "pulumi"
    folder.mkdir()
    pulumi = FakePulumi.install(folder, OUTPUTS, CONFIGURATION)
    for variable in ("ARM_CLIENT_ID", "AZURE_CLIENT_ID", "SMARTRECRUITERS_ADDRESS", "DISPLAY", "CI"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("PATH", pulumi.path)
    monkeypatch.setenv("ARM_METADATA_HOSTNAME", "localhost:1")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PULUMI_BACKEND_URL", tmp_path.as_uri())  # no run of another test is on the same stack
    monkeypatch.chdir(tmp_path)
    with stamina.set_testing(True):  # nobody answers, and no test here is about patience
        yield Typed(project, pulumi, capfd)
