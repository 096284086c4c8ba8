"""Microsoft over TLS, in this process: a sandbox that answers one question in an odd way and all others as ever."""

import contextlib
import gzip
import json
import re
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

import pytest

from sandbox.core.home import Home
from sandbox.core.messages import ABORT, SMARTRECRUITERS_AGENT
from sandbox.seed import creation
from sandbox.seed.constants import CONTOSO
from sandbox.seed.directory import Sizes
from sandbox.server.application import Message, Receive, Send
from tests.sandbox.in_process import InProcess
from tests.sandbox.smartrecruiters.conftest import serving
from tests.smartrecruiters_calendar.audit.deployed_app import DeployedApp
from tests.smartrecruiters_calendar.cli.typed import ROOT, Typed
from tests.smartrecruiters_calendar.fake_pulumi import configure, exported
from tests.smartrecruiters_calendar.stack_values import ROOMS

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_TEXT = re.compile(r"'[^']*'|[^/&=@]+@[^/&=?]+|AAMk[^/?]+|\d{4}-\d\d-\d\dT[^&]+")


@dataclass(frozen=True)
class Odd:
    status: int = 200
    body: bytes = b""
    type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    unusable: bool = True
    """Whether it is no answer to the question at all, so that nothing may be concluded from it."""
    cut: bool = False
    """Whether the connection ends instead."""


def document(value: object, status: int = 200, *, unusable: bool = True, **headers: str) -> Odd:
    sent = {name.replace("_", "-"): text for name, text in headers.items()}
    return Odd(status, json.dumps(value).encode(), headers=sent, unusable=unusable)


def refusal(status: int, code: str, message: str = "Told by a test.", **headers: str) -> Odd:
    return document({"error": {"code": code, "message": message}}, status, unusable=status >= 429, **headers)


PORTAL: Final = b"<html><title>Welcome to the hotel</title><form action='http://10.0.0.1/'>Sign in</form></html>"
HOSTILE: Final = "\x1b]0;owned\x07\x1b[2J <b>bold</b> | `rm` \ud800 \u202e"
NOTHING: Final = dict.fromkeys(("id", "value", "appId", "displayName", "accountEnabled", "error", "access_token"))

KINDS: Final[Mapping[str, Odd]] = {
    "a captive portal": Odd(body=PORTAL, type="text/html"),
    "nothing": Odd(),
    "half a document": Odd(body=b'{"value": [{"id": "'),
    "another encoding": Odd(body='{"value": [], "id": "é"}'.encode("utf-16"), type="application/json; charset=utf-8"),
    "an encoding that nobody knows": Odd(body=PORTAL, type="text/html; charset=x-nonsense"),
    "a deep document": Odd(body=b"[" * 100_000),
    "a list": document([]),
    "a number": document(7),
    "null": document(None),
    "a text": document("value"),
    "an object without anything": document({}),
    "nulls": document(NOTHING),
    "an object where a list belongs": document({"value": {"id": "x"}, "keys": {}, "responses": {}, "id": 7}),
    "a list of what is no object": document({"value": [7, None, "x"], "responses": [7]}),
    "a next link in a circle": document({"value": [], "@odata.nextLink": "{here}"}),
    "a next link to another host": document({"value": [], "@odata.nextLink": "https://attacker.example/v1.0/users"}),
    "a next link that is no address": document({"value": [], "@odata.nextLink": "https://[x"}),
    "a redirect to a portal": Odd(302, headers={"Location": "http://10.0.0.1/sign-in"}),
    "what is packed and is not": Odd(body=b"{}", headers={"Content-Encoding": "gzip"}),
    "a bomb": Odd(body=gzip.compress(b" " * (40 * 1024 * 1024)), headers={"Content-Encoding": "gzip"}),
    "a broken connection": Odd(cut=True),
    "no content": Odd(204),
    "a proxy's refusal": Odd(407, PORTAL, "text/html"),
    "a page that forbids": Odd(403, PORTAL, "text/html"),
    "a page that does not find": Odd(404, PORTAL, "text/html"),
    "an expired token": refusal(401, "InvalidAuthenticationToken"),
    "a refusal": refusal(403, "Authorization_RequestDenied"),
    "a refusal in hostile words": refusal(403, HOSTILE, HOSTILE),
    "not found": refusal(404, "Request_ResourceNotFound"),
    "a conflict": refusal(409, "Conflict"),
    "throttled for a week": refusal(429, "TooManyRequests", Retry_After="604800"),
    "throttled until a date": refusal(429, "TooManyRequests", Retry_After="Fri, 31 Dec 2049 23:59:59 GMT"),
    "throttled for less than nothing": refusal(429, "TooManyRequests", Retry_After="-5"),
    "out of order": refusal(500, "InternalServerError"),
    "under maintenance": Odd(503, PORTAL, "text/html"),
    "a status of its own": Odd(299, b"{}"),
}


@dataclass
class Microsoft:
    """The sandbox, the app of stack `dev` in it, and what it was asked."""

    entra: InProcess
    app: DeployedApp
    asked: dict[str, None] = field(default_factory=dict)
    """The questions, in the order in which they were asked first."""
    odd: tuple[str, Odd] | None = None

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        question = _question(scope)
        if question:
            self.asked.setdefault(question)
        if question is None or self.odd is None or self.odd[0] != question:
            await self.entra.sandbox(scope, receive, send)
            return
        odd = self.odd[1]
        if odd.cut:
            scope["extensions"][ABORT]()
            return
        here = f"{self.entra.base_url}{scope['path']}?{scope['query_string'].decode()}"
        sent = {"Content-Type": odd.type, **odd.headers}
        await send(
            {
                "type": "http.response.start",
                "status": odd.status,
                "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
            }
        )
        await send({"type": "http.response.body", "body": odd.body.replace(b"{here}", here.encode())})


def _question(scope: Message) -> str | None:
    """What is asked, without whom; None where not Microsoft is."""
    path = unquote(scope["path"])
    if path.startswith("/smartrecruiters") or (b"user-agent", SMARTRECRUITERS_AGENT.encode()) in scope["headers"]:
        return None
    query = unquote(scope["query_string"].decode())
    return _TEXT.sub("{text}", _ID.sub("{id}", f"{scope['method']} {path}{'?' if query else ''}{query}"))


@contextlib.contextmanager
def microsoft(folder: Path) -> Iterator[Microsoft]:
    home = Home(folder / "home")
    creation.ensure(home, Sizes(users=3, rooms=4))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        entra = InProcess(home, f"https://localhost:{listener.getsockname()[1]}")
        with contextlib.closing(entra):
            made = Microsoft(entra, DeployedApp.make(entra))
            entra.sandbox.write_session()
            with serving(made, home, listener):
                yield made


def sign_in(made: Microsoft, patch: pytest.MonkeyPatch) -> None:
    """The variables of a deployer and an operator of this tenant."""
    home, seeded = made.entra.home, creation.read_credentials(made.entra.home)[CONTOSO.name]
    for name, value in {
        "ARM_METADATA_HOSTNAME": made.entra.base_url.removeprefix("https://"),
        "ARM_TENANT_ID": CONTOSO.id,
        "ARM_CLIENT_ID": seeded["deployer"]["clientId"],
        "ARM_CLIENT_SECRET": seeded["deployer"]["clientSecret"],
        "AZURE_TENANT_ID": CONTOSO.id,
        "AZURE_CLIENT_ID": seeded["operator"]["clientId"],
        "AZURE_CLIENT_SECRET": seeded["operator"]["clientSecret"],
        "SSL_CERT_FILE": str(home.trust),
        "SMARTRECRUITERS_ADDRESS": f"{made.entra.base_url}/smartrecruiters",
        "SMARTRECRUITERS_SESSION_FILE": str(home.session),
    }.items():
        patch.setenv(name, value)


def deploy(typed: Typed, made: Microsoft) -> None:
    """The project and the state of a stack whose app this is."""
    typed.renew()
    deployed, today = made.app.deployed, made.app.configuration["secrets"][0]["issued"]
    (key,) = deployed.key_ids.values()
    profile = ROOT / "sandbox" / "smartrecruiters" / "profile.yaml"
    (typed.project / "profile.yaml").write_bytes(profile.read_bytes())
    configure(
        typed.project,
        {
            **made.app.configuration,
            "tenantDomain": deployed.tenant_domain,
            "expectedRooms": list(ROOMS),
            "smartrecruiters": {"channel": "page-requests", "profile": "profile.yaml"},
        },
    )
    outputs = {
        "clientId": deployed.client_id,
        "clientSecret": made.app.secret,
        "tenantId": deployed.tenant_domain,
        "directoryId": deployed.directory_id,
        "applicationObjectId": deployed.application_object_id,
        "servicePrincipalObjectId": deployed.service_principal_object_id,
        "secretKeyId": key,
        "secretExpiresOn": "2099-01-01T00:00:00Z",
        "permissions": ["Directory.Read.All", "Calendars.ReadWrite"],
        "requestedPermissions": ["Directory.Read.All", "Calendars.ReadWrite"],
        "redirectUrl": "https://www.smartrecruiters.com/",
    }
    resources = [
        _resource("azuread:index/application:Application", "app", f"/applications/{deployed.application_object_id}"),
        _resource(
            "azuread:index/servicePrincipal:ServicePrincipal",
            "principal",
            f"/servicePrincipals/{deployed.service_principal_object_id}",
        ),
        _resource(
            "azuread:index/applicationPassword:ApplicationPassword",
            f"smartrecruiters-secret-{today}",
            f"{deployed.application_object_id}/password/{key}",
            {"keyId": key, "endDate": "2099-01-01T00:00:00Z", "displayName": f"dev {today}"},
        ),
    ]
    typed.pulumi.answer(
        stack_export=exported(outputs, *resources),
        stack_ls={"stdout": json.dumps([{"name": "dev"}])},
        whoami={"stdout": json.dumps({"url": (typed.project / "nowhere").as_uri()})},
        preview={"stdout": "{}"},
        **{"state unprotect": {}, "destroy": {}},
        config={"stdout": "{}"},
    )


def _resource(kind: str, name: str, own_id: str = "", outputs: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {"urn": f"urn:pulumi:dev::p::{kind}::{name}", "type": kind, "id": own_id, "outputs": outputs or {}}
