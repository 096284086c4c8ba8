"""A deployed stack, as a `pulumi` on PATH tells it."""

from pathlib import Path

import pytest

from tests.smartrecruiters_calendar.fake_pulumi import FakePulumi, configure
from tests.smartrecruiters_calendar.stack_values import CONFIGURATION, OUTPUTS


@pytest.fixture
def pulumi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakePulumi:
    folder = tmp_path / "pulumi-on-path"
    folder.mkdir()
    (tmp_path / "Pulumi.yaml").write_text("name: smartrecruiters-calendar\n")
    configure(tmp_path, CONFIGURATION)
    fake = FakePulumi.install(folder, OUTPUTS, CONFIGURATION)
    monkeypatch.setenv("PATH", fake.path)
    return fake
