"""A whole sandbox as one ASGI application: Entra, Graph, Azure, SmartRecruiters and the request log.

The same object serves over TLS (`sandbox.server.serving`) and in-process, for instance under `httpx.ASGITransport`.
"""

import importlib
import time
import traceback
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from sandbox.api import urls
from sandbox.api.graph import Graph, no_version
from sandbox.azure.front import Azure
from sandbox.core.context import Context
from sandbox.core.home import Home
from sandbox.core.messages import ABORT, SMARTRECRUITERS_AGENT, ConnectionReset, Remark, Request, Response
from sandbox.directory.models import objects
from sandbox.graph.errors import GraphError
from sandbox.graph.faults import Draws
from sandbox.graph.routing import Router
from sandbox.graph.tenants import find
from sandbox.seed import creation
from sandbox.server import killing
from sandbox.server.request_log import RequestLog
from sandbox.sign_in import keys, oidc_issuer
from sandbox.sign_in.token_endpoint import TokenEndpoint
from sandbox.sign_in.tokens import Tokens
from sandbox.sign_in.urls import SignIn

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

_SMARTRECRUITERS = "/smartrecruiters"
_LARGEST_BODY = 4 * 1024 * 1024


class Sandbox:
    """One sandbox. Its clock is stopped until `clock.start()`."""

    def __init__(self, home: Home, base_url: str) -> None:
        store = creation.open_store(home)
        key = keys.load(home.signing_key)
        tokens = Tokens(store, key, base_url)
        draws = Draws()
        self.context = Context(home, store, creation.open_clock(home, store), base_url, self.issue_delegated_token)
        self._tokens = tokens
        issuer_key = keys.load(home.issuer_key)
        endpoint = TokenEndpoint(store, tokens, base_url, oidc_issuer.address(base_url), issuer_key)
        self._sign_in = SignIn(self.context, endpoint, key, draws, home.oidc_request_token.read_text())
        self._azure = Azure(self.context, tokens, draws)
        self._graph = Graph(self.context, Router(urls.ROUTES), tokens, draws)
        self._log = RequestLog(home.request_log)
        self._killing = killing.Killing(home.kill_order)
        self._smartrecruiters: Application | None = None

    def issue_delegated_token(self, tenant_id: str, user_principal_name: str) -> str:
        """A Graph token on behalf of a person, as `Context.issue_delegated_token` says."""
        now = self.context.clock.seconds()
        tenant = find(self.context.store, tenant_id)
        if tenant is None:
            raise LookupError(tenant_id)
        user = objects.by_key(self.context.store, tenant, "user", user_principal_name, now)
        if user is None or not user.body.get("accountEnabled", True):
            raise LookupError(user_principal_name)
        return self._tokens.issue_delegated(tenant, user, self.context.base_url, now)

    def write_session(self) -> None:
        """Sign SmartRecruiters' administrator in and write the session file: sessions expire."""
        importlib.import_module("sandbox.smartrecruiters").write_session(self.context, self.context.home.session)

    def close(self) -> None:
        self.context.clock.stop()
        self.context.store.close()
        self._log.close()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise ValueError(f"only HTTP is supported, not {scope['type']}")
        begun = time.perf_counter()
        # When it came, so that a client that waits after its answer is never logged as too early.
        at = self.context.clock.now().isoformat(timespec="milliseconds")
        remark = Remark()
        request = _request(scope)
        status: int | None = None
        try:
            # SmartRecruiters' own requests to Microsoft are not a client's.
            by_client = request.header("user-agent") != SMARTRECRUITERS_AGENT
            if by_client and (order := self._killing.due(request.method, request.raw_path)):
                send = killing.instead_of_answering(order)
            if request.raw_path.split("/", 2)[1:2] == [_SMARTRECRUITERS.strip("/")]:
                status = await self._settings_page(scope, receive, send)
                return
            response = await self._answer(request, receive, remark)
            status = response.status
            await _send(send, request, response)
        except ConnectionReset:
            abort = scope.get("extensions", {}).get(ABORT)
            if abort is None:
                raise
            abort()
        finally:
            milliseconds = (time.perf_counter() - begun) * 1000
            self._log.write(at, request, remark, status, milliseconds)

    async def _answer(self, request: Request, receive: Receive, remark: Remark) -> Response:
        try:
            request = await _with_body(request, receive)
            if request.raw_path.lower().startswith(("/v1.0", "/beta")):
                return await self._graph.answer(request, remark)
            if (azure := await self._azure.answer(request, remark)) is not None:
                return azure
            found = await self._sign_in.answer(request, remark)
            return found or self._graph.refuse(request, no_version(request.raw_path), remark)
        except ConnectionReset:
            raise
        except GraphError as error:
            return self._graph.refuse(request, error, remark)
        except Exception:  # noqa: BLE001 a defect here must look like the service's own, and be seen in the server's log
            traceback.print_exc()
            return self._graph.refuse(request, GraphError(500, "UnknownError", "The sandbox has a defect."), remark)

    async def _settings_page(self, scope: Message, receive: Receive, send: Send) -> int | None:
        """Hand over to SmartRecruiters, which is loaded when it is first asked for."""
        if self._smartrecruiters is None:
            self._smartrecruiters = importlib.import_module("sandbox.smartrecruiters").app(self.context)
        status: int | None = None

        async def remember(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        inner = {**scope, "root_path": scope.get("root_path", "") + _SMARTRECRUITERS}
        await self._smartrecruiters(inner, receive, remember)
        return status


def _request(scope: Message) -> Request:
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    raw_path = scope.get("raw_path") or scope["path"].encode()
    path: str = raw_path.partition(b"?")[0].decode("latin-1")
    return Request(scope["method"], path, scope["query_string"].decode("latin-1"), headers)


async def _with_body(request: Request, receive: Receive) -> Request:
    chunks: list[bytes] = []
    size = 0
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > _LARGEST_BODY:
            raise GraphError(413, "RequestEntityTooLarge", f"At most {_LARGEST_BODY} bytes are taken.")
        chunks.append(chunk)
        more = message.get("more_body", False)
    return Request(request.method, request.raw_path, request.raw_query, request.headers, b"".join(chunks))


async def _send(send: Send, request: Request, response: Response) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers.items()]
    if response.status != 204:
        headers.append((b"Content-Length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    body = b"" if request.method == "HEAD" else response.body
    await send({"type": "http.response.body", "body": body})
