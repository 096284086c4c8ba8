"""A package that only some stacks need is named with the command that installs it, before anything is declared."""

import runpy
import shlex
from datetime import UTC, datetime
from pathlib import Path

import pulumi
import pytest

from components import clock, extras
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.page import browser_process
from tests.components.declared import Recorder, changed
from tests.components.test_calendar_integration import ARGS, VAULT, deploy


@pytest.fixture
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda _: None)


def test_nothing_is_missing_where_all_is_installed() -> None:
    assert [extras.missing(extra) for extra in extras.MODULES] == [None, None]


@pytest.mark.usefixtures("_plain")
@pytest.mark.parametrize("extra", extras.MODULES)
def test_the_command_installs_from_the_locked_set(extra: extras.Extra) -> None:
    command = extras.missing(extra)
    assert command is not None
    python, *install, file = shlex.split(command)
    assert install == ["-m", "pip", "install", "-r"]
    assert Path(python).exists()
    assert extras.MODULES[extra].replace("_", "-") + "==" in Path(file).read_text()


@pytest.mark.usefixtures("_plain")
def test_a_vault_without_its_package_declares_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ARM_TENANT_ID", raising=False)
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 12, 1, tzinfo=UTC))
    recorder = Recorder()
    with pytest.raises(pulumi.RunError, match=r"requirements-vault\.txt"):
        deploy(changed(ARGS, vault=VAULT), recorder)
    assert recorder.entra_writes == []
    assert deploy(ARGS)[0].of("Application")


@pytest.mark.usefixtures("_plain")
def test_the_browser_channel_without_its_package_is_refused_in_a_sentence() -> None:
    with pytest.raises(Stopped, match=r"requirements-browser\.txt") as stopped:
        runpy.run_path(browser_process.__file__)
    assert stopped.value.reason is Reason.BROWSER_UNUSABLE
