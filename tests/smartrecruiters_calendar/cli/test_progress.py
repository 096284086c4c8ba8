"""How progress is reported."""

import io

import pytest
from rich.console import Console

from smartrecruiters_calendar.cli.progress import ProgressLines


def told(*, terminal: bool) -> str:
    written = io.StringIO()
    progress = ProgressLines(Console(file=written, force_terminal=terminal, width=80))
    with progress:
        progress.step("Waiting")
        progress.step("Waiting")
        for done in range(1, 1001):
            progress.count(done, 1000)
    return written.getvalue()


def test_a_pipeline_gets_one_plain_line_a_step_however_often_it_is_told() -> None:
    assert told(terminal=False) == "Waiting …\n"


def test_a_terminal_gets_its_cursor_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    written = told(terminal=True)
    assert written.count("\x1b[?25l") == written.count("\x1b[?25h") > 0
