"""A sandbox that real client libraries reach over TLS, in a process of its own."""

import json
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from sandbox.core.home import Home
from sandbox.seed import creation
from sandbox.seed.constants import CONTOSO
from sandbox.seed.directory import Sizes


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

    @property
    def scope(self) -> str:
        return f"{self.address}/.default"

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


@contextmanager
def serving(folder: Path) -> Iterator[Running]:
    """Make a sandbox in a folder and serve it while the context lasts."""
    home = Home(folder / "home")
    creation.ensure(home, Sizes(users=230, rooms=120))
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
            yield Running(f"https://localhost:{home.port}", home.certificate_authority, deployer, operator)
        finally:
            server.terminate()
