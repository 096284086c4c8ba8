"""Requests one address as fast as the server answers, over keep-alive connections with TLS.

The client is minimal on purpose: a slower one would limit the rate and measure itself.
"""

import asyncio
import ssl
import time
from dataclasses import dataclass
from http import HTTPStatus

import httptools
import uvloop

CONNECTIONS = 8


@dataclass(frozen=True)
class Load:
    answers: int
    seconds: float


def load(port: int, trust: ssl.SSLContext, path: str, headers: dict[str, str], seconds: float) -> Load:
    """Keep one request in flight on each of `CONNECTIONS` connections, without timing the handshakes.

    Raises:
        RuntimeError: an answer other than 200, or a closed connection.
    """
    lines = [f"GET {path} HTTP/1.1", f"Host: localhost:{port}", *(f"{name}: {headers[name]}" for name in headers)]
    request = ("\r\n".join(lines) + "\r\n\r\n").encode()
    return uvloop.run(_load(port, trust, request, seconds))


async def _load(port: int, trust: ssl.SSLContext, request: bytes, seconds: float) -> Load:
    loop = asyncio.get_running_loop()
    opened = [await loop.create_connection(_Connection, "localhost", port, ssl=trust) for _ in range(CONNECTIONS)]
    connections = [connection for _, connection in opened]
    begun = time.perf_counter()
    for connection in connections:
        connection.begin(request, begun + seconds)
    try:
        await asyncio.gather(*(connection.ended for connection in connections))
        elapsed = time.perf_counter() - begun
    finally:
        for transport, _ in opened:
            transport.close()
    return Load(sum(connection.answers for connection in connections), elapsed)


class _Connection(asyncio.Protocol):
    def __init__(self) -> None:
        self.answers = 0
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._parser = httptools.HttpResponseParser(self)
        self._request = b""
        self._until = 0.0
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]  # the base class of every transport is all that is typed

    def begin(self, request: bytes, until: float) -> None:
        self._request, self._until = request, until
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        if self._parser.get_status_code() != HTTPStatus.OK:
            self._end(f"the server answered {self._parser.get_status_code()}")
            return
        self.answers += 1
        if time.perf_counter() < self._until:
            self._transport.write(self._request)
        else:
            self._end()

    def connection_lost(self, _: Exception | None) -> None:
        self._end("the server closed a connection")

    def _end(self, error: str = "") -> None:
        if self.ended.done():
            return
        if error:
            self.ended.set_exception(RuntimeError(error))
        else:
            self.ended.set_result(None)
