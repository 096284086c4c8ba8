"""scripts/record_profile.py as it is typed: what it writes, what it refuses, and that it tells nothing private."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from smartrecruiters_calendar.page.profile import load_profile
from tests import fork_server
from tests.smartrecruiters_calendar.fake_pulumi import FakePulumi
from tests.smartrecruiters_calendar.page.recording.har_files import har
from tests.smartrecruiters_calendar.page.recording.pages import COOKIE, TOKEN, load, save, tab
from tests.smartrecruiters_calendar.stack_values import CLIENT, CONFIGURATION, OUTPUTS, SECRET, TENANT

ROOT = Path(__file__).resolve().parents[2]
BY_HAND = ["--client-id", CLIENT, "--tenant-id", TENANT]
FIELDS = {"clientId": CLIENT, "clientSecret": SECRET, "tenantId": TENANT}


@pytest.fixture
def recording(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("SMARTRECRUITERS_ADDRESS", raising=False)
    path = tmp_path / "recording.har"
    path.touch(mode=0o600)
    path.write_text(json.dumps(har([tab(), save(json=FIELDS), load()])))
    return path


@pytest.fixture
def typed(tmp_path: Path) -> Path:
    path = tmp_path / "typed.txt"
    path.touch(mode=0o600)
    path.write_text(f"{SECRET}\n")
    return path


def command(recording: Path, *arguments: str) -> list[str]:
    out = str(recording.with_suffix(".yaml"))
    return ["scripts/record_profile.py", str(recording), "--output", out, *arguments]


def run(recording: Path, *arguments: str, expect: int = 0, **environment: str) -> subprocess.CompletedProcess[str]:
    done = fork_server.run(command(recording, *arguments), cwd=ROOT, env=os.environ | environment, timeout=120)
    assert done.returncode == expect, done.stderr
    assert "Traceback" not in done.stderr
    for private in (SECRET, TOKEN, COOKIE):
        assert private not in done.stdout + done.stderr
    return done


def test_the_stacks_own_credentials_are_found_in_the_recording(recording: Path, tmp_path: Path) -> None:
    pulumi = FakePulumi.install(tmp_path, OUTPUTS, CONFIGURATION, stack="acme")
    done = run(recording, "--stack", "acme", "--cwd", str(tmp_path), "--json", PATH=pulumi.path)
    told: dict[str, Any] = json.loads(done.stdout)
    assert (told["exitCode"], told["reason"]) == (0, None)
    written = Path(told["profile"])
    assert load_profile(written).save.uses("clientSecret")
    assert told["check"]
    for private in (SECRET, TOKEN, COOKIE):
        assert private not in written.read_text()


def test_a_person_reads_what_was_found_and_what_to_do_next(recording: Path, typed: Path) -> None:
    told = run(recording, *BY_HAND, "--secret-typed-file", str(typed)).stdout
    profile = recording.with_suffix(".yaml")
    assert f"pulumi config set --path smartrecruiters.profile {profile}" in told
    assert f"rm {recording}" in told
    assert "Check these points" in told


def test_git_takes_no_recording() -> None:
    names = ["recording.har", "tests/recordings/of-a-visit.har"]
    ignored = subprocess.run(["git", "check-ignore", *names], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ignored.stdout.split() == names


def test_a_file_that_is_there_stays(recording: Path, typed: Path) -> None:
    mine = recording.with_suffix(".yaml")
    mine.write_text("corrected by hand")
    run(recording, *BY_HAND, "--secret-typed-file", str(typed), expect=2)
    assert mine.read_text() == "corrected by hand"


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        ([], "--stack"),
        (["--client-id", CLIENT], "--stack"),
        (BY_HAND, "--secret-typed-file"),
        ([*BY_HAND, "--secret-typed-file", "{folder}/nowhere"], "cannot be read"),
        ([*BY_HAND, "--address", "http://acme.example"], "https"),
    ],
)
def test_a_wrong_command_is_told_in_words_and_as_json(
    recording: Path, tmp_path: Path, arguments: list[str], hint: str
) -> None:
    pulumi = FakePulumi.install(tmp_path, OUTPUTS, CONFIGURATION)
    pulumi.answer(**{"stack --show-name": {"stderr": "error: no stack selected", "code": 255}})
    arguments = [one.format(folder=tmp_path) for one in arguments]
    printed = run(recording, *arguments, expect=2, PATH=pulumi.path)
    assert hint in printed.stderr
    assert printed.stdout == ""
    told = json.loads(run(recording, *arguments, "--json", expect=2, PATH=pulumi.path).stdout)
    assert hint in told["sentence"]
    assert told.get("profile") is None
    assert not recording.with_suffix(".yaml").exists()


@pytest.mark.browser
def test_without_a_screen_a_visit_is_not_begun_and_the_other_way_is_named(
    recording: Path, typed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    out = recording.with_suffix(".yaml")
    watched = ["scripts/record_profile.py", "--output", str(out), *BY_HAND, "--secret-typed-file", str(typed), "--json"]
    done = fork_server.run(watched, cwd=ROOT, env=os.environ, timeout=120)
    told = json.loads(done.stdout)
    assert (done.returncode, told["reason"]) == (2, "browser-unusable")
    assert "HAR file on another machine" in told["sentence"]
    assert SECRET not in done.stdout + done.stderr
    out.write_text("corrected by hand")
    again = json.loads(fork_server.run(watched, cwd=ROOT, env=os.environ, timeout=120).stdout)
    assert (again["reason"], out.read_text()) == ("recording-refused", "corrected by hand")


def test_a_secret_that_others_may_read_is_refused(recording: Path, typed: Path) -> None:
    typed.chmod(0o644)
    told = run(recording, *BY_HAND, "--secret-typed-file", str(typed), expect=2).stderr
    assert f"chmod 600 {typed}" in told


def test_an_unusable_recording_leaves_no_file(recording: Path, typed: Path) -> None:
    recording.write_text(json.dumps(har([tab(), save(json=FIELDS)])))
    told = json.loads(run(recording, *BY_HAND, "--secret-typed-file", str(typed), "--json", expect=2).stdout)
    assert told["reason"] == "recording-refused"
    assert "Record again" in told["sentence"]
    assert not recording.with_suffix(".yaml").exists()


def test_a_terminal_asks_for_the_secret_and_does_not_show_it(recording: Path) -> None:
    arguments = [sys.executable, *command(recording, *BY_HAND)]
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(ROOT)
        os.execv(arguments[0], arguments)  # noqa: S606 (the script itself, on a terminal of its own)
    seen = b""
    while b"Client Secret" not in seen:
        seen += os.read(terminal, 1024)
    os.write(terminal, SECRET.encode() + b"\n")
    try:
        while part := os.read(terminal, 1024):
            seen += part
    except OSError:  # how Linux tells that the other end is closed
        pass
    _, status = os.waitpid(child, 0)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(status) == 0
    assert SECRET.encode() not in seen
    assert recording.with_suffix(".yaml").exists()
