"""A whole sandbox inside the test's own process: no socket, no TLS, everything else as served."""

import asyncio
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from sandbox.core.home import Home
from sandbox.graph import faults, tenants
from sandbox.graph.tenants import Tenant
from sandbox.seed import directory
from sandbox.seed.constants import CONTOSO, SeededIdentity
from sandbox.server.application import Sandbox

BASE_URL = "https://localhost:8443"
SCOPE = f"{BASE_URL}/.default"
GRAPH_APP_ID = "00000003-0000-0000-c000-000000000000"


@dataclass(frozen=True)
class Identity:
    """Who signs in."""

    client_id: str
    client_secret: str
    object_id: str
    application_id: str = ""


class InProcess:
    """A sandbox and an HTTP client for it."""

    def __init__(self, home: Home, base_url: str = BASE_URL) -> None:
        self.home, self.base_url = home, base_url
        self.sandbox = Sandbox(home, base_url)
        self.sandbox.context.clock.start()
        self._runner = asyncio.Runner()
        self._client = httpx.AsyncClient(transport=httpx.ASGITransport(app=self.sandbox), base_url=base_url)

    @property
    def store(self) -> Any:
        return self.sandbox.context.store

    @property
    def contoso(self) -> Tenant:
        found = tenants.find(self.store, CONTOSO.id)
        assert found is not None
        return found

    @property
    def now(self) -> float:
        return self.sandbox.context.clock.seconds()

    def request(self, method: str, url: str, **options: Any) -> httpx.Response:
        return self._runner.run(self._client.request(method, url, **options))

    def at_once(self, *requests: tuple[str, str, dict[str, Any]]) -> list[httpx.Response]:
        async def every() -> list[httpx.Response]:
            sent = (self._client.request(method, url, **options) for method, url, options in requests)
            return list(await asyncio.gather(*sent))

        return self._runner.run(every())

    def sign_in(self, identity: Identity, tenant: str = CONTOSO.id, **form: str) -> httpx.Response:
        given = {
            "grant_type": "client_credentials",
            "client_id": identity.client_id,
            "client_secret": identity.client_secret,
            "scope": f"{self.base_url}/.default",
        }
        return self.request("POST", f"/{tenant}/oauth2/v2.0/token", data=given | form)

    def identity(self, *permissions: str, name: str = "Test identity") -> Identity:
        """An application with these permissions granted, its service principal owning the application."""
        ids = [str(uuid.uuid4()) for _ in range(3)]
        seeded = SeededIdentity("test", name, ids[0], ids[1], ids[2], permissions)
        with self.store.transaction():
            made = directory.add_identity(self.store, self.contoso, seeded, self.now)
        return Identity(made["clientId"], made["clientSecret"], made["objectId"], ids[1])

    def caller(self, *permissions: str) -> "Caller":
        """A client that is signed in with these permissions."""
        return self.signed_in(self.identity(*permissions))

    def signed_in(self, identity: Identity) -> "Caller":
        answer = self.sign_in(identity)
        assert answer.status_code == 200, answer.text
        return Caller(self, identity, answer.json()["access_token"])

    def forward(self, **by: float) -> None:
        self.sandbox.context.clock.forward(timedelta(**by))

    def switch(self, **values: float | str) -> None:
        faults.change(self.store, self.contoso, **values)

    def close(self) -> None:
        self._runner.run(self._client.aclose())
        self._runner.close()
        self.sandbox.close()


@dataclass(frozen=True)
class Caller:
    """Sends requests to Graph with a token."""

    entra: InProcess
    identity: Identity
    token: str

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        url = path if path.startswith("https://") else f"/v1.0{path}"
        given = {"Authorization": f"Bearer {self.token}", **{n.replace("_", "-"): v for n, v in headers.items()}}
        return self.entra.request(method, url, headers=given, **({} if body is None else {"json": body}))

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.send("GET", path, **headers)

    def made(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """The body of an answer that must be a success."""
        answer = self.send(method, path, body)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        shown: dict[str, Any] = answer.json() if answer.content else {}
        return shown


def error(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal, its envelope checked on the way."""
    body = answer.json()
    assert set(body) == {"error"}
    assert {"code", "message", "innerError"} <= set(body["error"]) <= {"code", "message", "innerError", "details"}
    assert set(body["error"]["innerError"]) == {"date", "request-id", "client-request-id"}
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["request-id"] == body["error"]["innerError"]["request-id"]
    return answer.status_code, body["error"]["code"]


def message(answer: httpx.Response) -> str:
    """Message of a refusal."""
    text: str = answer.json()["error"]["message"]
    return text
