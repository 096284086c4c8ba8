"""Which commit a tenant was proven at: only what is really in a commit counts."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from smartrecruiters_calendar.promotion import record
from smartrecruiters_calendar.promotion.record import Promoted


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    (tmp_path / "Pulumi.yaml").write_text("name: x\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "-c", "user.name=T", "-c", "user.email=t@example.com", "commit", "-qm", "First")
    return tmp_path


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


def test_a_clean_checkout_is_its_commit(checkout: Path) -> None:
    assert record.commit_of(checkout) == git(checkout, "rev-parse", "HEAD")


@pytest.mark.parametrize("name", ["Pulumi.yaml", "Pulumi.new.yaml"], ids=["changed", "unknown to git"])
def test_a_checkout_that_differs_is_no_commit(checkout: Path, name: str) -> None:
    (checkout / name).write_text("changed: true\n")
    assert record.commit_of(checkout) is None
    assert f"({name}): commit them" in record.unrecorded_because(checkout)


def test_a_folder_outside_git_is_no_commit(tmp_path: Path) -> None:
    assert record.commit_of(tmp_path) is None
    assert "not a commit of a git repository" in record.unrecorded_because(tmp_path)


def test_many_changed_files_are_counted(checkout: Path) -> None:
    for number in range(5):
        (checkout / f"{number}.json").touch()
    assert "(0.json, 1.json, 2.json and 2 more)" in record.unrecorded_because(checkout)


def test_a_record_is_read_back_and_anything_else_is_none() -> None:
    kept = Promoted(commit="c0ffee", ring="canary", at=datetime(2026, 12, 1, tzinfo=UTC))
    assert record.read(kept.model_dump_json()) == kept
    assert [record.read(text) for text in (None, "", "{}", '{"version": 2}')] == [None] * 4
