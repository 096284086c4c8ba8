"""The steps that comment and raise alerts, run as they stand in the workflows; `gh` keeps what it is given."""

import base64
import gzip
import json
import os
from pathlib import Path

import pytest

from tests.ci.jobs import jobs, play, shell_steps


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a job runs, `gh` on its PATH."""
    (tmp_path / "bin").mkdir()
    gh = tmp_path / "bin" / "gh"
    gh.write_text('#!/bin/sh\nprintf "%s\\n" "$@" > arguments\ncat > input\nexit 0\n')
    gh.chmod(0o755)
    (tmp_path / "report").mkdir()
    (tmp_path / "reports").mkdir()
    return tmp_path


def environment(folder: Path) -> dict[str, str]:
    return {
        "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "NUMBER": "7",
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_REPOSITORY": "contoso/calendars",
        "GITHUB_RUN_ID": "42",
        "GITHUB_SHA": "c0ffee",
        "GITHUB_REF": "refs/heads/main",
        "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
    }


def commented(folder: Path) -> str:
    (step,) = shell_steps(jobs("pull-request")["comment"])
    done = play(step, folder, environment(folder))
    assert done.returncode == 0, done.stderr
    arguments = (folder / "arguments").read_text().split()
    assert arguments[:3] == ["pr", "comment", "7"]
    return (folder / arguments[arguments.index("--body-file") + 1]).read_text()


def test_the_report_is_the_comment_and_leads_to_its_details(folder: Path) -> None:
    (folder / "report" / "index.md").write_text("# Declared calendar access\n")
    told = commented(folder)
    assert told.startswith("# Declared calendar access\n")
    assert told.endswith("Details: https://github.com/contoso/calendars/actions/runs/42\n")


def test_without_a_report_the_comment_says_that_nothing_is_known(folder: Path) -> None:
    assert "is not known" in commented(folder)


def test_a_report_that_the_pull_requests_own_code_made_too_long_is_cut_between_characters(folder: Path) -> None:
    (folder / "report" / "index.md").write_text("x" + "ü" * 100_000)
    assert 29_000 < len(commented(folder)) < 60_500


def test_alerts_are_raised_from_what_the_audit_found_and_left_alone_after_one_that_could_not_look(folder: Path) -> None:
    (step,) = shell_steps(jobs("schedule")["alerts"])
    assert play(step, folder, environment(folder)).returncode == 0
    assert not (folder / "arguments").exists()
    assert "could not look" in (folder / "summary.md").read_text()
    (folder / "reports" / "audit.sarif").write_text('{"runs": []}')
    done = play(step, folder, environment(folder))
    assert done.returncode == 0, done.stderr
    sent = json.loads((folder / "input").read_text())
    assert (sent["commit_sha"], sent["ref"]) == ("c0ffee", "refs/heads/main")
    assert gzip.decompress(base64.b64decode(sent["sarif"])) == b'{"runs": []}'
