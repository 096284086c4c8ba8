"""An Entra that answers over TLS on a free port as a test says; azure-identity talks to it as to the real one."""

import base64
import json
import ssl
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qs

import trustme

from smartrecruiters_calendar.entra.cloud import Cloud

_TOO_BUSY = {"error": "temporarily_unavailable", "error_description": "AADSTS90006: told by a test."}


@dataclass
class Entra:
    """What it answers, and what it was asked."""

    cloud: Cloud
    configuration: tuple[int, Any] = (200, {})
    token: tuple[int, Any] = (200, {})
    busy: Sequence[int | str] = ()
    """`Retry-After` of each answer 429 that comes before the token."""
    forms: list[dict[str, str]] = field(default_factory=list)
    services: dict[str, tuple[int, Any]] = field(default_factory=dict)
    """Answers of what else is on this host (a token service, a managed identity's endpoint), by path."""
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    """What those services were asked: method, path with query, headers."""
    discovered: list[str] = field(default_factory=list)
    """Tenants whose OpenID configuration was asked for."""
    cookies: list[str] = field(default_factory=list)
    """What came back of the cookies that every answer sets."""


def access_token(claims: dict[str, Any]) -> dict[str, Any]:
    parts = ({"alg": "RS256", "typ": "JWT"}, claims)
    head, body = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
    return {"token_type": "Bearer", "expires_in": 3599, "access_token": f"{head}.{body}.signature"}


def refusal(code: int, error: str = "invalid_client") -> dict[str, Any]:
    return {"error": error, "error_description": f"AADSTS{code}: told by a test.", "error_codes": [code]}


@contextmanager
def entra_over_tls(folder: Path, tenant: str) -> Iterator[Entra]:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "roots.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if not self._served():
                entra.discovered.append(self.path.split("/")[1])
                self._answer(*entra.configuration)

        def do_POST(self) -> None:
            if self._served():
                return
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            entra.forms.append({name: values[0] for name, values in form.items()})
            if entra.busy:
                first, *entra.busy = entra.busy
                self._answer(429, _TOO_BUSY, {"Retry-After": str(first)})
            else:
                self._answer(*entra.token)

        def _served(self) -> bool:
            answer = entra.services.get(self.path.partition("?")[0])
            if answer:
                entra.asked.append((self.command, self.path, dict(self.headers)))
                self._answer(*answer)
            return answer is not None

        def _answer(self, status: int, document: Any, headers: Mapping[str, str] = MappingProxyType({})) -> None:
            entra.cookies += self.headers.get_all("Cookie") or ()
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Set-Cookie", "fpc=told-by-a-test; path=/; secure")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class's name)
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        login = f"https://localhost:{server.server_port}"
        entra = Entra(Cloud(login, f"{login}/graph"))
        entra.configuration = (
            200,
            {
                "token_endpoint": f"{login}/{tenant}/oauth2/v2.0/token",
                "authorization_endpoint": f"{login}/{tenant}/oauth2/v2.0/authorize",
                "issuer": f"{login}/{tenant}/v2.0",
            },
        )
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield entra
        finally:
            server.shutdown()
            thread.join()
