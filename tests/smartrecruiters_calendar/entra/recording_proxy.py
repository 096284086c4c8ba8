"""A proxy that writes down what it is asked for and refuses it."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

_REFUSAL = b"HTTP/1.1 403 Refused by a test\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@dataclass
class RecordingProxy:
    port: int
    asked_for: list[str] = field(default_factory=list)
    """First lines of the requests, such as `CONNECT graph.example:443 HTTP/1.1`."""
    signed_in: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def recording_proxy() -> Iterator[RecordingProxy]:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            lines = iter(self.rfile.readline, b"")
            proxy.asked_for.append(next(lines, b"").decode("latin-1").strip())
            for line in lines:
                if line.lower().startswith(b"proxy-authorization:"):
                    proxy.signed_in.append(line.decode("latin-1").split()[-1])
                if not line.strip():
                    break
            self.wfile.write(_REFUSAL)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        proxy = RecordingProxy(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield proxy
        finally:
            server.shutdown()
            thread.join()
