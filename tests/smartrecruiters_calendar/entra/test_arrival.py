"""An answer that has begun arrives in time, whichever part of it drips; until it begins, no time is counted."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import httpx
import pytest
from azure.core.rest import HttpRequest

from smartrecruiters_calendar.entra import arrival
from smartrecruiters_calendar.entra.client import client
from smartrecruiters_calendar.entra.entra_transport import EntraTransport
from smartrecruiters_calendar.outcome import Stopped

WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK"


@contextmanager
def answering(answer: bytes) -> Iterator[str]:
    """A server that answers each request with these bytes, and keeps the connection open whatever they are."""

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            while connection.recv(64 * 1024):
                connection.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = threading.Thread(target=serve)
        server.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        server.join()


def ask_by_httpx(*urls: str) -> None:
    with client({}, timeout=5.0) as opened:
        for url in urls:
            opened.get(url)


def ask_by_azure_identity(*urls: str) -> None:
    with closing(EntraTransport()) as transport:
        for url in urls:
            transport.send(HttpRequest("GET", url))


CLIENTS = pytest.mark.parametrize("ask", [ask_by_httpx, ask_by_azure_identity])


@CLIENTS
@pytest.mark.parametrize(
    "begun",
    [
        b"H",
        b"HTTP/1.1 200 OK\r\nX-Drip: ",
        b"HTTP/1.1 103 Early Hints\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;extension=",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n0\r\nX-Drip: ",
    ],
    ids=["status", "headers", "hints", "body", "chunk", "trailers"],
)
def test_an_answer_that_drips_is_given_up_wherever_it_does(
    begun: bytes, ask: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrival, "LONGEST_SECONDS", -1.0)
    with answering(begun) as url, pytest.raises((httpx.DecodingError, Stopped), match="not arrived after"):
        ask(url)


@CLIENTS
def test_each_answer_of_a_connection_has_a_time_of_its_own_from_its_first_part(
    ask: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrival, "LONGEST_SECONDS", -1.0)
    with answering(WHOLE) as url:
        ask(url, url)
