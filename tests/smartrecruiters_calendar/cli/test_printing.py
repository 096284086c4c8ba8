"""Whatever stdout is, a verb ends with its own exit code, one document and no traceback."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
VERB = """
import sys
from smartrecruiters_calendar.cli.frame import Verb
from smartrecruiters_calendar.outcome import ExitCode, Outcome
outcome = Outcome(exit_code=ExitCode.WAITS_FOR_PERSON, sentence="Caf\\u00e9 \\ud83d \\u2713 " * 5000)
def verb(call):
    for number in range(20_000 if sys.argv[1] == "noted" else 0):
        call.note("a note")
        call.progress.step(f"step {number}")
    return outcome
sys.exit(Verb(function=verb, examples=()).run("a-verb", {"json": sys.argv[1] == "json"}))
"""


def ended(how: str, shell: str = "", **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = f'"$0" -c "$1" {how} {shell}; exit ${{PIPESTATUS[0]}}'
    return subprocess.run(
        ["bash", "-c", command, sys.executable, VERB], cwd=ROOT, env=environment, capture_output=True, check=False
    )


@pytest.mark.parametrize("how", ["json", "text"])
def test_a_reader_that_has_read_enough_changes_nothing(how: str) -> None:
    run = ended(how, "| head -c 1 >/dev/null")
    assert (run.returncode, run.stderr) == (4, b"")


def test_nobody_need_read_the_progress() -> None:
    run = ended("noted", "2>&1 >/dev/null | head -c 1 >/dev/null")
    assert (run.returncode, run.stderr) == (4, b"")


@pytest.mark.parametrize("how", ["json", "text"])
def test_a_full_disk_is_no_failed_check_and_no_success(how: str) -> None:
    run = ended(how, ">/dev/full")
    assert run.returncode == 3
    assert run.stderr.count(b"\n") == 1
    assert b"could not be written to stdout" in run.stderr


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8", "cp1252"])
def test_the_document_is_whole_in_every_encoding(encoding: str) -> None:
    run = ended("json", PYTHONIOENCODING=encoding)
    assert (run.returncode, run.stderr) == (4, b"")
    assert json.loads(run.stdout.decode(encoding))["sentence"].startswith("Café ")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_text_is_printed_in_every_encoding(encoding: str) -> None:
    run = ended("text", PYTHONIOENCODING=encoding)
    assert (run.returncode, run.stderr) == (4, b"")
    assert run.stdout.startswith(b"Caf")
