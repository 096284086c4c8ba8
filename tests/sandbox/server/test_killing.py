"""A client dies at exactly the request it was ordered to die at, before or after that took effect."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from typer.testing import CliRunner

from sandbox.cli.app import app
from sandbox.core.home import Home
from sandbox.core.messages import SMARTRECRUITERS_AGENT, ConnectionReset
from sandbox.server.killing import Killing, Order, end
from tests.sandbox.in_process import InProcess

_CHILD_IN_A_GROUP_OF_ITS_OWN = (
    "import subprocess, sys, time;"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], process_group=0);"
    "print(child.pid, flush=True); time.sleep(600)"
)


@pytest.fixture
def client() -> Iterator[subprocess.Popen[str]]:
    """A process in a session of its own that only waits."""
    process = subprocess.Popen(
        [sys.executable, "-c", _CHILD_IN_A_GROUP_OF_ITS_OWN], stdout=subprocess.PIPE, start_new_session=True, text=True
    )
    yield process
    end(process.pid)  # with its child, if there is one by now, which holds the pipe open
    process.communicate()


def order(entra: InProcess, order: Order) -> None:
    Killing(entra.home.kill_order).order(order)


def names(entra: InProcess) -> list[str]:
    found = entra.caller("Application.Read.All").get("/applications?$filter=displayName eq 'Tried'").json()["value"]
    return [application["displayName"] for application in found]


@pytest.mark.parametrize("answered", [False, True])
def test_the_request_takes_effect_only_if_its_answer_is_what_gets_lost(
    entra: InProcess, client: subprocess.Popen[str], answered: bool
) -> None:
    caller = entra.caller("Application.ReadWrite.OwnedBy")
    order(entra, Order(client.pid, matching="POST /v1.0/applications$", answered=answered))
    caller.get("/applications")
    assert client.poll() is None
    with pytest.raises((ConnectionReset, AssertionError)):
        caller.send("POST", "/applications", {"displayName": "Tried"})
    assert client.wait(10) == -signal.SIGKILL
    assert names(entra) == (["Tried"] if answered else [])


def test_everything_the_client_started_dies_with_it(entra: InProcess, client: subprocess.Popen[str]) -> None:
    assert client.stdout is not None
    child = int(client.stdout.readline())
    order(entra, Order(client.pid))
    with pytest.raises(ConnectionReset):
        entra.request("GET", "/metadata/endpoints")
    client.wait(10)
    assert not _alive(child)


def test_requests_are_counted_from_the_order_and_it_is_carried_out_once(
    entra: InProcess, client: subprocess.Popen[str]
) -> None:
    entra.request("GET", "/metadata/endpoints")
    order(entra, Order(client.pid, at=2))
    entra.request("GET", "/metadata/endpoints")
    assert client.poll() is None
    with pytest.raises(ConnectionReset):
        entra.request("GET", "/metadata/endpoints")
    assert client.wait(10) == -signal.SIGKILL
    assert entra.request("GET", "/metadata/endpoints?api-version=2022-09-01").status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"session": 1},
        {"session": os.getsid(0)},
        {"session": 7, "at": 0},
        {"session": 7, "matching": "("},
        {"session": 7, "ending": signal.SIGTERM},
    ],
)
def test_an_order_that_would_hit_others_or_nobody_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"session|regular expression|SIGINT"):
        Order(**wrong)


@pytest.mark.parametrize("answered", [False, True])
def test_ctrl_c_reaches_only_the_group_in_the_foreground_and_the_answer_never_comes(
    entra: InProcess, client: subprocess.Popen[str], answered: bool
) -> None:
    assert client.stdout is not None
    child_in_a_group_of_its_own = int(client.stdout.readline())
    caller = entra.caller("Application.ReadWrite.OwnedBy")
    order(entra, Order(client.pid, answered=answered, ending=signal.SIGINT))
    with pytest.raises(ConnectionReset):
        caller.send("POST", "/applications", {"displayName": "Tried"})
    assert client.wait(10) == -signal.SIGINT
    assert _alive(child_in_a_group_of_its_own)
    os.kill(child_in_a_group_of_its_own, signal.SIGKILL)
    assert names(entra) == (["Tried"] if answered else [])


def test_what_smartrecruiters_asks_of_microsoft_is_no_request_of_a_client(
    entra: InProcess, client: subprocess.Popen[str]
) -> None:
    order(entra, Order(client.pid))
    entra.request("GET", "/metadata/endpoints?api-version=2022-09-01", headers={"User-Agent": SMARTRECRUITERS_AGENT})
    assert client.poll() is None


def _alive(pid: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(state.strip()) and not state.startswith("Z")


def test_the_command_gives_the_order(home: Home) -> None:
    done = CliRunner().invoke(
        app, ["fault", "kill", "--home", str(home.path), "--session", "7777777", "--matching", "^POST ", "--answered"]
    )
    assert (done.exit_code, done.stdout) == (0, "Session 7777777 dies at request 1 that matches ^POST .\n")
    assert Killing(home.kill_order).due("GET", "/") is None
    assert Killing(home.kill_order).due("POST", "/") == Order(7777777, matching="^POST ", answered=True)
    assert Killing(home.kill_order).due("POST", "/") is None


def test_the_command_orders_a_ctrl_c(home: Home) -> None:
    done = CliRunner().invoke(app, ["fault", "kill", "--home", str(home.path), "--session", "7777777", "--ctrl-c"])
    assert (done.exit_code, done.stdout) == (0, "Session 7777777 is interrupted at request 1.\n")
    assert Killing(home.kill_order).due("GET", "/") == Order(7777777, ending=signal.SIGINT)


def test_the_command_refuses_what_cannot_be_carried_out(home: Home) -> None:
    done = CliRunner().invoke(app, ["fault", "kill", "--home", str(home.path), "--session", "1"])
    assert done.exit_code == 2
    assert "a session of its own" in done.stderr
