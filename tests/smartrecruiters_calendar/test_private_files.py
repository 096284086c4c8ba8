"""A file is replaced whole or not at all, whenever the process ends; its mode is kept."""

import os
import stat
from pathlib import Path

import pytest

from smartrecruiters_calendar import private_files
from smartrecruiters_calendar.private_files import create_file, replace_file, write_private
from tests.smartrecruiters_calendar.killed_at_every_step import killed_at_every_line

OLD, NEW = "old\n" * 5000, "new\n" * 9000


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("kept", [0o600, 0o640, 0o664, 0o400])
def test_killed_at_any_line_the_old_file_is_there_or_the_new_one_with_the_same_mode(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "file"

    def prepare() -> None:
        path.unlink(missing_ok=True)
        path.write_text(OLD)
        path.chmod(kept)

    found = []
    for _ in killed_at_every_line([private_files], prepare, lambda: replace_file(path, NEW)):
        found.append(path.read_text())
        assert mode(path) == kept
        assert all(mode(draft) & ~kept == 0 for draft in tmp_path.iterdir())
    assert set(found) == {OLD, NEW}
    assert len(found) > 15


def test_a_private_file_is_nobody_elses_at_any_moment(tmp_path: Path) -> None:
    path = tmp_path / "session.json"
    for _ in killed_at_every_line([private_files], lambda: None, lambda: write_private(path, NEW)):
        assert {mode(one) for one in tmp_path.iterdir()} <= {0o600}


def test_a_new_file_has_the_mode_that_the_umask_leaves(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        replace_file(tmp_path / "report.md", NEW)
        write_private(tmp_path / "session", NEW)
    finally:
        os.umask(before)
    assert (mode(tmp_path / "report.md"), mode(tmp_path / "session")) == (0o640, 0o600)


def test_a_link_keeps_leading_to_the_file(tmp_path: Path) -> None:
    (tmp_path / "real").write_text(OLD)
    (tmp_path / "link").symlink_to("real")
    replace_file(tmp_path / "link", NEW)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == NEW


def test_what_cannot_be_written_leaves_the_old_file_and_no_draft(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "file").write_text(OLD)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        replace_file(tmp_path / "file", NEW)
    assert [one.name for one in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_text() == OLD


def test_the_longest_name_that_a_folder_takes_is_written(tmp_path: Path) -> None:
    replace_file(tmp_path / ("x" * 255), NEW)
    assert (tmp_path / ("x" * 255)).read_text() == NEW


def test_a_file_that_is_there_is_not_created_again(tmp_path: Path) -> None:
    (tmp_path / "dangling").symlink_to("nowhere")
    for name in ("file", "dangling"):
        if name == "file":
            create_file(tmp_path / name, OLD)
        with pytest.raises(FileExistsError):
            create_file(tmp_path / name, NEW)
    assert (tmp_path / "file").read_text() == OLD
