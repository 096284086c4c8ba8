"""Whatever is sent, Graph answers in its own form; whatever is done, the directory stays consistent."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule, run_state_machine_as_test

from sandbox.api.urls import ROUTES
from sandbox.core.home import Home
from sandbox.graph import microsoft_graph
from sandbox.seed import creation
from sandbox.seed.constants import CONTOSO
from tests.sandbox.in_process import Caller, InProcess, error

ROLES = tuple(
    sorted({name for route in ROUTES for name in route.permissions.application} & set(microsoft_graph.role_ids()))
)
IDS = (
    CONTOSO.graph_id,
    CONTOSO.identity("operator").application_id,
    CONTOSO.identity("operator").service_principal_id,
    CONTOSO.identity("operator").app_id,
    "99999999-9999-4999-8999-999999999999",
    "boardroom@contoso.example",
    "recruiting.admin@contoso.example",
)
SEGMENTS = sorted(
    {segment for route in ROUTES for segment in route.template.strip("/").split("/") if "{" not in segment}
)
OPTIONS = (
    "$filter",
    "$select",
    "$top",
    "$skip",
    "$count",
    "$search",
    "$orderby",
    "$skiptoken",
    "$expand",
    "$format",
    "x",
)
OPTION_VALUES = (
    "displayName eq 'x'",
    "appId eq 'x'",
    "startswith(displayName,'x')",
    "not (displayName eq 'x')",
    "tags/any(t:t eq 'x')",
    "id,displayName",
    "true",
    "1",
    '"displayName:x"',
    "displayName desc",
    "WyJwYWdlIiwiMSJd",
    "WyJwYWdlIiwieCIsIjk5OTk5OTk5OTk5OTk5OTk5OTk5OTkiXQ",
)
PROPERTIES = (
    "displayName",
    "appId",
    "owners@odata.bind",
    "@odata.type",
    "@odata.id",
    "web",
    "api",
    "redirectUris",
    "requiredResourceAccess",
    "passwordCredential",
    "endDateTime",
    "keyId",
    "principalId",
    "resourceId",
    "appRoleId",
    "requests",
    "schedules",
    "startTime",
    "name",
    "issuer",
    "subject",
    "audiences",
    "tags",
    "id",
)


def text() -> st.SearchStrategy[str]:
    return st.text(max_size=30)


def paths() -> st.SearchStrategy[str]:
    segment = st.one_of(
        st.sampled_from(SEGMENTS),
        st.sampled_from(IDS),
        st.builds(lambda name, key: f"{name}(appId='{key}')", st.sampled_from(SEGMENTS), st.sampled_from(IDS)),
        text(),
    )
    version = st.sampled_from(["v1.0", "beta", "V1.0", "v2.0"])
    encoded = st.lists(segment, max_size=6).map(lambda found: "/".join(quote(item, safe="()'=$@:") for item in found))
    return st.builds(lambda head, tail: f"/{head}/{tail}", version, encoded)


def bodies() -> st.SearchStrategy[bytes]:
    leaf = st.none() | st.booleans() | st.integers() | st.floats() | text() | st.sampled_from(IDS)
    value = st.recursive(
        leaf,
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(PROPERTIES) | text(), inner, max_size=5)
        ),
        max_leaves=12,
    )
    objects = st.dictionaries(st.sampled_from(PROPERTIES), value, max_size=6)
    return st.one_of(objects.map(lambda found: json.dumps(found).encode()), st.binary(max_size=60), st.just(b""))


HEADERS = st.dictionaries(
    st.sampled_from(["ConsistencyLevel", "Prefer", "client-request-id", "Content-Type", "If-Match", "Accept"]),
    st.sampled_from(["eventual", "create-if-missing", "application/json", "text/plain", "nonsense", "é" * 5, ""]),
    max_size=4,
)
QUERIES = st.lists(st.tuples(st.sampled_from(OPTIONS), st.sampled_from(OPTION_VALUES) | text()), max_size=4)
METHODS = st.sampled_from(["GET", "POST", "PATCH", "PUT", "DELETE", "HEAD", "OPTIONS", "TRACE", "MERGE", "X"])


@pytest.fixture(scope="module")
def caller(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    home = Home(tmp_path_factory.mktemp("properties") / "home")
    creation.ensure(home)
    entra = InProcess(home)
    yield entra.caller(*ROLES)
    entra.close()


def check(answer: httpx.Response, method: str) -> None:
    assert answer.status_code < 500, answer.text
    assert "request-id" in answer.headers
    if answer.status_code >= 400 and method != "HEAD":
        error(answer)


@settings(max_examples=300)
@given(METHODS, paths(), QUERIES, HEADERS, bodies())
def test_anything_at_all_gets_graphs_own_answer(
    caller: Caller, method: str, path: str, query: list[tuple[str, str]], headers: dict[str, str], body: bytes
) -> None:
    sent = {name: value.encode() for name, value in headers.items()} | {
        "Authorization": f"Bearer {caller.token}".encode()
    }
    check(caller.entra.request(method, path, params=query, headers=sent, content=body), method)


@settings(max_examples=150)
@given(st.text(max_size=60))
def test_any_authorization_header_is_refused(caller: Caller, authorization: str) -> None:
    answer = caller.entra.request("GET", "/v1.0/users", headers={"Authorization": authorization.encode()})
    assert error(answer)[0] == 401


@settings(max_examples=150)
@given(st.binary(max_size=80), st.sampled_from([CONTOSO.id, "contoso.example", "x", "%20", "é"]))
def test_any_form_at_the_token_endpoint_is_refused_in_entras_form(caller: Caller, body: bytes, tenant: str) -> None:
    answer = caller.entra.request("POST", f"/{quote(tenant)}/oauth2/v2.0/token", content=body)
    assert answer.status_code in (400, 401)
    assert answer.json()["error_description"].startswith("AADSTS")


class Directory(RuleBasedStateMachine):
    """Valid operations in any order."""

    applications: Bundle[dict[str, Any]] = Bundle("applications")
    principals: Bundle[dict[str, Any]] = Bundle("principals")
    deleted: Bundle[str] = Bundle("deleted")

    home: Path

    def __init__(self) -> None:
        super().__init__()
        self.entra = InProcess(Home(self.home))
        self.admin = self.entra.caller(*ROLES)
        self.graph = CONTOSO.graph_id

    @rule(
        target=applications, name=st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=20)
    )
    def register(self, name: str) -> dict[str, Any]:
        return self.admin.made("POST", "/applications", {"displayName": name})

    @rule(target=principals, application=applications)
    def consent(self, application: dict[str, Any]) -> dict[str, Any]:
        answer = self.admin.send("POST", "/servicePrincipals", {"appId": application["appId"]})
        assert answer.status_code in (201, 400, 409)
        return answer.json() if answer.status_code == 201 else {"id": application["id"]}

    @rule(principal=principals, role=st.sampled_from(ROLES))
    def grant(self, principal: dict[str, Any], role: str) -> None:
        wish = {"principalId": principal["id"], "resourceId": self.graph, "appRoleId": microsoft_graph.role_ids()[role]}
        answer = self.admin.send("POST", f"/servicePrincipals/{self.graph}/appRoleAssignedTo", wish)
        assert answer.status_code in (201, 400, 404)

    @rule(application=applications)
    def add_secret(self, application: dict[str, Any]) -> None:
        answer = self.admin.send("POST", f"/applications/{application['id']}/addPassword", {})
        assert answer.status_code in (200, 404)

    @rule(target=deleted, application=applications)
    def delete_application(self, application: dict[str, Any]) -> str:
        assert self.admin.send("DELETE", f"/applications/{application['id']}").status_code in (204, 404)
        return str(application["id"])

    @rule(target=deleted, principal=principals)
    def delete_principal(self, principal: dict[str, Any]) -> str:
        assert self.admin.send("DELETE", f"/servicePrincipals/{principal['id']}").status_code in (204, 404)
        return str(principal["id"])

    @rule(identifier=deleted)
    def restore(self, identifier: str) -> None:
        assert self.admin.send("POST", f"/directory/deletedItems/{identifier}/restore").status_code in (
            200,
            400,
            404,
            409,
        )

    @rule(identifier=consumes(deleted))
    def purge(self, identifier: str) -> None:
        assert self.admin.send("DELETE", f"/directory/deletedItems/{identifier}").status_code in (204, 404)

    @invariant()
    def every_grant_has_both_ends(self) -> None:
        assert self._none(
            "SELECT grants.id FROM grants LEFT JOIN objects AS p ON p.id = principal AND p.deleted IS NULL "
            "LEFT JOIN objects AS r ON r.id = resource AND r.deleted IS NULL WHERE p.id IS NULL OR r.id IS NULL"
        )

    @invariant()
    def every_service_principal_has_its_application(self) -> None:
        assert self._none(
            "SELECT id FROM objects AS s WHERE kind = 'servicePrincipal' AND deleted IS NULL AND key <> ? "
            "AND NOT EXISTS (SELECT 1 FROM objects AS a WHERE a.kind = 'application' AND a.deleted IS NULL "
            "AND a.key = s.key AND a.tenant = s.tenant)",
            microsoft_graph.APP_ID,
        )

    @invariant()
    def no_key_is_used_twice(self) -> None:
        assert self._none(
            "SELECT key FROM objects WHERE deleted IS NULL AND key IS NOT NULL "
            "GROUP BY tenant, kind, key HAVING count(*) > 1"
        )

    @invariant()
    def nothing_hangs_on_what_is_gone(self) -> None:
        for table, column in (("secrets", "application"), ("owners", "object"), ("owners", "owner")):
            assert self._none(f"SELECT {column} FROM {table} WHERE {column} NOT IN (SELECT id FROM objects)")  # noqa: S608

    def _none(self, sql: str, *parameters: str) -> bool:
        return self.entra.store.one(sql, parameters) is None

    def teardown(self) -> None:
        self.entra.close()


def test_any_sequence_of_operations_leaves_the_directory_consistent(home: Home) -> None:
    Directory.home = home.path
    run_state_machine_as_test(Directory, settings=settings(max_examples=25, stateful_step_count=25))
