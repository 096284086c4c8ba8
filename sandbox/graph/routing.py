"""Routes of Microsoft Graph, the match of a request to one of them, and what a handler gets and gives.

It knows no single resource. `sandbox.api.urls` describes how to register a route.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import Any, NamedTuple
from urllib.parse import unquote

from sandbox.core import json_bodies
from sandbox.core.context import Context
from sandbox.core.store import Store
from sandbox.graph.errors import GraphError, access_denied, bad_request, method_not_allowed, unknown_segment
from sandbox.graph.faults import Faults
from sandbox.graph.tenants import Tenant

V1 = ("v1.0",)
BETA = ("beta",)
BOTH = ("v1.0", "beta")


class Grade(Enum):
    """How certain it is that the real service answers like this, the most certain first.

    The first two are not written at a route: `sandbox.api.evidence` has them, with what shows them.
    """

    RECORDED = "recorded: a real Microsoft response has this shape"
    MEASURED = "measured: a real client library was satisfied by this answer"
    DOCUMENTED = "documented by Microsoft"
    CLIENT = "read from client source code"
    SIGHTED = "seen in an issue thread or community material"
    GUESS = "a guess: not confirmed anywhere"


@dataclass(frozen=True)
class Permissions:
    application: tuple[str, ...] = ()
    """Application permissions; one of them is enough."""
    also_one_of: tuple[str, ...] = ()
    """Further application permissions, of which the caller needs one as well."""
    delegated_one_of: tuple[str, ...] = ()
    """Delegated permissions; one is enough. Empty: no token on behalf of a person is accepted."""
    anyone: bool = False
    """Any valid app-only token will do."""
    handler_decides: bool = False
    """`application` documents what the handler checks; nothing is checked before it."""
    refusal: Callable[[], GraphError] = access_denied
    """The error for a caller without permission."""

    def also(self, *names: str) -> "Permissions":
        """Ask for one of `names` on top."""
        return replace(self, also_one_of=names)

    def delegated(self, *names: str) -> "Permissions":
        """Accept tokens on behalf of a person that carry one of `names`."""
        return replace(self, delegated_one_of=names)

    def refusing(self, refusal: Callable[[], GraphError]) -> "Permissions":
        return replace(self, refusal=refusal)

    def check(self, caller: "Caller") -> None:
        if self.handler_decides:
            return
        if caller.idtyp == "user":
            if not caller.has_scope(*self.delegated_one_of):
                raise self.refusal()
            return
        if self.anyone:
            return
        if not caller.has_role(*self.application) or (self.also_one_of and not caller.has_role(*self.also_one_of)):
            raise self.refusal()


OPEN = Permissions(anyone=True)


def allow(*names: str) -> Permissions:
    """One of the application permissions `names` is needed."""
    return Permissions(application=names)


def by_handler(*names: str) -> Permissions:
    """The handler itself enforces `names`, because more than the token's roles decides."""
    return Permissions(application=names, handler_decides=True)


@dataclass(frozen=True)
class Caller:
    app_id: str
    """Client ID of the application."""
    oid: str
    """Object id of the service principal, or of the person for a delegated token."""
    roles: frozenset[str]
    """Application permissions, frozen when the token was issued."""
    idtyp: str
    """`app`, or `user` for a token on behalf of a person."""
    scopes: frozenset[str] = frozenset()
    """Delegated permissions; only with `idtyp` `user`."""
    user_principal_name: str | None = None
    """Only with `idtyp` `user`."""

    def has_role(self, *names: str) -> bool:
        return any(name in self.roles for name in names)

    def has_scope(self, *names: str) -> bool:
        return any(name in self.scopes for name in names)


class Key(NamedTuple):
    by: str
    """`id`, or the name of an alternate key such as `appId`."""
    value: str


@dataclass
class Reply:
    status: int
    body: dict[str, Any] | str | None = None
    """A JSON object; text for `text/plain` (`/$count`); nothing."""
    headers: dict[str, str] = field(default_factory=dict)


Dispatch = Callable[[str, str, Mapping[str, str], bytes], Awaitable[Reply]]


@dataclass
class Call:
    context: Context
    tenant: Tenant
    caller: Caller
    method: str
    version: str
    """`v1.0` or `beta`."""
    path: str
    """Decoded, without the version, beginning with a slash."""
    keys: dict[str, Key]
    query: tuple[tuple[str, str], ...]
    """The decoded query string, as `sandbox.odata.read_options` takes it."""
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    request_id: str
    now: datetime
    """Sandbox time, UTC."""
    faults: Faults
    """The tenant's faults; handlers that write use the lags."""
    dispatch: Dispatch
    """Runs another request for the same caller: `(method, url relative to the version, headers, body)`."""

    @property
    def store(self) -> Store:
        return self.context.store

    @property
    def seconds(self) -> float:
        return self.now.timestamp()

    def key(self, name: str) -> Key:
        return self.keys[name]

    def value(self, name: str) -> str:
        return self.keys[name].value

    def header(self, name: str) -> str:
        return self.headers.get(name.lower(), "")

    def url(self, path: str) -> str:
        """The absolute address of `path` (which begins with a slash) in the version that was asked."""
        return f"{self.context.base_url}/{self.version}{path}"

    def json(self) -> dict[str, Any]:
        """The request's body.

        Raises:
            GraphError: 400 when it is not a JSON object.
        """
        media_type = self.header("content-type").partition(";")[0].strip().lower()
        if self.body and media_type and media_type != "application/json" and not media_type.endswith("+json"):
            raise bad_request("Entity only allows writes with a JSON Content-Type header.", code="RequestBodyRead")
        try:
            document = json_bodies.parsed(self.body)
        except ValueError as error:
            raise bad_request(
                "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid "
                "JSON format.",
                code="BadRequest",
            ) from error
        if not isinstance(document, dict):
            raise bad_request("Empty Payload. JSON content expected.", code="BadRequest")
        return document


Handler = Callable[[Call], Reply] | Callable[[Call], Awaitable[Reply]]


@dataclass(frozen=True)
class Route:
    method: str
    template: str
    handler: Handler
    permissions: Permissions
    grade: Grade
    versions: tuple[str, ...] = V1
    note: str = ""

    @property
    def is_batch(self) -> bool:
        """Whether it runs other requests, to which faults and transactions then apply."""
        return self.template == "/$batch"


class Match(NamedTuple):
    route: Route
    keys: dict[str, Key]


_FUNCTION = re.compile(
    r"(microsoft\.graph\.|graph\.)?(delta|getAvailableExtensionProperties|validateProperties)(\(.*\))?", re.IGNORECASE
)
"""Functions and actions of collections, which would otherwise be taken for an object's ID and be *not found*."""
_KEYED = re.compile(r"(?P<name>[^()]+)\((?:(?P<by>\w+)=)?'(?P<value>.*)'\)", re.DOTALL)
_PARAMETER = re.compile(r"\{(?P<name>\w+)(?::(?P<alternates>[\w|]+))?\}")


class _Node:
    def __init__(self) -> None:
        self.literals: dict[str, _Node] = {}
        self.parameter: _Node | None = None
        self.name = ""
        self.alternates: frozenset[str] = frozenset()
        self.routes: dict[str, Route] = {}


class Router:
    def __init__(self, routes: Iterable[Route]) -> None:
        self.routes = tuple(routes)
        self._roots: dict[str, _Node] = {}
        for route in self.routes:
            for version in route.versions:
                self._add(self._roots.setdefault(version, _Node()), route)

    def _add(self, root: _Node, route: Route) -> None:
        node = root
        for segment in route.template.strip("/").split("/"):
            parameter = _PARAMETER.fullmatch(segment)
            if parameter is None:
                node = node.literals.setdefault(segment.lower(), _Node())
                continue
            node.parameter = node.parameter or _Node()
            child = node.parameter
            if child.name not in ("", parameter["name"]):
                raise ValueError(f"{route.template}: this position is already called {{{child.name}}}")
            child.name = parameter["name"]
            child.alternates |= frozenset((parameter["alternates"] or "").split("|")) - {""}
            node = child
        if route.method in node.routes:
            raise ValueError(f"two routes for {route.method} {route.template}")
        node.routes[route.method] = route

    def match(self, version: str, method: str, raw_path: str) -> Match:
        """The route for `raw_path`, which is still percent-encoded and carries no version.

        Raises:
            GraphError: 400 for a path that is not emulated, 405 for a method that is not.
        """
        node = self._roots[version]
        keys: dict[str, Key] = {}
        for segment, key in _steps(raw_path):
            literal = node.literals.get(segment.lower()) if key is None else None
            if literal is not None:
                node = literal
                continue
            child = node.parameter
            found = key or Key("id", segment)
            if key is None and _FUNCTION.fullmatch(segment):
                raise unknown_segment(segment)
            if child is None or not segment or (found.by != "id" and found.by not in child.alternates):
                raise unknown_segment(segment)
            keys[child.name] = found
            node = child
        if not node.routes:
            raise unknown_segment(unquote(raw_path.rpartition("/")[2]))
        route = node.routes.get(method)
        if route is None:
            raise method_not_allowed()
        return Match(route, keys)


def _steps(raw_path: str) -> Iterable[tuple[str, Key | None]]:
    """The path's segments, `users('x')` as two steps; the second of a pair is the key it was spelled as."""
    for raw in raw_path.removeprefix("/").split("/"):
        segment = unquote(raw)
        keyed = _KEYED.fullmatch(segment)
        if keyed is None:
            yield segment, None
        else:
            yield keyed["name"], None
            yield keyed["value"], Key(keyed["by"] or "id", keyed["value"].replace("''", "'"))
