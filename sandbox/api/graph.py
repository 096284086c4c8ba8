"""Microsoft Graph from the outside: who calls, which route, may they, what it costs to be slow, and the form of every
answer.

It knows no resource; those are behind the routes of `sandbox.api.urls`.
"""

import asyncio
import inspect
import json
import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import unquote

from sandbox.core.context import Context
from sandbox.core.messages import ConnectionReset, Remark, Request, Response, encode
from sandbox.graph import faults, microsoft_graph
from sandbox.graph.errors import GraphError, bad_request
from sandbox.graph.faults import Draws, Faults
from sandbox.graph.routing import Call, Caller, Reply, Route, Router
from sandbox.graph.tenants import Tenant
from sandbox.odata import ODataError
from sandbox.sign_in.tokens import Tokens

_JSON = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
_DIAGNOSTIC = json.dumps(
    {"ServerInfo": {"DataCenter": "Sandbox", "Slice": "E", "Ring": "0", "ScaleUnit": "000", "RoleInstance": "SANDBOX"}}
)
_REQUEST_ID = re.compile(r"[\x21-\x7e]{1,128}")
_CHANGED_OBJECTS = ("application", "servicePrincipal")
_CHANGING_ACTIONS = ("/addPassword", "/removePassword")
"""By POST; a grant or an owner is an object of its own, and several may be added at once."""


class _Sender(NamedTuple):
    tenant: Tenant
    caller: Caller
    request_id: str
    headers: Mapping[str, str]
    now: float


class Graph:
    def __init__(self, context: Context, router: Router, tokens: Tokens, draws: Draws) -> None:
        self._context = context
        self._router = router
        self._tokens = tokens
        self._draws = draws
        self._under_way: set[tuple[int, str]] = set()

    async def answer(self, request: Request, remark: Remark) -> Response:
        """Answer a request whose path begins with `/v1.0` or `/beta`.

        Raises:
            ConnectionReset: A fault wants the connection cut.
        """
        request_id = str(uuid.uuid4())
        client_request_id = request.header("client-request-id")
        if not _REQUEST_ID.fullmatch(client_request_id):
            client_request_id = request_id
        now = self._context.clock.seconds()
        try:
            tenant, caller = self._tokens.caller(request.header("authorization"), now)
            remark.tenant, remark.app_id = tenant.id, caller.app_id
            sender = _Sender(tenant, caller, request_id, request.headers, now)
            _, version, path = request.raw_path.split("/", 2) if request.raw_path.count("/") > 1 else ("", "", "")
            reply = await self._run(sender, request.method, version, f"/{path}", request, remark)
        except GraphError as error:
            reply = self._refusal(error, request_id, client_request_id, remark)
        headers = {
            "Cache-Control": "no-cache",
            "request-id": request_id,
            "client-request-id": client_request_id,
            "x-ms-ags-diagnostic": _DIAGNOSTIC,
        }
        if isinstance(reply.body, str):
            return Response(
                reply.status, reply.body.encode(), {**headers, "Content-Type": "text/plain", **reply.headers}
            )
        if reply.status < 400:
            headers["x-ms-resource-unit"] = _cost(request)
        if reply.body is None:
            return Response(reply.status, b"", headers | reply.headers)
        headers["Vary"] = "Accept-Encoding"
        if reply.status < 400:
            headers |= {"Content-Type": _JSON, "OData-Version": "4.0"}
        return Response(reply.status, encode(reply.body), headers | reply.headers)

    def refuse(self, request: Request, error: GraphError, remark: Remark) -> Response:
        request_id = str(uuid.uuid4())
        reply = self._refusal(error, request_id, request_id, remark)
        return Response(reply.status, encode(reply.body), {"request-id": request_id, **reply.headers})

    async def _run(
        self, sender: _Sender, method: str, version: str, raw_path: str, request: Request, remark: Remark
    ) -> Reply:
        """Run one request of a known sender: an outer one, or one inside a `$batch`."""
        match = self._router.match(version.lower(), method, raw_path)
        route = match.route
        remark.route = route.template
        call = Call(
            context=self._context,
            tenant=sender.tenant,
            caller=sender.caller,
            method=method,
            version=version.lower(),
            path=unquote(raw_path),
            keys=match.keys,
            query=request.query,
            headers=request.headers,
            body=request.body,
            request_id=sender.request_id,
            now=datetime.fromtimestamp(sender.now, UTC),
            faults=faults.of(self._context.store, sender.tenant),
            dispatch=lambda *inner: self._dispatch(sender, version, *inner),
        )
        object_id = next((call.value(name) for name in _CHANGED_OBJECTS if name in call.keys), "")
        changes = method in ("PATCH", "DELETE") or route.template.endswith(_CHANGING_ACTIONS)
        changing = (sender.tenant.number, object_id) if changes and object_id else None
        if call.faults.conflict and changing in self._under_way:
            raise _conflict()
        if changing:
            self._under_way.add(changing)
        try:
            if not route.is_batch:
                await self._inject_faults(call, route, remark)
            if changing and self._draws.conflicts(sender.tenant, call.faults, f"{method} {route.template}"):
                remark.fault = "conflict"
                raise _conflict()
            route.permissions.check(sender.caller)
            return await self._handle(call, route)
        except ODataError as error:
            raise GraphError(error.status, error.code, error.message, not_emulated=error.not_emulated) from error
        finally:
            self._under_way.discard(changing or (0, ""))

    async def _handle(self, call: Call, route: Route) -> Reply:
        if call.method == "GET" or route.is_batch:
            outcome = route.handler(call)
            return await outcome if inspect.isawaitable(outcome) else outcome
        with call.store.transaction():
            outcome = route.handler(call)
            if inspect.isawaitable(outcome):
                raise TypeError(f"{route.template}: only $batch may be a coroutine")
            self._context.clock.mark()
            return outcome

    async def _inject_faults(self, call: Call, route: Route, remark: Remark) -> None:
        request = f"{call.method} {route.template}"
        if call.faults.latency_ms and faults.applies(call.faults, request):
            await asyncio.sleep(call.faults.latency_ms / 1000)
        remark.fault = self._draws.draw(call.tenant, call.faults, request) or None
        if remark.fault == "reset":
            raise ConnectionReset
        if remark.fault == "throttled":
            raise _throttled(call.tenant, call.caller, call.faults)
        if remark.fault == "unavailable":
            raise GraphError(
                503,
                "ServiceUnavailable",
                "The service is temporarily unavailable.",
                headers=faults.retry_after(call.faults),
            )

    async def _dispatch(
        self, sender: _Sender, version: str, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> Reply:
        raw_path, _, raw_query = url.partition("?")
        given = {name.lower(): value for name, value in headers.items()}
        inner = Request(method, raw_path, raw_query, given, body)
        remark = Remark()
        try:
            return await self._run(sender, method, version, f"/{raw_path.lstrip('/')}", inner, remark)
        except GraphError as error:
            return self._refusal(error, sender.request_id, sender.request_id, remark)

    def _refusal(self, error: GraphError, request_id: str, client_request_id: str, remark: Remark) -> Reply:
        remark.code = error.code
        remark.not_emulated = remark.not_emulated or error.not_emulated
        inside: dict[str, Any] = {"code": error.code, "message": error.message}
        if error.details is not None:
            inside["details"] = error.details
        inside["innerError"] = {
            "date": self._context.clock.now().strftime("%Y-%m-%dT%H:%M:%S"),
            "request-id": request_id,
            "client-request-id": client_request_id,
        }
        headers = {"Content-Type": "application/json", **error.headers}
        if error.status == 401:
            headers["WWW-Authenticate"] = (
                f'Bearer realm="", authorization_uri="{self._context.base_url}/common/oauth2/authorize", '
                f'client_id="{microsoft_graph.APP_ID}"'
            )
        return Reply(error.status, {"error": inside}, headers)


def _cost(request: Request) -> str:
    """Resource units (learn.microsoft.com/graph/throttling-limits): reads 2, writes 1, `$select` saves one."""
    if request.method != "GET":
        return "1"
    return "1" if "select=" in request.raw_query else "2"


def _throttled(tenant: Tenant, caller: Caller, switched: Faults) -> GraphError:
    # Whether the directory says TooManyRequests or Request_ThrottledTemporarily is not confirmed.
    return GraphError(
        429,
        "TooManyRequests",
        "Too many requests. Please retry after the interval given in the Retry-After header.",
        headers={
            **faults.retry_after(switched),
            "x-ms-throttle-scope": f"Tenant_Application/ReadWrite/{caller.app_id}/{tenant.id}",
            "x-ms-throttle-information": "ResourceUnitLimitExceeded",
        },
    )


def _conflict() -> GraphError:
    return GraphError(
        409, "Directory_ConcurrencyViolation", "Directory has encountered concurrency violation. Please retry."
    )


def no_version(raw_path: str) -> GraphError:
    """400 for a path outside every version of Graph and every other part of the sandbox."""
    version = raw_path.split("/")[1] if raw_path.startswith("/") else raw_path
    error = bad_request(f"Invalid version: {version}", code="BadRequest")
    error.not_emulated = True
    return error
