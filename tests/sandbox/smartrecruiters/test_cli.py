"""Commands that steer the settings page, in this process: `fault page`, `fault end-sessions`, `sign-in`."""

import json

import pytest
from typer.testing import CliRunner, Result

from sandbox.cli.app import app
from sandbox.core.home import Home
from sandbox.core.store import Store
from sandbox.smartrecruiters.faults import PageFault, PageFaults
from sandbox.smartrecruiters.state import State


def typed(home: Home, *words: str) -> Result:
    return CliRunner().invoke(app, [*words, "--home", str(home.path)])


def test_each_fault_is_switched_by_its_name(home: Home) -> None:
    store = Store(home.store)
    for fault in PageFault:
        assert typed(home, "fault", "page", fault).exit_code == 0
        assert PageFaults(store).on(fault)
        assert typed(home, "fault", "page", fault, "--off").exit_code == 0
        assert not PageFaults(store).on(fault)
    store.close()


def test_the_list_says_what_each_does_and_what_is_on(home: Home) -> None:
    typed(home, "fault", "page", "slow", "--delay", "500ms")
    lines = typed(home, "fault", "page").stdout.splitlines()
    assert [line.split()[:2] for line in lines if line.startswith("on")] == [["on", "slow"]]
    for fault in PageFault:
        assert any(fault in line and fault.does in line for line in lines)
    assert all(line.startswith("off") for line in typed(home, "fault", "page", "--off").stdout.splitlines())


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["fault", "page", "nonsense"], "cut-after-save"),
        (["fault", "page", "maintenance", "--delay", "3s"], "belongs to `slow`"),
        (["fault", "page", "slow", "--delay", "soon"], "is not a duration"),
        (["sign-in", "nobody@contoso.example"], "recruiter@contoso.example"),
    ],
)
def test_what_cannot_be_done_is_told_with_what_can(home: Home, words: list[str], hint: str) -> None:
    done = typed(home, *words)
    assert (done.exit_code, hint in done.stderr) == (2, True)


def test_signing_in_heals_what_ending_all_sessions_broke(home: Home) -> None:
    def signed_in() -> str | None:
        (cookie,) = json.loads(home.session.read_text())["cookies"]
        store = Store(home.store)
        session = State(store).session(cookie["value"])
        store.close()
        return session.account.email if session else None

    assert typed(home, "sign-in").exit_code == 0
    assert signed_in() == "recruiting.admin@contoso.example"
    typed(home, "fault", "end-sessions")
    assert signed_in() is None
    typed(home, "sign-in", "recruiter@contoso.example")
    assert signed_in() == "recruiter@contoso.example"
    assert home.session.stat().st_mode & 0o077 == 0
