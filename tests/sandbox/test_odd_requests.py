"""Whatever is sent to the sandbox is answered in the form of the service that was asked, and never with a 500."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import cycle
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import Phase, example, given, settings

from sandbox.api.urls import ROUTES
from sandbox.azure import models
from sandbox.azure.seeding import subscription_of, vault_of
from sandbox.core.home import Home
from sandbox.graph import azure_names, microsoft_graph
from sandbox.seed import creation
from sandbox.seed.constants import CONTOSO
from sandbox.smartrecruiters.accounts import ADMINISTRATOR, account
from sandbox.smartrecruiters.responses import SESSION_COOKIE
from sandbox.smartrecruiters.state import State
from tests.sandbox.in_process import BASE_URL, Caller, InProcess, error
from tests.sandbox.odd_requests import AZURE, FITTING, GRAPH, ODDITIES, PAGE, SENSIBLE, SIGN_IN, Mutation, Oddity, Place

FEDERATED = SENSIBLE["/federatedIdentityCredentials"]
PARAMETER = re.compile(r"\{(?P<name>\w+)[^}]*\}")
PHASES = [Phase.explicit, Phase.generate]
EXAMPLES = 5
"""Each is sent to every route of a service; what it finds is not made smaller, which would take minutes."""


class _UndoneError(Exception):
    """Takes back what a request has changed, so that the next one finds what its addresses name."""


@dataclass(repr=False)
class Target:
    """A sandbox with something of everything in it, and the right to all of it."""

    caller: Caller
    ids: Mapping[str, str]
    tokens: Mapping[str, str]
    session: Mapping[bytes, bytes]
    fitting: Mapping[str, str]
    """What fills a parameter of that name."""

    def send(self, place: Place, oddity: Oddity) -> httpx.Response:
        keys = cycle(oddity.keys)
        path = PARAMETER.sub(lambda found: quote(self._key(found["name"], next(keys)), safe="@"), place.template)
        headers = {b"Content-Type": b"application/json", **self._credentials(place, oddity), **oddity.headers}
        body = oddity.body.of(place.sensible()) if isinstance(oddity.body, Mutation) else oddity.body
        for name, known in self.ids.items():
            body = body.replace(name.encode(), known.encode())
        query = oddity.query
        if place.resource in ("arm", "vault") and "api-version" not in query:
            query = f"api-version={'7.4' if place.resource == 'vault' else '2024-11-01'}&{query}"
        return self.caller.entra.request(
            oddity.method or place.method, f"{path}?{query}", headers=list(headers.items()), content=body
        )

    def undone(self, place: Place, oddity: Oddity) -> httpx.Response:
        with suppress(_UndoneError), self.caller.entra.store.transaction():
            answer = self.send(place, oddity)
            raise _UndoneError
        return answer

    def _key(self, name: str, key: str) -> str:
        key = self.fitting.get(name, "{principal}") if key == FITTING else key
        return self.ids.get(key, key.encode(errors="replace").decode())

    def _credentials(self, place: Place, oddity: Oddity) -> Mapping[bytes, bytes]:
        if oddity.credentials is not None:
            return {b"Authorization": oddity.credentials}
        if place.resource == "page":
            return self.session
        return {b"Authorization": self.tokens[place.resource].encode()} if place.resource in self.tokens else {}


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    home = Home(tmp_path_factory.mktemp("odd") / "home")
    creation.ensure(home)
    entra = InProcess(home)
    asked = {name for route in ROUTES for name in (*route.permissions.application, *route.permissions.also_one_of)}
    caller = entra.caller(*sorted(asked & microsoft_graph.role_ids().keys()))
    with entra.store.transaction():
        vault = models.find(entra.store, vault_of("contoso"))
        assert vault is not None
        models.put(entra.store, vault, "office-365", "value", {"enabled": True}, entra.now)
        models.allow(entra.store, vault_of("contoso"), caller.identity.object_id, models.CONTRIBUTOR)
        models.allow(entra.store, vault_of("contoso"), caller.identity.object_id, models.OFFICER)
    tokens = {"graph": f"Bearer {caller.token}"}
    for name, resource in (("arm", azure_names.RESOURCE_MANAGER), ("vault", azure_names.vault_resource(BASE_URL))):
        answer = entra.sign_in(caller.identity, scope=f"{resource}/.default")
        tokens[name] = f"Bearer {answer.json()['access_token']}"
    issued = home.oidc_request_token.read_text()
    administrator = account(ADMINISTRATOR)
    assert administrator is not None
    state = State(entra.store)
    cookie = state.sign_in(administrator).cookie
    session = state.session(cookie)
    assert session is not None
    proof = {b"Cookie": f"{SESSION_COOKIE}={cookie}".encode(), b"X-CSRF-Token": session.anti_forgery.encode()}
    ids = {
        "{app}": caller.identity.application_id,
        "{client}": caller.identity.client_id,
        "{principal}": caller.identity.object_id,
        "{user}": caller.made("GET", "/users/boardroom@contoso.example")["id"],
        "{group}": caller.made("GET", "/groups")["value"][0]["id"],
    }
    credential = caller.made("POST", f"/applications/{ids['{app}']}/federatedIdentityCredentials", FEDERATED)
    role = caller.made("POST", "/directoryRoles", {"roleTemplateId": "62e90394-69f5-4237-9190-012177145e10"})
    policy = caller.made("POST", "/policies/claimsMappingPolicies", SENSIBLE["Policies"])
    removed = caller.made("POST", "/applications", {"displayName": "removed"})["id"]
    caller.made("DELETE", f"/applications/{removed}")
    held = caller.made("GET", f"/servicePrincipals/{ids['{principal}']}/appRoleAssignments")["value"][0]
    rooms = "/users/boardroom@contoso.example"
    event = caller.made("POST", f"{rooms}/events", SENSIBLE["/events"])
    fitting = {
        "application": "{app}",
        "user": "{user}",
        "group": "{group}",
        "domain": "contoso.example",
        "organization": CONTOSO.id,
        "tenant": CONTOSO.id,
        "credential": credential["id"],
        "role": role["id"],
        "definition": role["roleTemplateId"],
        "event": event["id"],
        "calendar": caller.made("GET", f"{rooms}/calendars")["value"][0]["id"],
        "place": "boardroom@contoso.example",
        "subscription": subscription_of(CONTOSO.id),
        "policy": policy["id"],
        "object": removed,
        "assignment": held["id"],
        "owner": "{user}",
        "member": "{user}",
        "vault": vault_of("contoso"),
        "secret": "office-365",
        "company": "contoso",
    }
    yield Target(caller, ids, {**tokens, "sign-in": f"Bearer {issued}"}, proof, fitting)
    entra.close()


def every(target: Target, places: Sequence[Place], oddity: Oddity) -> Iterator[tuple[Place, httpx.Response]]:
    for place in places:
        answer = target.undone(place, oddity)
        assert answer.status_code < 500, f"{place}: {answer.text}"
        if answer.status_code >= 400 and answer.request.method != "HEAD":
            yield place, answer


@settings(max_examples=EXAMPLES, phases=PHASES)
@example(Oddity(None, [FITTING], "", {}, Mutation(4, 1), None))
@given(ODDITIES)
def test_graph_answers_anything_in_its_own_form(target: Target, oddity: Oddity) -> None:
    for place, answer in every(target, GRAPH, oddity):
        assert error(answer)[0] < 500, place


@settings(max_examples=EXAMPLES * 4, phases=PHASES)
@example(Oddity(None, [FITTING], "", {}, b"[" * 100_000, None))
@given(ODDITIES)
def test_azure_answers_anything_in_its_own_form(target: Target, oddity: Oddity) -> None:
    for place, answer in every(target, AZURE, oddity):
        inside = answer.json()["error"]
        assert {"code", "message"} <= set(inside) <= {"code", "message", "innererror"}, place


@settings(max_examples=EXAMPLES * 4, phases=PHASES)
@example(Oddity(None, [FITTING], "", {}, b"", b"Basic \xe9"))
@given(ODDITIES)
def test_the_sign_in_side_answers_anything_in_its_own_form(target: Target, oddity: Oddity) -> None:
    for place, answer in every(target, SIGN_IN, oddity):
        refusal: dict[str, Any] = answer.json()
        if place.template.startswith("/contoso.example/"):
            assert refusal["error_description"].startswith("AADSTS"), place
        elif "error_description" not in refusal and "message" not in refusal:
            assert {"code", "message"} <= set(refusal["error"]), place


@settings(max_examples=EXAMPLES * 4, phases=PHASES)
@example(Oddity(None, [FITTING], "", {b"Origin": b"https://["}, b"[" * 100_000, None))
@given(ODDITIES)
def test_the_settings_page_answers_anything(target: Target, oddity: Oddity) -> None:
    for place in PAGE:
        answer = target.send(place, oddity)
        assert answer.status_code < 500, f"{place}: {answer.text}"
