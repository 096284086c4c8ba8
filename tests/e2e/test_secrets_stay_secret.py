"""The secret's value stands in clear nowhere but in the tenant and in SmartRecruiters."""

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from tests.e2e.workplace import Workplace

pytestmark = pytest.mark.engine

_TOKEN_BEGINS = "eyJ"
"""`{"` in base64: how every token of Entra's begins."""

_LOOKS = 10
"""At each process: the first may see what it was forked from."""

HELD_BY_THE_SERVICES = "sandbox.sqlite"
"""The stand-ins for Entra and SmartRecruiters keep it, as the real ones do."""


def _texts(process: int, file: str) -> list[str]:
    held = Path(f"/proc/{process}/{file}").read_bytes().decode(errors="replace")
    return held.removesuffix("\0").split("\0")


@contextmanager
def watched_process_list() -> Iterator[set[str]]:
    """Collect every command line seen while the block runs, and every environment of another process.

    What runs as a fork shows the command line that its client was started with.
    """
    seen: set[str] = set()
    ended = threading.Event()
    looked: Counter[int] = Counter()

    def watch() -> None:
        while not ended.wait(0.01):
            there = psutil.pids()
            for ended_before in looked.keys() - set(there):  # another process may get its number
                del looked[ended_before]
            for process in there:
                if looked[process] == _LOOKS:
                    continue
                looked[process] += 1
                with suppress(OSError):  # it has ended, or is somebody else's
                    seen.add(" ".join(_texts(process, "cmdline")))
                    seen.update(_texts(process, "environ"))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        ended.set()
        watcher.join()


def files_holding(secret: str, folder: Path) -> list[Path]:
    found = []
    for path in folder.rglob("*"):
        if path.is_symlink() or not path.is_file() or path.name.startswith(HELD_BY_THE_SERVICES):
            continue
        if secret.encode() in path.read_bytes():
            found.append(path)
    return found


def test_the_secret_stands_nowhere_in_clear_and_the_deployers_own_is_printed_nowhere(workplace: Workplace) -> None:
    with workplace.real_processes(), watched_process_list() as seen:
        workplace.pulumi("up", "--yes")
        workplace.post_deploy("--verbose")
        workplace.post_deploy()
        workplace.pulumi("refresh", "--yes")
        workplace.pulumi("stack", "output")
        workplace.pulumi("stack", "export")
        workplace.run("pulumi", "stack", "tag", "ls", "--stack", "dev")
    secret, deployer = workplace.outputs()["clientSecret"], workplace.environment["ARM_CLIENT_SECRET"]
    assert any("pulumi up" in line for line in seen)
    assert any("post_deploy.py" in line for line in seen)
    assert "PULUMI_SKIP_UPDATE_CHECK=true" in seen
    assert [line for line in seen if secret in line] == []
    assert [text for text in workplace.printed if secret in text] == []
    assert files_holding(secret, workplace.home) == []
    assert files_holding(secret, workplace.checkout) == []
    assert files_holding(secret, Path(workplace.without_forks["PULUMI_HOME"])) == []
    assert [text for text in workplace.printed if deployer in text] == []
    assert [path.name for path in files_holding(deployer, workplace.home)] == ["credentials.json"]


def test_no_library_logs_the_secret_a_token_or_the_session_at_any_level(deployed_workplace: Workplace) -> None:
    logged = deployed_workplace.post_deploy("--verbose").stderr
    for library in ("httpx: ", "httpcore.", "azure.", "msal.", "smartrecruiters_calendar."):
        assert f"\n{library}" in logged, f"{library} logs nothing, so nothing is tested"
    (cookie,) = json.loads((deployed_workplace.home / "smartrecruiters-session.json").read_text())["cookies"]
    assert deployed_workplace.outputs()["clientSecret"] not in logged
    assert cookie["value"] not in logged
    assert _TOKEN_BEGINS not in logged


def test_the_search_finds_a_secret_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "leak.txt").write_text("…hidden-value…")
    assert [path.name for path in files_holding("hidden-value", tmp_path)] == ["leak.txt"]
