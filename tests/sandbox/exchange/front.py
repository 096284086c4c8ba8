"""Graph in process: the real front and routes on a fresh store, with callers as the test wants them."""

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from sandbox.api.graph import Graph
from sandbox.api.urls import ROUTES
from sandbox.core.clock import Clock
from sandbox.core.context import Context
from sandbox.core.home import Home
from sandbox.core.messages import Remark, Request
from sandbox.core.store import Store
from sandbox.directory.models import objects
from sandbox.exchange.models.schema import SCHEMA
from sandbox.graph import faults, tenants
from sandbox.graph.errors import unauthorized
from sandbox.graph.faults import Draws
from sandbox.graph.routing import Caller, Router
from sandbox.graph.tenants import Domain, Tenant
from sandbox.seed.people import fill
from sandbox.sign_in.tokens import Tokens

BASE = "https://localhost:8443"
CONTOSO = "3f0c2f5e-8a57-4c1b-9d6e-1b7a52c0d101"
FABRIKAM = "7b9d4e21-6c38-4f0a-8e55-2c8b63d1e202"
APP = "0f6a1c52-3b0e-4d7c-a1c4-5d2e8b9f2001"
PRINCIPAL = "1a7b2d63-4c1f-4e8d-b2d5-6e3f9ca02002"
DIRECTORY, CALENDARS, PLACES = "Directory.Read.All", "Calendars.ReadWrite", "Place.Read.All"


@dataclass
class Answer:
    """What Graph answered."""

    status: int
    body: Any
    headers: dict[str, str]

    @property
    def error(self) -> tuple[int, str]:
        return self.status, self.body["error"]["code"]


class Callers:
    """Stands where tokens are checked: the authorization header is the caller itself, as JSON."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def caller(self, authorization: str, now: float) -> tuple[Tenant, Caller]:
        if not authorization:
            raise unauthorized("Access token is empty.")
        given = json.loads(authorization)
        tenant = tenants.find(self._store, given["tenant"])
        assert tenant
        return tenant, Caller(APP, given["oid"], frozenset(given["roles"]), given["idtyp"], frozenset(given["scopes"]))


class Front:
    """Two seeded tenants behind Graph's front."""

    def __init__(self, folder: Path, *, users: int = 40, rooms: int = 30) -> None:
        self.store = Store(folder / "sandbox.sqlite", [tenants.SCHEMA, objects.SCHEMA, faults.SCHEMA, SCHEMA])
        clock = Clock(self.store, folder / "clock.json")
        for identifier, name in ((CONTOSO, "contoso"), (FABRIKAM, "fabrikam")):
            domains = [Domain(f"{name}.onmicrosoft.com", True, False, ()), Domain(f"{name}.example", False, True, ())]
            tenants.add(self.store, identifier, name.title(), domains, clock.seconds())
            fill(self.store, identifier, f"{name}.example", users=users, rooms=rooms, seed=7)
        context = Context(Home(folder), self.store, clock, BASE, lambda _tenant, _person: "")
        self.graph = Graph(context, Router(ROUTES), cast(Tokens, Callers(self.store)), Draws())
        self.tenant = cast(Tenant, tenants.find(self.store, CONTOSO))

    def ask(
        self,
        method: str,
        url: str,
        *roles: str,
        body: Any = None,
        tenant: str = CONTOSO,
        scopes: tuple[str, ...] = (),
        person: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """Send a request; `url` is relative to `/v1.0` unless it names a version.

        Args:
            roles: Application permissions of the caller.
            person: Object id: then the token is on behalf of that person, with `scopes`.
        """
        caller = {
            "tenant": tenant,
            "oid": person or PRINCIPAL,
            "roles": roles,
            "scopes": scopes,
            "idtyp": "user" if person else "app",
        }
        path, _, query = url.partition("?")
        sent = {name.lower(): value for name, value in (headers or {}).items()}
        sent |= {"authorization": json.dumps(caller)}
        payload = b""
        if body is not None:
            payload = json.dumps(body).encode()
            sent["content-type"] = "application/json"
        if not path.startswith(("/v1.0/", "/beta/")):
            path = f"/v1.0{path}"
        response = asyncio.run(self.graph.answer(Request(method, path, query, sent, payload), Remark()))
        text = response.body.decode()
        is_json = response.headers.get("Content-Type", "").startswith("application/json")
        return Answer(response.status, json.loads(text) if is_json else text, response.headers)

    def get(self, url: str, *roles: str, **options: Any) -> Answer:
        """Send a GET."""
        return self.ask("GET", url, *roles, **options)

    def all_pages(self, url: str, *roles: str, **options: Any) -> list[list[dict[str, Any]]]:
        """Follow every nextLink, verbatim."""
        pages = []
        while True:
            answer = self.get(url, *roles, **options)
            assert answer.status == 200, answer.body
            pages.append(answer.body["value"])
            link = answer.body.get("@odata.nextLink")
            if link is None:
                return pages
            assert link.startswith(BASE)
            url = link.removeprefix(BASE)

    def user_id(self, address: str) -> str:
        """Object id of a seeded user of Contoso."""
        return str(self.get(f"/users/{address}", DIRECTORY).body["id"])
