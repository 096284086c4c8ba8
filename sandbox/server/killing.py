"""Ends a client in the middle of its work: at a chosen request, before the service sees it or before it is answered.

What a crashed pipeline leaves behind cannot be had by a refusal, after which a client tidies up. The order lies in a
file of the home, is carried out once, and takes effect while the server runs. Killed, a whole session dies, as a
container does: the engine gives each of its plugins a process group of its own, and one that outlived it would go on
asking. Interrupted, as ctrl-C does it, only what a terminal would reach gets the signal, and ends in its own time.
"""

import contextlib
import json
import os
import re
import signal
import subprocess
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sandbox.core.home import write_private
from sandbox.core.messages import ConnectionReset

Send = Callable[[Any], Awaitable[None]]


@dataclass(frozen=True)
class Order:
    session: int
    """Process ID of the session's leader, as `setsid` makes one."""
    at: int = 1
    """Which of the matching requests, counted from the moment of the order."""
    matching: str = ""
    """Regular expression for `METHOD /path`; matches anywhere in it."""
    answered: bool = False
    """The request is carried out and its answer lost; else it never reaches the service."""
    ending: int = signal.SIGKILL
    """SIGKILL, or SIGINT as ctrl-C."""

    def __post_init__(self) -> None:
        if self.session <= 1 or self.session == os.getsid(0) or self.at < 1:
            raise ValueError("give a session of its own (setsid) and count requests from 1")
        if self.ending not in (signal.SIGKILL, signal.SIGINT):
            raise ValueError("a client is ended by SIGKILL or by SIGINT")
        try:
            re.compile(self.matching)
        except re.error as error:
            raise ValueError(f"{self.matching!r} is not a regular expression ({error})") from None


class Killing:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = 0

    def order(self, order: Order) -> None:
        write_private(self._path, json.dumps(asdict(order)))

    def due(self, method: str, path: str) -> Order | None:
        """The order, if this request is the one it waits for; it is then taken away."""
        if not self._path.exists():
            self._seen = 0
            return None
        order = Order(**json.loads(self._path.read_text()))
        if not re.search(order.matching, f"{method} {path}"):
            return None
        self._seen += 1
        if self._seen < order.at:
            return None
        self._path.unlink()
        self._seen = 0
        return order


def end(session: int, ending: int = signal.SIGKILL) -> None:
    """End a session: kill every process of it, or press ctrl-C at its terminal."""
    if ending == signal.SIGKILL:
        _kill(session)
        return
    with contextlib.suppress(ProcessLookupError):
        os.killpg(session, ending)  # the leader's own group is the one that a terminal has in its foreground


def instead_of_answering(order: Order) -> Send:
    """Takes the place of the connection: the client has its signal before it reads a byte, and never gets an answer.

    Raises:
        ConnectionReset: the client has its signal already, and its request must not be carried out.
    """
    if not order.answered:
        end(order.session, order.ending)
        raise ConnectionReset

    async def send(_: Any) -> None:
        end(order.session, order.ending)
        raise ConnectionReset

    return send


def members(session: int) -> list[int]:
    """Process IDs of a session; the dead that nobody has waited for yet are not among them."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,stat="], capture_output=True, text=True, check=True).stdout
    alive = [line.split() for line in listed.splitlines()]
    return [int(pid) for pid, state, *_ in alive if not state.startswith("Z") and _session(int(pid)) == session]


def _kill(session: int) -> None:
    """Also those that are being started meanwhile; this process last."""
    while alive := members(session):
        for member in sorted(alive, key=os.getpid().__eq__):
            with contextlib.suppress(ProcessLookupError):
                os.kill(member, signal.SIGKILL)


def _session(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return None
