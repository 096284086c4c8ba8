"""A newer copy of a baseline is compared with the commit that was read, file by file."""

import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from smartrecruiters_calendar.audit.checks import ALL_CHECKS
from smartrecruiters_calendar.audit.checks.baselines.sources import SOURCES, BaselineSource, Repository
from smartrecruiters_calendar.audit.finding import Topic
from smartrecruiters_calendar.outcome import ExitCode
from tests.smartrecruiters_calendar.audit.checks.baselines.newer_copies import main, report


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=T", "-c", "user.email=t@example.com"]
    done = subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    for name in ("rule.rego", "other.rego"):
        (tmp_path / name).write_text("days := 181\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "As read")
    return tmp_path


def sources(clone: Path) -> dict[str, BaselineSource]:
    tool = Repository("example/tool", git(clone, "rev-parse", "HEAD"), date(2026, 8, 20))
    return {"one": BaselineSource(tool, ("rule.rego",)), "two": BaselineSource(tool, ("other.rego",))}


def test_an_unchanged_rule_says_so_with_both_commits(clone: Path) -> None:
    read = sources(clone)
    (clone / "unrelated").touch()
    git(clone, "add", ".")
    git(clone, "commit", "-qm", "Unrelated")
    code, told = report(read, {"example/tool": clone})
    assert (code, "nothing changed" in told) == (ExitCode.OK, True)
    assert read["one"].repository.commit[:12] in told


def test_a_changed_rule_is_shown_with_the_check_that_it_matters_to(clone: Path) -> None:
    read = sources(clone)
    (clone / "rule.rego").write_text("days := 91\n")
    git(clone, "commit", "-qam", "Stricter")
    code, told = report(read, {"example/tool": clone})
    assert code is ExitCode.CHECK_FAILED
    assert "see one." in told
    assert "-days := 181\n+days := 91" in told


@pytest.mark.parametrize("deed", ["moved", "removed"])
def test_a_rule_that_is_gone_has_changed(clone: Path, deed: str) -> None:
    read = sources(clone)
    git(clone, *(("mv", "rule.rego", "new.rego") if deed == "moved" else ("rm", "-q", "rule.rego")))
    git(clone, "commit", "-qm", "Gone")
    assert report(read, {"example/tool": clone})[0] is ExitCode.CHECK_FAILED


def test_what_cannot_be_compared_is_never_unchanged(clone: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    read = sources(clone)
    elsewhere = tmp_path_factory.mktemp("empty")
    assert report(read, {"example/tool": elsewhere})[0] is ExitCode.UNKNOWN
    unknown = {"one": BaselineSource(read["one"].repository, ("never.rego",))}
    assert report(unknown, {"example/tool": clone})[0] is ExitCode.UNKNOWN
    lost = {"one": BaselineSource(replace(read["one"].repository, commit="c0ffee" * 6 + "c0ff"), ("rule.rego",))}
    assert report(lost, {"example/tool": clone})[0] is ExitCode.UNKNOWN


def test_a_clone_without_a_folder_is_a_usage_mistake() -> None:
    assert main(["example/tool"]) is ExitCode.USAGE


def test_every_rule_of_a_baseline_names_the_dated_commit_it_was_read_at() -> None:
    checks = {one.text.id: one.text for one in ALL_CHECKS if one.text.topic is Topic.BASELINES}
    assert set(checks) == set(SOURCES)
    for name, source in SOURCES.items():
        assert checks[name].reference == source.reference
        assert len(source.repository.commit) == 40
        assert source.repository.committed > date(2026, 1, 1)
