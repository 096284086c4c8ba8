"""An answer that never comes: the connection is cut instead."""

from collections.abc import Callable
from typing import Final

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from sandbox.core.messages import ABORT


class ConnectionCut(Response):
    """Cuts the connection, and ends when the server has noticed."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        abort: Callable[[], None] = scope["extensions"][ABORT]
        abort()
        # Returning before the server knows would make it answer 500 for the missing answer.
        while (await receive())["type"] != _GONE:
            pass


_GONE: Final = "http.disconnect"
