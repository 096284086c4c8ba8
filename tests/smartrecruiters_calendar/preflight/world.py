"""A stack about to be deployed: its tenant is the strict sandbox, everything else is as each test says."""

import threading
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError

from components import configuration, settings
from components.deployer_permissions import needed
from components.mistakes import ConfigurationRefused
from smartrecruiters_calendar.entra.app_token import read_token
from smartrecruiters_calendar.entra.cloud import Cloud
from smartrecruiters_calendar.entra.directory import Directory
from smartrecruiters_calendar.entra.errors import EntraRefused, Identity
from smartrecruiters_calendar.entra.tenant import BothViews
from smartrecruiters_calendar.preflight.finding import PreflightFinding
from smartrecruiters_calendar.preflight.machine import Machine
from smartrecruiters_calendar.preflight.run import run
from smartrecruiters_calendar.preflight.situation import Deployed, PreflightCheck, Situation
from tests.sandbox.in_process import BASE_URL, InProcess
from tests.sandbox.in_process import Identity as SandboxIdentity
from tests.smartrecruiters_calendar.stack_values import CONFIGURATION, DIRECTORY

T = TypeVar("T")

DEPLOYER = tuple(row.name for row in needed(grants=True, looks_up_domain=False, adds_owners=False))
WELL = Machine(
    plugins={"azuread": ("6.10.0",)},
    downloads_plugins=False,
    pinned={"pulumi-azuread": "6.10.0"},
    installed={"pulumi-azuread": "6.10.0"},
)


def known(value: T) -> "Future[T]":
    future: Future[T] = Future()
    future.set_result(value)
    return future


def kept(error: Exception) -> "Future[Any]":
    future: Future[Any] = Future()
    future.set_exception(error)
    return future


class Silent:
    def step(self, text: str) -> None:
        pass

    wait = step

    def count(self, done: int, total: int) -> None:
        pass


@dataclass(frozen=True)
class Credential:
    """Signs in to anything, as azure-identity does."""

    entra: InProcess
    identity: SandboxIdentity | None

    def get_token(self, *scopes: str, **_: object) -> AccessToken:
        if self.identity is None:
            raise ClientAuthenticationError("no identity is configured")
        answer = self.entra.sign_in(self.identity, scope=scopes[0])
        assert answer.is_success, answer.text
        return AccessToken(answer.json()["access_token"], 0)


class World:
    """One stack. Change its attributes, then `look`."""

    def __init__(self, entra: InProcess) -> None:
        self.entra = entra
        self.deployer: SandboxIdentity | None = entra.identity(*DEPLOYER, name="The deployer")
        self.operator: SandboxIdentity | None = None
        self.configuration: dict[str, Any] = CONFIGURATION | {"owners": [self.deployer.object_id]}
        self.deployed: Deployed | None = None
        self.facts: dict[str, Any] = {}
        """Facts that differ from those of a stack that is well, by name."""
        self.names_operator = False
        self.transport: httpx.BaseTransport | None = None

    def look(self, check: PreflightCheck) -> PreflightFinding:
        (finding,) = run(self.situation(), Silent(), [check]).findings
        return finding

    def deploy(self, name: str = "SmartRecruiters Calendar Integration") -> Deployed:
        """Make the app as the deployer would, and take it into the state."""
        assert self.deployer is not None
        caller = self.entra.signed_in(self.deployer)
        application = caller.made("POST", "/applications", {"displayName": name, "signInAudience": "AzureADMyOrg"})
        principal = caller.made("POST", "/servicePrincipals", {"appId": application["appId"]})
        self.deployed = Deployed(application["id"], principal["id"])
        return self.deployed

    def situation(self) -> Situation:
        cloud = Cloud(BASE_URL, BASE_URL, resource_manager=BASE_URL)
        transport = self.transport or httpx.MockTransport(self._answer)
        identities = {Identity.DEPLOYER: self.deployer, Identity.OPERATOR: self.operator}
        tenant = BothViews(
            cloud,
            lambda identity: self._sign_in(identities[identity], identity, cloud, transport),
            lambda identity: Credential(self.entra, identities[identity]),
            transport,
        )
        facts: dict[str, Any] = {
            "engine": known("3.259.0"),
            "backend": known("file:///state"),
            "secrets_provider": known("passphrase"),
            "settings": self._settings(),
            "deployed": known(self.deployed),
            "others": known(()),
            "machine": known(WELL),
            "cloud": known(cloud),
            "tenant": known(tenant),
        }
        found = {name: future.result for name, future in (facts | self.facts).items()}
        return Situation(stack="dev", names_operator=self.names_operator, **found)

    def _settings(self) -> "Future[settings.Settings]":
        try:
            return known(configuration.parse(self.configuration))
        except ConfigurationRefused as refused:
            return kept(refused)

    def _sign_in(
        self, person: SandboxIdentity | None, identity: Identity, cloud: Cloud, transport: httpx.BaseTransport
    ) -> Directory:
        if person is None:
            raise EntraRefused("no identity is configured", identity)
        answer = self.entra.sign_in(person).json()
        if "access_token" not in answer:
            raise EntraRefused(answer["error_description"], identity)
        token = read_token(answer["access_token"], identity)
        assert token.directory_id == DIRECTORY
        return Directory(cloud, token, transport, identity=identity)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        with _ONE_AT_A_TIME:
            found = self.entra.request(
                request.method, str(request.url), headers=dict(request.headers), content=request.content
            )
        # The sandbox answers asynchronously, and the client wants a plain response.
        return httpx.Response(found.status_code, headers=found.headers, content=found.content)


_ONE_AT_A_TIME = threading.Lock()
