"""The one clock."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from components import clock


def test_without_an_offset_file_it_is_the_hosts_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(clock.OFFSET_FILE, raising=False)
    before = datetime.now(UTC)
    assert before <= clock.now() <= datetime.now(UTC)


def test_an_offset_file_moves_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "clock.json"
    file.write_text(json.dumps({"offsetSeconds": 86400 * 400}))
    monkeypatch.setenv(clock.OFFSET_FILE, str(file))
    assert clock.now() > datetime.now(UTC) + timedelta(days=399)


@pytest.mark.parametrize("content", [None, "", "{}", '{"offsetSeconds": "soon"}', "[]", '{"offsetSeconds": null}'])
def test_a_named_but_unusable_file_is_an_error_not_the_hosts_time(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str | None
) -> None:
    file = tmp_path / "clock.json"
    if content is not None:
        file.write_text(content)
    monkeypatch.setenv(clock.OFFSET_FILE, str(file))
    with pytest.raises(clock.ClockFileUnreadable, match=r"clock\.json"):
        clock.now()
