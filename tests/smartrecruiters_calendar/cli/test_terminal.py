"""Who is asked, and what a real terminal keeps: the secret is cleared, an answer is asked for until it is one."""

import re
import subprocess
import sys
from pathlib import Path

import pexpect
import pytest

ROOT = Path(__file__).resolve().parents[3]
SECRET = "Xy8~not.a-real_secret"
PROGRAM = """
import sys
from smartrecruiters_calendar.cli.progress import ProgressLines
from smartrecruiters_calendar.page.channel import PersonNeeded
from smartrecruiters_calendar.cli.terminal import person_at_terminal

with ProgressLines() as progress:
    progress.step("Working")
    person = person_at_terminal(progress)
    try:
        {does}
    except PersonNeeded as needed:
        print("needed:", needed, needed.next_step)
"""


def at_terminal(does: str, *typed: str, **variables: str) -> str:
    """What a terminal received while somebody typed."""
    terminal = pexpect.spawn(
        sys.executable,
        ["-c", PROGRAM.format(does=does), SECRET[::-1]],
        cwd=str(ROOT),
        env={"PATH": "/usr/bin:/bin", "TERM": "xterm-256color"} | variables,
        encoding="utf-8",
        timeout=60,
        use_poll=True,  # `select` takes no file above 1,023, and the tests before may hold as many
    )
    received = ""
    for answer in typed:
        terminal.expect_exact(": ")
        received += str(terminal.before) + ": "
        if answer == "ctrl-D":
            terminal.sendeof()
        else:
            terminal.sendline(answer)
    terminal.expect_exact(pexpect.EOF)
    return received + str(terminal.before)


def test_an_answer_is_asked_for_until_it_is_one() -> None:
    does = 'print("got", person.chooses("What", ["saved", "later"]), person.answers("Who"), person.counts("How many"))'
    received = at_terminal(does, "", "perhaps", "later", "", "Riley", "many", "-1", "5")
    assert "got later Riley 5" in received


def test_enter_alone_is_no_agreement() -> None:
    assert "got False" in at_terminal('print("got", person.agrees("Save?"))', "")


def test_a_closed_terminal_is_a_person_who_left() -> None:
    received = at_terminal('person.answers("Who")', "ctrl-D")
    assert "needed: The terminal was closed" in received
    assert "Traceback" not in received


def test_the_secret_stands_on_the_other_screen_alone() -> None:
    received = at_terminal('print("got", person.sees_briefly("Secret: ", sys.argv[1][::-1]))', "")
    assert "got True" in received
    assert SECRET in received
    assert SECRET not in re.sub(r"(?s)\x1b\[\?1049h.*?\x1b\[\?1049l", "", received)


@pytest.mark.parametrize("variables", [{"TERM": "dumb"}, {"CI": "true"}], ids=["dumb terminal", "pipeline"])
def test_where_it_cannot_be_cleared_it_is_not_shown(variables: dict[str, str]) -> None:
    received = at_terminal('print("got", person.sees_briefly("Secret: ", sys.argv[1][::-1]))', **variables)
    assert "got False" in received
    assert SECRET not in received


def test_nobody_is_asked_where_there_is_no_terminal() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(does='person.show("Press Save.")')],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert "needed: A person has to do this: Press Save." in done.stdout
    assert "in a terminal" in done.stdout
