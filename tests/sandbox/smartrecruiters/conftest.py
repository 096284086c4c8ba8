"""A settings page without a server: a home, a context, and browsers that talk to the page in memory."""

import asyncio
import contextlib
import json
import re
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
import trustme
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from sandbox.core.clock import Clock
from sandbox.core.context import Context
from sandbox.core.home import Home
from sandbox.core.store import Store
from sandbox.seed import creation
from sandbox.seed.constants import CONTOSO, SeededTenant
from sandbox.seed.directory import Sizes
from sandbox.server.application import Sandbox
from sandbox.server.serving import CuttableProtocol
from sandbox.smartrecruiters import app, variant
from tests.sandbox.smartrecruiters.company import GUIDE, Company, NewCompany

ORIGIN = "https://localhost:8443"
ROOT = "/smartrecruiters"
TAB = f"{ROOT}{variant.TAB}"


@contextlib.contextmanager
def serving(application: Callable[..., Any], home: Home, listener: socket.socket) -> Iterator[None]:
    """Serve an application over TLS from a thread of this process, on a socket that listens already."""
    options = uvicorn.Config(
        application,
        http=CuttableProtocol,
        log_level="warning",
        lifespan="off",
        ssl_certfile=str(home.server_certificate),
    )
    server = uvicorn.Server(options)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as made:
        yield made


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    with page_without_microsoft(tmp_path) as made:
        yield made


@contextlib.contextmanager
def page_without_microsoft(folder: Path) -> Iterator[Context]:
    """What the settings page needs of a sandbox, and no more."""
    home = Home(folder)
    authority = trustme.CA()
    authority.cert_pem.write_to_path(home.trust)
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(home.server_certificate)
    store = Store(home.store)

    def nobody(directory_id: str, user: str) -> str:
        raise LookupError(user)

    yield Context(home, store, Clock(store, home.clock), ORIGIN, nobody)
    store.close()


class Browser:
    """Keeps cookies, follows nothing by itself, sends the page's anti-forgery token as its script does."""

    def __init__(self, application: Starlette, passwords: dict[str, str]) -> None:
        self._application = application
        self._passwords = passwords
        self.cookies = httpx.Cookies()

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self._application)
            async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, cookies=self.cookies) as client:
                response = await client.request(method, path, **options)
                self.cookies = client.cookies
                return response

        return asyncio.run(send())

    def sign_in(self, email: str, onward: str = "/settings") -> httpx.Response:
        form = {"email": email, "password": self._passwords[email], "next": onward}
        return self.ask("POST", f"{ROOT}{variant.SIGN_IN}", data=form)

    def token(self) -> str:
        found = re.search(r'<meta name="csrf-token" content="([^"]+)">', self.ask("GET", TAB).text)
        assert found
        return found[1]

    def save(self, **changes: object) -> httpx.Response:
        body = {
            "clientId": "0f6a1c52-3b0e-4d7c-a1c4-5d2e8b9f1001",
            "clientSecret": "aB8~secret.value_of-entra",
            "tenantId": "contoso.onmicrosoft.com",
            **changes,
        }
        return self.ask("PUT", TAB, json=body, headers={"X-CSRF-Token": self.token()})


@pytest.fixture
def new_browser(context: Context) -> Callable[[], Browser]:
    application = Starlette(routes=[Mount(ROOT, app(context))])
    passwords = json.loads((context.home.path / "smartrecruiters-passwords.json").read_text())
    return lambda: Browser(application, passwords)


@pytest.fixture
def new_company(tmp_path: Path, listener: socket.socket) -> Iterator[NewCompany]:
    with contextlib.ExitStack() as made:

        def make(
            permissions: Sequence[str] = GUIDE, *, sizes: Sizes | None = None, seeded: SeededTenant = CONTOSO
        ) -> Company:
            home = Home(tmp_path / "home")
            creation.ensure(home, sizes or Sizes(users=3, rooms=4))
            running = Sandbox(home, f"https://localhost:{listener.getsockname()[1]}")
            made.callback(running.close)
            running.context.clock.start()
            return Company(running, permissions, seeded)

        yield make
