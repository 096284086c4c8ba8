"""A request and an answer, free of any server: what the parts of the sandbox receive and return."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote_plus

ABORT: Final = "sandbox.abort"
"""ASGI extension of `sandbox.server.serving`: a function that cuts the connection."""
SMARTRECRUITERS_AGENT: Final = "SmartRecruiters"
"""`User-Agent` of what SmartRecruiters' stand-in itself asks of Entra and Graph."""


class ConnectionReset(Exception):
    """The connection is to be cut instead of answered."""


@dataclass(frozen=True)
class Request:
    method: str
    raw_path: str
    """Percent-encoded, without the query."""
    raw_query: str
    """Percent-encoded, without the question mark."""
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes = b""

    @property
    def query(self) -> tuple[tuple[str, str], ...]:
        pairs = (pair.partition("=") for pair in self.raw_query.split("&") if pair)
        return tuple((unquote_plus(name), unquote_plus(value)) for name, _, value in pairs)

    def header(self, name: str) -> str:
        return self.headers.get(name, "")


@dataclass
class Response:
    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of_json(cls, status: int, body: Any, headers: Mapping[str, str] | None = None) -> "Response":
        return cls(status, encode(body), {"Content-Type": "application/json; charset=utf-8", **(headers or {})})


@dataclass
class Remark:
    """What is known of a request, for the request log; each part fills in what it finds out."""

    tenant: str | None = None
    """Directory ID."""
    app_id: str | None = None
    """Client ID of the caller."""
    route: str | None = None
    """Template of the route."""
    code: str | None = None
    """Error code of a refusal."""
    fault: str | None = None
    """The injected fault."""
    not_emulated: bool = False
    """Outside the sandbox's scope."""


def encode(body: object) -> bytes:
    """JSON as services send it; text that no encoding can carry is escaped."""
    return json.dumps(body, separators=(",", ":")).encode()
