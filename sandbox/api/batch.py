"""`POST /$batch`: up to 20 requests in one, each authorised, delayed and answered on its own.

Inner requests run at the same time, except that one mailbox serves four of them at a time (Outlook's documented
concurrency) and that a request waits for those it depends on. Answers come in the order in which requests could begin.
"""

import asyncio
import base64
import binascii
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sandbox.graph.errors import GraphError
from sandbox.graph.routing import Call, Reply

MAX_REQUESTS = 20
AT_ONCE_PER_MAILBOX = 4
_METHODS = frozenset({"GET", "POST", "PATCH", "PUT", "DELETE"})
_JSON = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"


@dataclass(frozen=True)
class Inner:
    id: str
    method: str
    url: str
    """Relative to the version, beginning with a slash."""
    headers: Mapping[str, str]
    body: bytes
    depends_on: tuple[str, ...]


async def run_batch(call: Call) -> Reply:
    requests = read_batch(call.json())
    places: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(AT_ONCE_PER_MAILBOX))
    done: dict[str, asyncio.Task[Reply]] = {}

    async def run(inner: Inner) -> Reply:
        for other in inner.depends_on:
            if (await done[other]).status >= 400:
                return _failed_dependency()
        async with places[mailbox_named_by(inner.url) or inner.id]:
            return await call.dispatch(inner.method, inner.url, inner.headers, inner.body)

    try:
        async with asyncio.TaskGroup() as group:
            for inner in requests:  # read_batch puts what is depended on first
                done[inner.id.lower()] = group.create_task(run(inner))
    except BaseExceptionGroup as failures:  # what cuts one inner request off cuts the batch off
        raise failures.exceptions[0] from failures
    return Reply(200, {"responses": [_answer(inner.id, done[inner.id.lower()].result()) for inner in requests]})


def read_batch(body: Mapping[str, Any]) -> list[Inner]:
    """Check a batch and return its requests, each after those it depends on.

    Raises:
        GraphError: 400 for the whole batch.
    """
    items = body.get("requests")
    if not isinstance(items, list) or not items:
        raise _bad_batch("Invalid batch payload format.")
    if len(items) > MAX_REQUESTS:
        raise _bad_batch(f"Number of batch request steps exceeds the maximum value of {MAX_REQUESTS}.")
    requests: dict[str, Inner] = {}
    for item in items:
        inner = _read_inner(item)
        if inner.id.lower() in requests:
            raise _bad_batch(f"Request Id : {inner.id} has to be unique in a batch.")
        requests[inner.id.lower()] = inner
    return _in_order(requests)


def mailbox_named_by(url: str) -> str | None:
    """Return which mailbox a request is about, or None when it is about none."""
    segments = urlsplit(url).path.strip("/").lower().split("/")
    exchange = (
        len(segments) > 2 and segments[0] == "users" and segments[2].startswith(("calendar", "events", "mailbox"))
    )
    return segments[1] if exchange else None


def _read_inner(item: Any) -> Inner:
    if not isinstance(item, dict):
        raise _bad_batch("Invalid batch payload format.")
    identifier, method, url = item.get("id"), item.get("method"), item.get("url")
    if not isinstance(identifier, str) or not identifier:
        raise _bad_batch("Invalid batch payload format. Every request has an 'id'.")
    if not isinstance(method, str) or method.upper() not in _METHODS:
        raise _bad_batch(f"Invalid batch payload format. Request Id : {identifier} has no valid 'method'.")
    if not isinstance(url, str) or not _is_relative(url):
        raise _bad_batch(f"Invalid batch payload format. Request Id : {identifier} has no valid 'url'.")
    headers = item.get("headers") or {}
    if not isinstance(headers, dict) or not all(isinstance(value, str) for value in headers.values()):
        raise _bad_batch(f"Invalid batch payload format. Request Id : {identifier} has invalid 'headers'.")
    lowered = {name.lower(): value for name, value in headers.items()}
    if lowered.keys() & {"authorization", "host", "content-length"}:
        raise _bad_batch(f"Request Id : {identifier} has headers that only the batch itself may carry.")
    depends_on = item.get("dependsOn") or []
    if not isinstance(depends_on, list) or not all(isinstance(other, str) for other in depends_on):
        raise _bad_batch(f"Invalid batch payload format. Request Id : {identifier} has an invalid 'dependsOn'.")
    return Inner(
        identifier,
        method.upper(),
        "/" + url.lstrip("/"),
        lowered,
        _read_body(item.get("body"), lowered, identifier),
        tuple(other.lower() for other in depends_on),
    )


def _is_relative(url: str) -> bool:
    try:
        parts = urlsplit(url)
        url.encode()
    except ValueError:  # UnicodeEncodeError, for half a surrogate pair, is one
        return False
    return bool(url) and not parts.scheme and not parts.netloc and parts.path.strip("/").lower() not in ("", "$batch")


def _read_body(body: Any, headers: Mapping[str, str], identifier: str) -> bytes:
    if body is None:
        return b""
    if "content-type" not in headers:
        raise _bad_batch(f"Write request id : {identifier} does not contain Content-Type header or body.")
    if not isinstance(body, str):
        return json.dumps(body).encode()
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        raise _bad_batch(f"Request Id : {identifier} has a body that is neither JSON nor base64.") from None


def _in_order(requests: dict[str, Inner]) -> list[Inner]:
    ordered: dict[str, Inner] = {}
    waiting = dict(requests)
    while waiting:
        ready = [key for key, inner in waiting.items() if all(other in ordered for other in inner.depends_on)]
        if not ready:
            raise _bad_batch("A request depends on one that is not in the batch, or on itself.")
        for key in ready:
            ordered[key] = waiting.pop(key)
    return [ordered[key] for key in ordered]


def _bad_batch(message: str) -> GraphError:
    return GraphError(400, "BadRequest", message)


def _failed_dependency() -> Reply:
    return Reply(
        424,
        {"error": {"code": "FailedDependency", "message": "Request failed because of a failure in its dependency."}},
    )


def _answer(identifier: str, reply: Reply) -> dict[str, Any]:
    headers = dict(reply.headers)
    body: Any = reply.body
    if isinstance(body, str):
        headers.setdefault("Content-Type", "text/plain")
        body = base64.b64encode(body.encode()).decode()
    elif body is not None:
        headers.setdefault("Content-Type", _JSON if reply.status < 400 else "application/json")
    answer: dict[str, Any] = {"id": identifier, "status": reply.status, "headers": headers}
    if body is not None:
        answer["body"] = body
    return answer
