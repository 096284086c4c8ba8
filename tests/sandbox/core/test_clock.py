"""The sandbox's time: its own beginning, never backwards, still while nothing runs."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sandbox.core.clock import START, Clock
from sandbox.core.store import Store


class Host:
    """The host's clock, in the test's hands."""

    def __init__(self) -> None:
        self.seconds = datetime(2031, 5, 4, tzinfo=UTC).timestamp()

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def host() -> Host:
    return Host()


def clock(folder: Path, host: Host) -> Clock:
    return Clock(Store(folder / "sandbox.sqlite"), folder / "clock.json", host)


def test_it_begins_at_its_own_beginning_whatever_the_host_says(tmp_path: Path, host: Host) -> None:
    assert clock(tmp_path, host).now() == START


def test_it_runs_while_a_server_runs_and_stands_still_while_none_does(tmp_path: Path, host: Host) -> None:
    first = clock(tmp_path, host)
    host.seconds += 5
    assert first.now() == START
    first.start()
    host.seconds += 5
    assert first.now() == START + timedelta(seconds=5)
    first.stop()
    host.seconds += 1_000_000
    second = clock(tmp_path, host)
    assert second.now() == START + timedelta(seconds=5)
    second.start()
    host.seconds += 1
    assert second.now() == START + timedelta(seconds=6)


def test_after_a_kill_it_goes_on_from_what_was_marked(tmp_path: Path, host: Host) -> None:
    first = clock(tmp_path, host)
    first.start()
    host.seconds += 5
    first.mark()
    host.seconds += 1_000
    second = clock(tmp_path, host)
    second.start()
    assert second.now() == START + timedelta(seconds=5)


def test_it_does_not_follow_the_host_backwards(tmp_path: Path, host: Host) -> None:
    running = clock(tmp_path, host)
    running.start()
    host.seconds += 60
    running.mark()
    host.seconds -= 3_600
    assert running.now() == START + timedelta(seconds=60)


@pytest.mark.parametrize("serving", [True, False])
def test_it_is_moved_forward_from_another_process_too(tmp_path: Path, host: Host, serving: bool) -> None:
    server = clock(tmp_path, host)
    if serving:
        server.start()
    clock(tmp_path, host).forward(timedelta(days=400))
    assert server.now() == START + timedelta(days=400)


def test_it_is_never_moved_back(tmp_path: Path, host: Host) -> None:
    with pytest.raises(ValueError, match="forward"):
        clock(tmp_path, host).forward(timedelta(seconds=-1))


def test_the_file_says_how_far_it_is_from_the_host(tmp_path: Path, host: Host) -> None:
    running = clock(tmp_path, host)
    running.start()
    host.seconds += 30
    running.forward(timedelta(days=1))
    offset = json.loads((tmp_path / "clock.json").read_text())["offsetSeconds"]
    assert datetime.fromtimestamp(host.seconds + offset, UTC) == running.now()
    assert (tmp_path / "clock.json").stat().st_mode & 0o777 == 0o600
