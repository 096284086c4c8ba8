"""Plays a recording against a sandbox that is made for it, in this process and in a temporary folder."""

import asyncio
import json
import re
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

from sandbox.compare.recording import Exchange, Recording
from sandbox.compare.shapes import contradictions
from sandbox.core.home import Home
from sandbox.directory.models import objects, people
from sandbox.graph import microsoft_graph, tenants
from sandbox.seed import creation, directory
from sandbox.seed.constants import CONTOSO, SeededIdentity
from sandbox.server import request_log
from sandbox.server.application import Sandbox

_ADDRESS = "https://localhost:8443"
_APP_PERMISSIONS = ("Directory.Read.All", "Calendars.ReadWrite")
_PERSON = f"recruiting.admin@{CONTOSO.default_domain}"
_NAME = re.compile(r"\{(\w+)\}")

_TYPES = frozenset({"string", "guid", "moment"})
"""What a recording holds in place of a header's value; a value that it holds is the same for everybody."""
OF_THE_WAY = frozenset(
    {
        "connection",
        "content-encoding",
        "content-length",
        "date",
        "server",
        "strict-transport-security",  # left out on localhost: a browser would apply it to everything there
        "transfer-encoding",
        "via",
    }
)
"""Headers that the connection adds, or anything on the way."""


@dataclass(frozen=True)
class Answered:
    exchange: Exchange
    response: httpx.Response
    route: str
    """`METHOD /v1.0/template` of what answered; empty when nothing here emulates it."""


@dataclass(frozen=True)
class Difference:
    request: str
    kind: str
    """`status`, `error code`, `header` or `shape`."""
    sentence: str

    def __str__(self) -> str:
        return f"{self.request}: {self.sentence}"


def differences(recording: Recording, answered: list[Answered] | None = None) -> list[Difference]:
    """Replay every exchange in order and list every difference.

    Args:
        answered: Is filled with what was answered.
    """
    found: list[Difference] = []
    with _Replay.open(recording) as replay:
        for exchange in recording.answers:
            one = replay.play(exchange)
            if answered is not None:
                answered.append(one)
            compared = _compared(exchange, one.response, recording)
            found += (Difference(exchange.name, kind, sentence) for kind, sentence in compared)
    return found


def _compared(exchange: Exchange, response: httpx.Response, recording: Recording) -> Iterator[tuple[str, str]]:
    if response.status_code != exchange.status:
        yield "status", f"{exchange.status} in the recording and {response.status_code} here"
        return
    body = _json(response)
    code = _code(body) if response.status_code >= 400 else None
    if exchange.error_code is not None and code != exchange.error_code:
        yield "error code", f"{exchange.error_code} in the recording and {code or 'none'} here"
    if exchange.headers is not None:
        ignored = OF_THE_WAY | recording.unrecorded
        yield from (("header", sentence) for sentence in _headers(exchange.headers, response.headers, ignored))
    if exchange.shape is not None:
        found = contradictions(exchange.shape, [body], added_since=recording.added_since)
        yield from (("shape", sentence) for sentence in found)


def _headers(recorded: Mapping[str, str], here: Mapping[str, str], ignored: frozenset[str]) -> Iterator[str]:
    known = {name.lower(): value for name, value in recorded.items() if name.lower() not in ignored}
    ours = {name.lower(): value for name, value in here.items() if name.lower() not in ignored}
    for name in sorted(known.keys() | ours.keys()):
        if name not in ours:
            yield f"{name} is only in the recording"
        elif name not in known:
            yield f"{name} is only here"
        elif known[name] not in _TYPES and known[name] != ours[name]:
            yield f"{name} is {known[name]!r} in the recording and {ours[name]!r} here"


def _json(response: httpx.Response) -> Any:
    try:
        return response.json() if response.content else None
    except ValueError:
        return response.text


def _code(body: Any) -> str | None:
    error = body.get("error") if isinstance(body, dict) else None
    code = error.get("code") if isinstance(error, dict) else error
    return code if isinstance(code, str) else None


@dataclass
class _Replay:
    home: Home
    sandbox: Sandbox
    recording: Recording
    names: dict[str, str]
    secrets: dict[str, tuple[str, str]]
    """Client ID and secret by caller."""
    tokens: dict[str, str] = field(default_factory=dict)

    @classmethod
    @contextmanager
    def open(cls, recording: Recording) -> Iterator["_Replay"]:
        named = {name for permissions in recording.callers.values() for name in permissions} | {*recording.permissions}
        if unknown := sorted(named - microsoft_graph.role_ids().keys()):
            raise ValueError(
                f"the recording names permissions that Microsoft Graph does not have: {', '.join(unknown)}"
            )
        with tempfile.TemporaryDirectory(prefix="sandbox-compare-") as folder:
            home = Home(Path(folder) / "home")
            creation.ensure(home)
            sandbox = Sandbox(home, _ADDRESS)
            sandbox.context.clock.start()
            try:
                with cls(home, sandbox, recording, {}, {}) as replay:
                    replay.names |= replay._known()
                    if recording.answers and not replay._learned("application"):
                        replay._make_app()
                    yield replay
            finally:
                sandbox.close()

    def __enter__(self) -> Self:
        self._runner = asyncio.Runner()
        transport = httpx.ASGITransport(app=self.sandbox)
        self._client = httpx.AsyncClient(transport=transport, base_url=_ADDRESS)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._runner.run(self._client.aclose())
        self._runner.close()

    def play(self, exchange: Exchange) -> Answered:
        path = self._filled(exchange.question, quoted=True)
        path = path if path.startswith("/") else f"/v1.0/{path}"
        options: dict[str, Any] = {"headers": dict(exchange.request_headers)}
        if exchange.caller:
            options["headers"]["Authorization"] = f"Bearer {self._token(exchange.caller)}"
        if exchange.body is not None:
            options["json"] = json.loads(self._filled(json.dumps(exchange.body)))
        if exchange.form is not None:
            options["data"] = {name: self._filled(value) for name, value in exchange.form.items()}
        response = self._send(exchange.method, path, **options)
        body = _json(response)
        for name, place in exchange.gives.items():
            value = _at(body, place)
            if value is not None:
                self.names[name] = value
        return Answered(exchange, response, self._route())

    def _route(self) -> str:
        last = request_log.read(self.home.request_log)[-1]
        template = last["route"]
        version = last["path"].split("/")[1] if last["path"].startswith(("/v1.0", "/beta")) else ""
        return f"{last['method']} {'/' + version if version else ''}{template}" if template else ""

    def _send(self, method: str, path: str, **options: Any) -> httpx.Response:
        try:
            return self._runner.run(self._client.request(method, path, **options))
        except httpx.InvalidURL as error:
            raise ValueError(f"the recording asks for {path!r}, which is not an address: {error}") from error

    def _known(self) -> dict[str, str]:
        store, now = self.sandbox.context.store, self.sandbox.context.clock.seconds()
        tenant = tenants.find(store, CONTOSO.id)
        assert tenant is not None  # noqa: S101 every sandbox has it
        person = people.find_user(store, tenant, _PERSON, now)
        assert person is not None  # noqa: S101 as above
        (around, *_) = people.groups_of(store, tenant, person.id)
        group = objects.get(store, tenant, around, now)
        assert group is not None  # noqa: S101 as above
        credentials = creation.read_credentials(self.home)[CONTOSO.name]["deployer"]
        self.secrets["deployer"] = (credentials["clientId"], credentials["clientSecret"])
        for number, (caller, permissions) in enumerate(self.recording.callers.items(), 1):
            app, application, principal = (str(uuid.uuid4()) for _ in range(3))
            seeded = SeededIdentity(caller, caller, app, application, principal, permissions)
            with store.transaction():
                made = directory.add_identity(store, tenant, seeded, now)
            self.secrets[caller] = (made["clientId"], made["clientSecret"])
            self.names |= {f"caller{number}": made["objectId"]}
        return {
            "address": _ADDRESS,
            "clientId": credentials["clientId"],
            "clientSecret": credentials["clientSecret"],
            "tenant": CONTOSO.id,
            "domain": CONTOSO.default_domain,
            "graph": microsoft_graph.APP_ID,
            "graphPrincipal": CONTOSO.graph_id,
            "name": "Recorded application",
            "nothing": "f0000000-0000-4000-8000-00000000000f",
            "nobody": f"nobody@{CONTOSO.default_domain}",
            "person": person.id,
            "personName": _PERSON,
            "groupName": group.name,
            "groupNickname": group.body["mailNickname"],
        }

    def _learned(self, name: str) -> bool:
        """Whether the recording itself makes what it calls by this name."""
        return any(name in exchange.gives for exchange in self.recording.answers)

    def _make_app(self) -> None:
        """The app of a live check: declared as a program does, granted, with one secret."""
        role_ids = microsoft_graph.role_ids()
        permissions = self.recording.permissions or _APP_PERMISSIONS
        access = [{"id": role_ids[name], "type": "Role"} for name in permissions]
        application = self._made(
            "applications",
            {
                "displayName": self.names["name"],
                "signInAudience": "AzureADMyOrg",
                "requiredResourceAccess": [{"resourceAppId": microsoft_graph.APP_ID, "resourceAccess": access}],
                "web": {"redirectUris": ["https://app.example/"]},
                "api": {"requestedAccessTokenVersion": 1},
                "optionalClaims": {},
            },
        )
        principal = self._made("servicePrincipals", {"appId": application["appId"]})
        for role in access:
            grant = {"principalId": principal["id"], "resourceId": CONTOSO.graph_id, "appRoleId": role["id"]}
            self._made(f"servicePrincipals/{CONTOSO.graph_id}/appRoleAssignedTo", grant)
        secret = self._made(
            f"applications/{application['id']}/addPassword", {"passwordCredential": {"displayName": "recorded"}}
        )
        self.secrets["app"] = (application["appId"], secret["secretText"])
        self.names |= {
            "application": application["id"],
            "appId": application["appId"],
            "servicePrincipal": principal["id"],
        }

    def _made(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._token('deployer')}"}
        response = self._send("POST", f"/v1.0/{path}", json=body, headers=headers)
        response.raise_for_status()
        made: dict[str, Any] = response.json()
        return made

    def _token(self, caller: str) -> str:
        if caller not in self.tokens:
            if caller not in self.secrets:
                raise ValueError(f"the recording has a caller {caller!r} and does not list its permissions")
            client_id, secret = self.secrets[caller]
            form = {
                "grant_type": "client_credentials",
                "client_id": client_id,
                "client_secret": secret,
                "scope": f"{_ADDRESS}/.default",
            }
            response = self._send("POST", f"/{CONTOSO.id}/oauth2/v2.0/token", data=form)
            self.tokens[caller] = response.raise_for_status().json()["access_token"]
        return self.tokens[caller]

    def _filled(self, text: str, *, quoted: bool = False) -> str:
        def value(found: re.Match[str]) -> str:
            known = self.names.get(found[1])
            if known is None:
                return found[0]
            return quote(known, safe="@") if quoted else json.dumps(known)[1:-1]

        return _NAME.sub(value, text)


def _at(body: Any, place: str) -> str | None:
    for step in place.split("."):
        if isinstance(body, list) and step.isdigit() and int(step) < len(body):
            body = body[int(step)]
        elif isinstance(body, dict):
            body = body.get(step)
        else:
            return None
    return body if isinstance(body, str) else None
