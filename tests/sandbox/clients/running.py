"""A sandbox that real client libraries reach over TLS, in a process of its own."""

import json
import re
import ssl
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from sandbox.api.urls import ROUTES
from sandbox.core.home import Home
from sandbox.graph import faults, microsoft_graph, tenants
from sandbox.seed import creation, directory
from sandbox.seed.constants import CONTOSO, SeededIdentity
from sandbox.seed.directory import Sizes
from sandbox.server import request_log

_MARK = re.compile(r"/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

FIRST_OF_TWO = 0
"""A seed with which, of two requests, a fault with a share of one half meets the first."""


@dataclass(frozen=True)
class Identity:
    """Who signs in."""

    tenant: str
    client_id: str
    client_secret: str
    object_id: str


@dataclass(frozen=True)
class Running:
    """A sandbox that runs."""

    address: str
    trust: Path
    deployer: Identity
    operator: Identity
    administrator: Identity
    """May everything that the sandbox knows."""
    home: Home

    @property
    def scope(self) -> str:
        return f"{self.address}/.default"

    def log(self) -> list[dict[str, Any]]:
        """Every request that was answered so far.

        An entry is written after its answer is sent. So one more request is made, and waited for: when it is there, all
        before it are.
        """
        mark = f"/{uuid.uuid4()}"
        with self.http() as client:
            client.get(mark)
        ended = time.monotonic() + 30
        while time.monotonic() < ended:
            entries = request_log.read(self.home.request_log)
            if any(entry["path"] == mark for entry in entries[-10:]):
                return [entry for entry in entries if not _MARK.fullmatch(entry["path"])]
            time.sleep(0.005)
        raise TimeoutError("the request log does not grow")

    @contextmanager
    def faults(self, **values: float | str) -> Iterator[None]:
        """Faults of the tenant while the context lasts."""
        store = creation.open_store(self.home)
        try:
            tenant = tenants.find(store, CONTOSO.id)
            assert tenant is not None
            faults.change(store, tenant, **values)
            try:
                yield
            finally:
                faults.put(store, tenant, faults.NONE)
        finally:
            store.close()

    def http(self, token: str = "") -> httpx.Client:
        """A plain client that trusts the sandbox alone."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.Client(
            base_url=self.address,
            headers=headers,
            verify=ssl.create_default_context(cafile=str(self.trust)),
            timeout=30,
        )

    def sign_in(self, client: httpx.Client, identity: Identity) -> httpx.Response:
        """Ask for a token with plain HTTP."""
        return client.post(
            f"/{identity.tenant}/oauth2/v2.0/token",
            data={
                "grant_type": "client_credentials",
                "client_id": identity.client_id,
                "client_secret": identity.client_secret,
                "scope": self.scope,
            },
        )

    def as_identity(self, identity: Identity) -> httpx.Client:
        """A plain client that is signed in."""
        with self.http() as client:
            answer = self.sign_in(client, identity)
        answer.raise_for_status()
        return self.http(answer.json()["access_token"])


def _administrator(home: Home) -> Identity:
    permissions = sorted({name for route in ROUTES for name in route.permissions.application})
    known = microsoft_graph.role_ids()
    app_id, application_id, principal_id = (str(uuid.uuid4()) for _ in range(3))
    held = tuple(name for name in permissions if name in known)
    seeded = SeededIdentity("administrator", "Administrator", app_id, application_id, principal_id, held)
    store = creation.open_store(home)
    try:
        tenant = tenants.find(store, CONTOSO.id)
        assert tenant is not None
        with store.transaction():
            made = directory.add_identity(store, tenant, seeded, creation.open_clock(home, store).seconds())
    finally:
        store.close()
    return Identity(CONTOSO.id, made["clientId"], made["clientSecret"], made["objectId"])


@contextmanager
def serving(folder: Path) -> Iterator[Running]:
    """Make a sandbox in a folder and serve it while the context lasts."""
    home = Home(folder / "home")
    creation.ensure(home, Sizes(users=230, rooms=120))
    administrator = _administrator(home)
    command = [sys.executable, "-m", "sandbox", "run", "--home", str(home.path), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3]) as server:
        try:
            assert server.stdout
            assert any(line.startswith("Sandbox on ") for line in server.stdout), "the server ended before it served"
            credentials = json.loads(home.credentials.read_text())["contoso"]
            deployer, operator = (
                Identity(CONTOSO.id, found["clientId"], found["clientSecret"], found["objectId"])
                for found in (credentials["deployer"], credentials["operator"])
            )
            address = f"https://localhost:{home.port}"
            yield Running(address, home.certificate_authority, deployer, operator, administrator, home)
        finally:
            server.terminate()
