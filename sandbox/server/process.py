"""Starts and stops the server as a process of its own, which the lock on the home's pid file identifies."""

import http.client
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from sandbox.core.certificates import client_context
from sandbox.core.home import Home
from sandbox.server.lock import running_pid

_START_SECONDS = 30.0
_STOP_SECONDS = 10.0
_LOOK_AGAIN_SECONDS = 0.02
_TAIL_LINES = 20


class ProcessTrouble(Exception):
    """The server did not start or stop; the message holds its last output."""


def start(home: Home, port: int | None) -> bool:
    """Start the server, make its home first if need be, and wait until it answers; False when it runs already.

    Args:
        port: None for the one last used.

    Raises:
        NotAHome: The folder holds something else.
        ProcessTrouble: It ended at once or did not answer within half a minute.
    """
    if running_pid(home) is not None:
        return False
    command = [sys.executable, "-P", "-m", "sandbox", "run", "--home", str(home.path)]
    if port is not None:
        command += ["--port", str(port)]
    if not home.exists:
        from sandbox.seed import creation  # costly to load

        creation.ensure(home)
    # `-P`: a folder `sandbox` in the current folder must not be mistaken for this package.
    search_path = [str(Path(__file__).resolve().parents[2]), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(search_path)}
    descriptor = os.open(home.server_log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as output:
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
    deadline = time.monotonic() + _START_SECONDS
    while not answers(home, process.pid):
        try:
            process.wait(_LOOK_AGAIN_SECONDS)
        except subprocess.TimeoutExpired:
            if time.monotonic() < deadline:
                continue
            process.terminate()
            process.wait()
            raise ProcessTrouble(f"the sandbox did not answer within {_START_SECONDS:g} s{_tail(home)}") from None
        raise ProcessTrouble(f"the sandbox did not start{_tail(home)}")
    return True


def stop(home: Home) -> bool:
    """Stop the server and wait until it is gone; False when none runs.

    Raises:
        ProcessTrouble: It did not end.
    """
    pid = running_pid(home)
    if pid is None:
        return False
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + _STOP_SECONDS
    while running_pid(home) == pid:
        if time.monotonic() > deadline:
            raise ProcessTrouble(f"process {pid} did not stop; its last output{_tail(home)}")
        time.sleep(_LOOK_AGAIN_SECONDS)
    return True


def answers(home: Home, pid: int) -> bool:
    """Whether this process serves the home, and answers."""
    if not home.exists or running_pid(home) != pid:
        return False
    connection = http.client.HTTPSConnection("localhost", home.port, timeout=2, context=client_context(home))
    try:
        connection.request("GET", "/metadata/endpoints?api-version=2022-09-01")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


def _tail(home: Home) -> str:
    said = home.server_log.read_text(errors="replace") if home.server_log.exists() else ""
    lines = said.splitlines()[-_TAIL_LINES:]
    return ":\n" + "\n".join(f"  {line}" for line in lines) if lines else ", without any output"
