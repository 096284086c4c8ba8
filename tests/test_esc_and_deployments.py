"""docs/esc-and-deployments.md: the environment that it shows is read as the engine would hand it over."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.stack.engine_yaml import config_text
from smartrecruiters_calendar.stack.name import StackName
from smartrecruiters_calendar.stack.settings import read_settings
from tests.smartrecruiters_calendar.fake_pulumi import FakePulumi

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "esc-and-deployments.md").read_text()
ENVIRONMENT, STACK_FILE, DEPLOYMENT = (
    YAML(typ="safe", pure=True).load(block) for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
)


def shown(secret: str = "") -> str:
    """What `pulumi config --json` prints: the environment's values, and the stack file's over them."""
    merged: dict[str, Any] = ENVIRONMENT["values"]["pulumiConfig"] | STACK_FILE["config"]
    return json.dumps(
        {key: {"value": config_text(value), "secret": key.endswith(secret or "-")} for key, value in merged.items()}
    )


def read(folder: Path, monkeypatch: pytest.MonkeyPatch, answer: str) -> Any:
    pulumi = FakePulumi.install(folder, {}, {})
    monkeypatch.setenv("PATH", pulumi.path)
    YAML().dump(STACK_FILE, folder / "Pulumi.acme.yaml")
    pulumi.answer(**{"config --json": {"stdout": answer}})
    return read_settings(folder, StackName.parse("acme"))


def test_the_settings_come_from_the_environment_and_the_stacks_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = read(tmp_path, monkeypatch, shown())
    assert settings.tenant_domain == "contoso.onmicrosoft.com"
    assert [secret.issued.isoformat() for secret in settings.secrets] == ["2026-12-01"]


def test_a_setting_that_the_environment_marks_secret_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Stopped, match="stored as a secret") as stopped:
        read(tmp_path, monkeypatch, shown("owners"))
    assert stopped.value.reason is Reason.SETTINGS_REFUSED


def test_a_deployment_prepares_the_checkout_as_the_pipelines_do() -> None:
    commands = DEPLOYMENT["settings"]["operationContext"]["preRunCommands"]
    assert all(f"run: {command}" in (ROOT / ".github/workflows/promote.yml").read_text() for command in commands)
