"""The browser's process: what it is started with, and that nothing of it is left however its caller ends."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import psutil
import pytest

from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.page.browser_process import find_browser, open_page

refuses = partial(pytest.raises, Stopped, check=lambda stopped: stopped.reason is Reason.BROWSER_UNUSABLE)

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[3]
PRIVATE = {"ARM_CLIENT_SECRET": "deployer-s3cret", "PULUMI_CONFIG_PASSPHRASE": "passphrase-s3cret", "DEBUG": "x"}
OPENS_AND_WAITS = """
import os, sys
from smartrecruiters_calendar.page.browser_process import find_browser
from smartrecruiters_calendar.page.browser_process import open_page

try:
    with open_page(find_browser(os.environ), "https://www.smartrecruiters.example") as page:
        page.set_content("<input>")
        print("open", flush=True)
        page.wait_for_selector("#never", timeout=120_000)
except KeyboardInterrupt:
    sys.exit(130)
"""


@pytest.fixture
def running(short_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process with an open browser, in a group of its own; temporary files go into `short_path`."""
    kept = {k: v for k, v in os.environ.items() if k not in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")}
    with subprocess.Popen(
        [sys.executable, "-c", OPENS_AND_WAITS],
        cwd=ROOT,
        env=kept | PRIVATE | {"TMPDIR": str(short_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        yield process
        process.kill()


def started_by(process: subprocess.Popen[str]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def test_the_browser_gets_no_variable_that_it_does_not_need(running: subprocess.Popen[str]) -> None:
    browsers = [one for one in started_by(running) if "chrom" in one.name()]
    assert browsers
    told = [one.environ() for one in browsers]
    assert any("HOME" in variables for variables in told)
    assert [set(PRIVATE) & set(variables) for variables in told if set(PRIVATE) & set(variables)] == []
    lines = [" ".join(one.cmdline()) for one in browsers]
    (main,) = [line for line in lines if "--type=" not in line and "--user-data-dir=" in line]
    for flag in ("--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"):
        assert flag in main
    assert ("--no-sandbox" in main) == (os.geteuid() == 0)


@pytest.mark.parametrize("ends_by", [signal.SIGKILL, signal.SIGINT], ids=["kill -9", "ctrl-C"])
def test_nothing_is_left_however_the_caller_ends(
    running: subprocess.Popen[str], short_path: Path, ends_by: signal.Signals
) -> None:
    others = started_by(running)
    if ends_by is signal.SIGINT:
        os.killpg(running.pid, ends_by)  # a terminal sends it to the whole group
    else:
        running.kill()
    running.wait(timeout=60)
    _, alive = psutil.wait_procs(others, timeout=60)
    assert alive == []
    assert [entry.name for entry in short_path.iterdir()] == []
    if ends_by is signal.SIGINT:
        assert running.returncode == 130


def test_a_browser_that_does_not_start_is_told_with_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    with (
        refuses(match=str(broken)),
        open_page(find_browser({"SMARTRECRUITERS_BROWSER": str(broken)}), "https://www.smartrecruiters.example"),
    ):
        pass
