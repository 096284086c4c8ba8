"""A small Entra and Graph with state, behind httpx: answers the plugin and keeps a record of what was asked.

It is lenient on purpose; strictness is the sandbox's. Only the requests are under test here.
"""

import base64
import json
import re
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import httpx

HOST = "https://localhost:8443"
TENANT = "3f0c2f5e-8a57-4c1b-9d6e-1b7a52c0d101"
CLIENT_ID = "0f6a1c52-3b0e-4d7c-a1c4-5d2e8b9f1001"
CLIENT_SECRET = "toy-deployer-secret-value"
CALLER = "1a7b2d63-4c1f-4e8d-b2d5-6e3f9ca01002"
GRAPH_APP_ID = "00000003-0000-0000-c000-000000000000"
GRAPH_SP = "093c76c9-d596-43fd-aa9a-2a71e0e7ff6c"
DIRECTORY_READ_ALL = "7ab1d382-f21e-4acd-a863-ba3e13f7da61"
CALENDARS_READ_WRITE = "ef54d2bf-783f-4e0f-bca1-3210c0444d99"
SECRET_TEXT = "toy~secret~of~the~integration~app"


@dataclass(frozen=True)
class Asked:
    """One request as the plugin sent it."""

    method: str
    path: str
    query: dict[str, str]
    body: Any


@dataclass
class ToyGraph:
    """State, record, and faults to answer with instead."""

    asked: list[Asked] = field(default_factory=list)
    applications: dict[str, dict[str, Any]] = field(default_factory=dict)
    service_principals: dict[str, dict[str, Any]] = field(default_factory=dict)
    grants: dict[str, dict[str, Any]] = field(default_factory=dict)
    owners: dict[str, list[str]] = field(default_factory=dict)
    faults: list[tuple[str, str, httpx.Response]] = field(default_factory=list)
    """Method, path pattern and answer; each is used once."""
    metadata: dict[str, Any] = field(default_factory=dict)
    """Overrides of the metadata answer."""

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self.service_principals[GRAPH_SP] = {
            "id": GRAPH_SP,
            "appId": GRAPH_APP_ID,
            "displayName": "Microsoft Graph",
            "servicePrincipalType": "Application",
            "accountEnabled": True,
            "appRoles": [
                {"id": DIRECTORY_READ_ALL, "value": "Directory.Read.All", "isEnabled": True},
                {"id": CALENDARS_READ_WRITE, "value": "Calendars.ReadWrite", "isEnabled": True},
            ],
            "oauth2PermissionScopes": [],
        }

    def transport(self) -> httpx.MockTransport:
        """In place of the network."""
        return httpx.MockTransport(self.handle)

    def take(self) -> list[Asked]:
        """What was asked since the last call."""
        with self._lock:
            asked, self.asked = self.asked, []
            return asked

    def fault(self, method: str, pattern: str, status: int, code: str, message: str, **headers: str) -> None:
        """Answer one matching request with an error in Graph's form."""
        body = {"error": {"code": code, "message": message}}
        self.faults.append((method, pattern, httpx.Response(status, json=body, headers=headers)))

    def handle(self, request: httpx.Request) -> httpx.Response:
        path = unquote(request.url.path)
        with self._lock:
            text = request.content.decode()
            is_json = request.headers.get("content-type", "").startswith("application/json")
            body = json.loads(text) if is_json and text else text or None
            self.asked.append(Asked(request.method, path, dict(request.url.params), body))
            for fault in self.faults:
                if fault[0] == request.method and re.search(fault[1], path):
                    self.faults.remove(fault)
                    return fault[2]
            for method, pattern, answer in _ROUTES:
                match = re.fullmatch(pattern, path)
                if method == request.method and match:
                    return answer(self, request, body, *match.groups())
        raise AssertionError(f"the toy Graph does not know {request.method} {path}")


def not_found(object_id: str) -> httpx.Response:
    return httpx.Response(
        404,
        json={
            "error": {
                "code": "Request_ResourceNotFound",
                "message": f"Resource '{object_id}' does not exist or one of its queried "
                "reference-property objects are not present.",
            }
        },
    )


def _metadata(graph: ToyGraph, request: httpx.Request, body: Any) -> httpx.Response:
    document = {
        "name": "AzureCloud",
        "authentication": {"loginEndpoint": HOST, "audiences": [HOST], "tenant": "common", "identityProvider": "AAD"},
        "microsoftGraphResourceId": f"{HOST}/",
        "resourceManager": f"{HOST}/",
    }
    return httpx.Response(200, json=document | graph.metadata)


def _token(graph: ToyGraph, request: httpx.Request, body: Any, tenant: str) -> httpx.Response:
    claims = base64.urlsafe_b64encode(json.dumps({"oid": CALLER, "tid": tenant}).encode()).decode().rstrip("=")
    return httpx.Response(
        200, json={"token_type": "Bearer", "expires_in": 3599, "access_token": f"eyJhbGciOiJub25lIn0.{claims}.x"}
    )


def _pipeline_token(graph: ToyGraph, request: httpx.Request, body: Any) -> httpx.Response:
    assert request.headers["authorization"] == "Bearer request-token"
    if request.method == "POST":
        return httpx.Response(200, json={"oidcToken": "assertion.of.devops"})
    return httpx.Response(200, json={"count": 1, "value": f"assertion.for.{request.url.params['audience']}"})


def _managed_identity(graph: ToyGraph, request: httpx.Request, body: Any) -> httpx.Response:
    assert request.headers["metadata"] == "true"
    return _token(graph, request, body, TENANT)


def _domains(graph: ToyGraph, request: httpx.Request, body: Any) -> httpx.Response:
    initial = {"id": "contoso.onmicrosoft.com", "isInitial": True, "isDefault": False}
    custom = {"id": "contoso.example", "isInitial": False, "isDefault": True}
    shared = {"isVerified": True, "isRoot": True, "isAdminManaged": True, "authenticationType": "Managed"}
    unverified = {"id": "new.example", **shared, "isVerified": False, "isInitial": False, "isDefault": False}
    return httpx.Response(200, json={"value": [initial | shared, custom | shared, unverified]})


def _collection(graph: ToyGraph, name: str) -> dict[str, dict[str, Any]]:
    return graph.applications if name == "applications" else graph.service_principals


def _list(graph: ToyGraph, request: httpx.Request, body: Any, name: str) -> httpx.Response:
    match = re.fullmatch(r"(\w+) eq '(.*)'", request.url.params["$filter"])
    assert match, request.url.params
    key, value = match.groups()
    found = [one for one in _collection(graph, name).values() if one.get(key) == value.replace("''", "'")]
    return httpx.Response(200, json={"value": found})


def _create(graph: ToyGraph, request: httpx.Request, body: Any, name: str) -> httpx.Response:
    object_id = str(uuid.uuid4())
    body = dict(body)
    graph.owners[object_id] = [url.rsplit("/", 1)[-1] for url in body.pop("owners@odata.bind")]
    created = body | {"id": object_id, "publisherDomain": "contoso.onmicrosoft.com"}
    if name == "applications":
        created |= {"appId": str(uuid.uuid4()), "passwordCredentials": []}
    else:
        created |= {"servicePrincipalType": "Application", "servicePrincipalNames": [body["appId"]]}
    _collection(graph, name)[object_id] = created
    return httpx.Response(201, json=created)


def _read(graph: ToyGraph, request: httpx.Request, body: Any, name: str, object_id: str) -> httpx.Response:
    found = _collection(graph, name).get(object_id)
    return not_found(object_id) if found is None else httpx.Response(200, json=found)


def _change(graph: ToyGraph, request: httpx.Request, body: Any, name: str, object_id: str) -> httpx.Response:
    _collection(graph, name)[object_id].update(body)
    return httpx.Response(204)


def _delete(graph: ToyGraph, request: httpx.Request, body: Any, name: str, object_id: str) -> httpx.Response:
    if _collection(graph, name).pop(object_id, None) is None:
        return not_found(object_id)
    return httpx.Response(204)


def _owners(graph: ToyGraph, request: httpx.Request, body: Any, name: str, object_id: str) -> httpx.Response:
    listed = [{"@odata.type": "#microsoft.graph.servicePrincipal", "id": one} for one in graph.owners[object_id]]
    return httpx.Response(200, json={"value": listed})


def _add_owner(graph: ToyGraph, request: httpx.Request, body: Any, name: str, object_id: str) -> httpx.Response:
    graph.owners[object_id].append(body["@odata.id"].rsplit("/", 1)[-1])
    return httpx.Response(204)


def _remove_owner(
    graph: ToyGraph, request: httpx.Request, body: Any, name: str, object_id: str, owner: str
) -> httpx.Response:
    graph.owners[object_id].remove(owner)
    return httpx.Response(204)


def _add_password(graph: ToyGraph, request: httpx.Request, body: Any, object_id: str) -> httpx.Response:
    credential = {"startDateTime": "2026-12-01T08:00:00Z", "endDateTime": "2028-12-01T08:00:00Z", "hint": "toy"}
    credential |= body["passwordCredential"] | {"keyId": str(uuid.uuid4())}
    graph.applications[object_id]["passwordCredentials"].append(credential | {"secretText": None})
    return httpx.Response(200, json=credential | {"secretText": SECRET_TEXT})


def _remove_password(graph: ToyGraph, request: httpx.Request, body: Any, object_id: str) -> httpx.Response:
    application = graph.applications[object_id]
    application["passwordCredentials"] = [
        one for one in application["passwordCredentials"] if one["keyId"] != body["keyId"]
    ]
    return httpx.Response(204)


def _grant(graph: ToyGraph, request: httpx.Request, body: Any, resource: str) -> httpx.Response:
    grant_id = base64.urlsafe_b64encode(uuid.uuid4().bytes + uuid.uuid4().bytes).decode().rstrip("=")
    graph.grants[grant_id] = body | {
        "id": grant_id,
        "principalType": "ServicePrincipal",
        "principalDisplayName": "toy",
        "resourceDisplayName": "Microsoft Graph",
    }
    return httpx.Response(201, json=graph.grants[grant_id])


def _read_grant(graph: ToyGraph, request: httpx.Request, body: Any, resource: str, grant_id: str) -> httpx.Response:
    found = graph.grants.get(grant_id)
    return not_found(grant_id) if found is None else httpx.Response(200, json=found)


def _delete_grant(graph: ToyGraph, request: httpx.Request, body: Any, resource: str, grant_id: str) -> httpx.Response:
    return httpx.Response(204) if graph.grants.pop(grant_id, None) else not_found(grant_id)


_OBJECT = r"/v1\.0/(applications|servicePrincipals)"
_ROUTES: list[tuple[str, str, Callable[..., httpx.Response]]] = [
    ("GET", r"/metadata/endpoints", _metadata),
    ("POST", r"/([^/]+)/oauth2/v2\.0/token", _token),
    ("GET", r"/pipeline/token", _pipeline_token),
    ("POST", r"/pipeline/token", _pipeline_token),
    ("GET", r"/metadata/identity/oauth2/token", _managed_identity),
    ("GET", r"/v1\.0/domains", _domains),
    ("GET", _OBJECT, _list),
    ("POST", _OBJECT, _create),
    ("GET", rf"{_OBJECT}/([^/]+)", _read),
    ("GET", r"/beta/(applications|servicePrincipals)/([^/]+)", _read),
    ("PATCH", rf"{_OBJECT}/([^/]+)", _change),
    ("PATCH", r"/beta/(applications)/([^/]+)", _change),
    ("DELETE", rf"{_OBJECT}/([^/]+)", _delete),
    ("GET", rf"{_OBJECT}/([^/]+)/owners", _owners),
    ("POST", rf"{_OBJECT}/([^/]+)/owners/\$ref", _add_owner),
    ("DELETE", rf"{_OBJECT}/([^/]+)/owners/([^/]+)/\$ref", _remove_owner),
    ("POST", r"/v1\.0/applications/([^/]+)/addPassword", _add_password),
    ("POST", r"/v1\.0/applications/([^/]+)/removePassword", _remove_password),
    ("POST", r"/v1\.0/servicePrincipals/([^/]+)/appRoleAssignedTo", _grant),
    ("GET", r"/v1\.0/servicePrincipals/([^/]+)/appRoleAssignedTo/([^/]+)", _read_grant),
    ("DELETE", r"/v1\.0/servicePrincipals/([^/]+)/appRoleAssignedTo/([^/]+)", _delete_grant),
]
