"""scripts/sign_in.py as it is typed, where it cannot come to a sign-in."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import fork_server
from tests.smartrecruiters_calendar.fake_pulumi import FakePulumi, configure
from tests.smartrecruiters_calendar.stack_values import CONFIGURATION, OUTPUTS

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = "https://www.smartrecruiters.example"


@pytest.fixture
def pulumi(tmp_path: Path) -> FakePulumi:
    return FakePulumi.install(tmp_path, OUTPUTS, CONFIGURATION | {"smartrecruiters": {"address": ADDRESS}})


def sign_in(pulumi: FakePulumi, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {n: v for n, v in os.environ.items() if n not in ("DISPLAY", "WAYLAND_DISPLAY", "SMARTRECRUITERS_ADDRESS")}
    return fork_server.run(
        ["scripts/sign_in.py", "--stack", "dev", "--cwd", str(pulumi.folder), *arguments],
        cwd=ROOT,
        env=kept | {"PATH": pulumi.path, "HOME": str(pulumi.folder)} | variables,
        timeout=120,
    )


@pytest.mark.browser
def test_without_a_screen_nothing_is_opened_and_what_to_do_is_told(pulumi: FakePulumi) -> None:
    done = sign_in(pulumi, "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["reason"], told["sessionFile"]) == (2, "browser-unusable", None)
    assert "no screen" in told["sentence"]
    assert not (pulumi.folder / ".config").exists()


def test_without_a_browser_the_command_to_type_is_told(pulumi: FakePulumi) -> None:
    done = sign_in(pulumi, SMARTRECRUITERS_BROWSER="no-such-browser")
    assert done.returncode == 2
    assert "[browser-unusable]" in done.stdout
    assert "SMARTRECRUITERS_BROWSER" in done.stdout


def test_without_an_address_it_is_told_what_to_configure(pulumi: FakePulumi) -> None:
    configure(pulumi.folder, CONFIGURATION)
    done = sign_in(pulumi)
    assert done.returncode == 2
    assert "smartrecruiters.address" in done.stdout


def test_help_names_every_option_with_examples() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/sign_in.py", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for option in ("--stack", "--json", "--wait", "--no-headed", "--cwd", "--verbose"):
        assert option in done.stdout
    assert "smartrecruiters-calendar sign-in --stack acme" in done.stdout
