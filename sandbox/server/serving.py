"""Serves a sandbox over TLS, in the foreground, on the loopback interface by default.

One process, one event loop.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvloop
from uvicorn import Config, Server
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from sandbox.core import certificates
from sandbox.core.home import Home, write_private
from sandbox.core.messages import ABORT
from sandbox.server.application import Sandbox
from sandbox.server.lock import CannotServe, locked

HOST = "127.0.0.1"
WARNING = "This sandbox is for tests only: never expose it, never give it real credentials."
_MARK_SECONDS = 2.0


class CuttableProtocol(HttpToolsProtocol):
    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {ABORT: self.transport.abort}  # type: ignore[dict-item]  # ours alone


def run(home: Home, port: int, host: str = HOST, *, beyond_loopback: bool = False, announce: str = "") -> None:
    """Serve until SIGINT or SIGTERM.

    Args:
        port: 0 picks a free one. It is remembered in the home.
        beyond_loopback: Allow a `host` that other machines can reach.

    Raises:
        CannotServe: The port is busy, another server runs in this home, or `host` is not on the loopback interface.
    """
    if not beyond_loopback and not _is_loopback(host):
        raise CannotServe(
            f"{host} can be reached from other machines, and everyone who can reach a sandbox is an administrator of "
            "it. To allow it, add --beyond-loopback."
        )
    with locked(home), _listening(host, port) as listener:
        port = listener.getsockname()[1]
        write_private(home.port_file, f"{port}\n")
        sandbox = Sandbox(home, f"https://localhost:{port}")
        try:
            sandbox.write_session()
            sandbox.context.clock.start()
            print(f"Sandbox on https://localhost:{port}, home {home.path}\n{WARNING}\n{announce}".rstrip(), flush=True)
            uvloop.run(_serve(sandbox, listener))
        finally:
            sandbox.close()


async def _serve(sandbox: Sandbox, listener: socket.socket) -> None:
    config = Config(
        sandbox,
        http=CuttableProtocol,
        loop="none",
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=3,
    )
    config.load()
    config.ssl = certificates.server_context(sandbox.context.home)
    marking = asyncio.create_task(_mark(sandbox))
    try:
        await Server(config).serve([listener])
    finally:
        marking.cancel()


async def _mark(sandbox: Sandbox) -> None:
    """Remember the time now and then, so that a killed server does not fall behind what clients saw."""
    while True:
        await asyncio.sleep(_MARK_SECONDS)
        sandbox.context.clock.mark()


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen(512)
        except OSError as error:
            raise CannotServe(f"port {port} cannot be used ({error.strerror}): choose another with --port") from error
        yield listener


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
