"""Where a report cannot be written is known before there is one, and a device is not replaced by a file."""

import os
import stat
import threading
from pathlib import Path

import pytest

from smartrecruiters_calendar.outcome import ExitCode, Reason, Stopped
from smartrecruiters_calendar.report_files import check_writable, write_report


@pytest.fixture
def as_somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    """The superuser, whom tests may run as, is refused nothing: permission bits decide instead."""

    def access(path: Path, mode: int) -> bool:
        return all(Path(path).stat().st_mode >> 6 & bit for bit in (4, 2, 1) if mode & bit)

    monkeypatch.setattr(os, "access", access)


@pytest.mark.usefixtures("as_somebody")
@pytest.mark.parametrize(
    "named",
    ["missing/x.md", "folder", "read-only", "closed/x.md", "closed", "file/x.md", "-", "x" * 256, "a\0b", "loop"],
)
def test_what_cannot_be_written_is_refused_and_nothing_is_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in ("folder", "closed"):
        (tmp_path / folder).mkdir()
    for file in ("read-only", "file"):
        (tmp_path / file).write_text("kept")
    (tmp_path / "loop").symlink_to("loop/loop")
    (tmp_path / "read-only").chmod(0o400)
    (tmp_path / "closed").chmod(0o500)
    before = sorted(one.name for one in tmp_path.iterdir())
    with pytest.raises(Stopped) as stopped:
        check_writable(Path(named))
    assert (stopped.value.reason, stopped.value.exit_code) == (Reason.REPORT_UNUSABLE, ExitCode.USAGE)
    assert sorted(one.name for one in tmp_path.iterdir()) == before


@pytest.mark.usefixtures("as_somebody")
def test_a_folder_of_reports_may_be_missing_and_may_not_be_a_file(tmp_path: Path) -> None:
    check_writable(tmp_path / "new" / "folder", folder=True)
    check_writable(tmp_path, folder=True)
    (tmp_path / "file").write_text("kept")
    (tmp_path / "closed").mkdir(mode=0o500)
    for wrong in ("file", "file/new", "closed", "closed/new"):
        with pytest.raises(Stopped):
            check_writable(tmp_path / wrong, folder=True)
    assert not (tmp_path / "new").exists()


def test_a_report_that_was_there_is_replaced_with_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    path.write_text("old")
    path.chmod(0o640)
    check_writable(path)
    write_report(path, "new")
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("new", 0o640)
    assert [one.name for one in tmp_path.iterdir()] == ["report.md"]


def test_a_device_and_a_pipe_are_written_to_as_they_are(tmp_path: Path) -> None:
    for device in ("/dev/null", "/dev/full"):
        check_writable(Path(device))
    write_report(Path("/dev/null"), "text")
    with pytest.raises(Stopped, match="No space left"):
        write_report(Path("/dev/full"), "text")
    assert stat.S_ISCHR(Path("/dev/full").stat().st_mode)
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    pipe, read = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    write_report(pipe, "text")
    reader.join()
    assert read == ["text"]
