"""Whatever is in a file's place, reading it ends, and what is wrong with it is one line."""

import os
from pathlib import Path

import pytest

from smartrecruiters_calendar.given_files import read_given, read_given_text


@pytest.mark.parametrize(
    "named", ["missing", "folder", "pipe", "zero", "large", "latin-1", "utf-16", "a\0b", "x" * 300]
)
def test_what_cannot_be_read_is_one_line_and_nothing_is_waited_for(tmp_path: Path, named: str) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "zero").symlink_to("/dev/zero")
    (tmp_path / "large").write_bytes(b"x" * 10_000_001)
    (tmp_path / "latin-1").write_bytes(b"Caf\xe9")
    (tmp_path / "utf-16").write_bytes("a: b".encode("utf-16"))
    with pytest.raises(OSError, match=r"\w") as told:
        read_given_text(tmp_path / named)
    assert told.value.strerror
    assert "\n" not in told.value.strerror


def test_a_byte_order_mark_is_none_of_the_text(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"\xef\xbb\xbfa: b")
    assert read_given_text(tmp_path / "file") == "a: b"
    assert read_given(tmp_path / "file", 7) == b"\xef\xbb\xbfa: b"
