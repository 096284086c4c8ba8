"""The sandbox's baseline: the same server, event loop and TLS, with a constant answer, no store and no log.

The ratio to it is the cost of the sandbox itself.
"""

import json
import socket
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

import uvloop
from uvicorn import Config, Server

Message = MutableMapping[str, Any]

BODY = json.dumps({"id": "0" * 36, "notes": "x" * 1400}).encode()
"""About as long as an application."""
_HEADERS = [(b"content-type", b"application/json"), (b"content-length", str(len(BODY)).encode())]


async def app(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
    await send({"type": "http.response.body", "body": BODY})


def main(certificate: Path) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        print(f"Bare server on https://localhost:{listener.getsockname()[1]}", flush=True)
        config = Config(
            app,
            http="httptools",
            loop="none",
            ws="none",
            lifespan="off",
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=3,
            ssl_certfile=certificate,
        )
        uvloop.run(Server(config).serve([listener]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
