"""Requests that no client means to send: bodies of the wrong type, depth or encoding, odd keys, queries and headers."""

import base64
import copy
import gzip
import json
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote

from hypothesis import strategies as st

from sandbox.api.urls import ROUTES
from sandbox.azure import resource_manager
from sandbox.azure.seeding import RESOURCE_GROUP, vault_of
from sandbox.smartrecruiters import variant

MOMENT = {"dateTime": "2026-12-02T09:00:00", "timeZone": "UTC"}
NAMED = {"displayName": "x"}
REFERENCE = {"@odata.id": "https://localhost:8443/v1.0/directoryObjects/{principal}"}
SENSIBLE: dict[str, dict[str, Any]] = {
    "/applications": NAMED
    | {
        "web": {"redirectUris": ["https://a.example/x"], "implicitGrantSettings": {"enableIdTokenIssuance": True}},
        "requiredResourceAccess": [{"resourceAppId": "{app}", "resourceAccess": [{"id": "{app}", "type": "Role"}]}],
        "owners@odata.bind": [REFERENCE["@odata.id"]],
        "tags": ["x"],
        "keyCredentials": [{"type": "AsymmetricX509Cert", "usage": "Verify", "key": "eA=="}],
        "servicePrincipalLockConfiguration": {"isEnabled": True, "allProperties": True},
        "signInAudience": "AzureADMyOrg",
        "optionalClaims": {"idToken": []},
        "info": {},
    },
    "/servicePrincipals": {
        "appId": "{client}",
        "tags": ["x"],
        "appRoleAssignmentRequired": True,
        "keyCredentials": [{"type": "AsymmetricX509Cert", "usage": "Verify", "key": "eA=="}],
    },
    "/addPassword": {"passwordCredential": NAMED | {"endDateTime": "2027-12-01T00:00:00Z"}},
    "/removePassword": {"keyId": "{app}"},
    "/addTokenSigningCertificate": {"displayName": "CN=x", "endDateTime": "2027-12-01T00:00:00Z"},
    "/$ref": REFERENCE,
    "/federatedIdentityCredentials": {
        "name": "xyz",
        "issuer": "https://a.example",
        "subject": "y",
        "audiences": ["api://AzureADTokenExchange"],
        "description": "z",
    },
    "/appRoleAssignedTo": {"principalId": "{principal}", "resourceId": "{principal}", "appRoleId": "{app}"},
    "/appRoleAssignments": {"principalId": "{principal}", "resourceId": "{principal}", "appRoleId": "{app}"},
    "/oauth2PermissionGrants": {
        "clientId": "{principal}",
        "consentType": "AllPrincipals",
        "resourceId": "{principal}",
        "scope": "User.Read",
    },
    "Policies": NAMED | {"definition": ["{}"], "isOrganizationDefault": False, "restrictions": {}},
    "/restore": {"autoReconcileProxyConflict": False},
    "/directoryRoles": {"roleTemplateId": "62e90394-69f5-4237-9190-012177145e10"},
    "/roleAssignments": {
        "roleDefinitionId": "62e90394-69f5-4237-9190-012177145e10",
        "directoryScopeId": "/",
        "principalId": "{principal}",
    },
    "/roleDefinitions": NAMED | {"rolePermissions": [{"allowedResourceActions": ["x"]}], "isEnabled": True},
    "/administrativeUnits": NAMED,
    "/getMemberGroups": {"securityEnabledOnly": True},
    "/checkMemberGroups": {"groupIds": ["{app}"]},
    "/getByIds": {"ids": ["{principal}"], "types": ["user"]},
    "/groups": NAMED
    | {
        "securityEnabled": True,
        "mailEnabled": False,
        "mailNickname": "x",
        "members@odata.bind": [REFERENCE["@odata.id"]],
        "owners@odata.bind": [REFERENCE["@odata.id"]],
    },
    "/events": {"subject": "x", "start": MOMENT, "end": MOMENT, "location": NAMED, "showAs": "tentative"},
    "getSchedule": {"schedules": ["boardroom@contoso.example"], "startTime": MOMENT, "endTime": MOMENT},
    "/$batch": {
        "requests": [
            {"id": "1", "method": "GET", "url": "/users", "headers": {"Content-Type": "application/json"}, "body": {}},
            {"id": "2", "method": "POST", "url": "/applications", "dependsOn": ["1"]},
        ]
    },
    "/secrets/{secret}": {
        "properties": {"value": "x", "contentType": "text/x", "attributes": {"enabled": True, "exp": 1_827_619_200}},
        "tags": {"keyId": "k"},
    },
    "/office-365": {"clientId": "{client}", "clientSecret": "x", "tenantId": "contoso.example"},
}
"""What a client means to send, by the end of the route; `{app}`, `{client}` and `{principal}` are IDs that exist."""

_VAULT = f"/keyvault/{vault_of('contoso')}"


def _in_group(template: str) -> str:
    return template.replace("{group}", RESOURCE_GROUP)


@dataclass(frozen=True)
class Place:
    """A method and an address, with parameters still to be filled."""

    method: str
    template: str
    resource: str = "graph"
    """Whose token and whose form: `graph`, `arm`, `vault`, `sign-in`, `page`."""

    def sensible(self) -> dict[str, Any]:
        """The body that belongs there."""
        plain = self.template.rpartition("/{")[0] if self.template.endswith("}") else self.template
        ends = (self.template, plain)
        return next((body for end, body in SENSIBLE.items() if any(one.endswith(end) for one in ends)), NAMED)


GRAPH = tuple(Place(route.method, f"/{version}{route.template}") for route in ROUTES for version in route.versions)
AZURE = (
    *(Place(method, _in_group(resource_manager.TEMPLATE), "arm") for method in ("GET", "PUT", "PUT", "DELETE")),
    Place("GET", _in_group(resource_manager.PERMISSIONS_TEMPLATE), "arm"),
    *(Place("GET", path, "arm") for path in ("/subscriptions", "/tenants", "/subscriptions/", "/subscriptions/x")),
    *(Place(method, f"{_VAULT}/secrets/{{secret}}", "vault") for method in ("GET", "DELETE", "PUT")),
    Place("GET", f"{_VAULT}/secrets/{{secret}}/{{version}}", "vault"),
    Place("GET", f"{_VAULT}/deletedsecrets/{{secret}}", "vault"),
    Place("POST", f"{_VAULT}/deletedsecrets/{{secret}}/recover", "vault"),
    *(Place("GET", path, "vault") for path in ("/keyvault/", "/keyvault//", "/keyvault/{vault}", _VAULT)),
)
SIGN_IN = (
    *(Place("POST", f"/{tenant}/oauth2/v2.0/token", "sign-in") for tenant in ("contoso.example", "{tenant}")),
    *(
        Place("GET", f"/{{tenant}}/{path}", "sign-in")
        for path in (
            "v2.0/.well-known/openid-configuration",
            ".well-known/openid-configuration",
            "discovery/v2.0/keys",
            "discovery/keys",
            "discovery/instance",
        )
    ),
    *(
        Place("GET", path, "sign-in")
        for path in (
            "/common/discovery/instance",
            "/metadata/endpoints",
            "/metadata/identity/oauth2/token",
            "/oidc/.well-known/openid-configuration",
            "/oidc/keys",
            "/oidc/token",
            "/oidc/{anything}",
            "/{anything}",
            "/",
            "//",
        )
    ),
    Place("POST", "/oidc/token", "sign-in"),
)

PAGE = tuple(
    Place(method, f"/smartrecruiters{path}", "page")
    for method, path in (
        ("GET", "/"),
        ("GET", variant.SIGN_IN),
        ("POST", variant.SIGN_IN),
        ("GET", variant.SINGLE_SIGN_ON),
        ("POST", variant.SINGLE_SIGN_ON),
        ("GET", "/identity-provider/{company}"),
        ("POST", "/sign-out"),
        ("GET", "/settings"),
        ("GET", variant.CALENDARS),
        ("GET", variant.TAB),
        ("PUT", variant.TAB),
        ("POST", f"{variant.TAB}/loads"),
        ("GET", f"{variant.TAB}/loads/{{load}}"),
        ("GET", variant.MOVED_TAB),
        ("GET", "/static/{anything}"),
        ("GET", "/{anything}"),
    )
)

Drawn = TypeVar("Drawn")


def seldom(odd: st.SearchStrategy[Drawn], usual: Drawn) -> st.SearchStrategy[Drawn]:
    """What is usual, but one time in six."""
    return st.tuples(st.integers(1, 6), odd).map(lambda drawn: drawn[1] if drawn[0] == 3 else usual)


METHODS: st.SearchStrategy[str | None] = seldom(
    st.sampled_from(["GET", "POST", "PATCH", "PUT", "DELETE", "HEAD", "OPTIONS", "TRACE", "X", "get"]), None
)
"""None: the route's own."""

NUMBERS = (0, -1, 2**63, -(2**70), 1.5, 1e308, float("nan"), float("inf"))
TEXTS = ("", " ", "\x00", "é", "\ud800", "x" * 5000, "{app}", "{principal}", "2026-13-45T00:00:00Z", "%", "'", "/")
DATES = ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "https://[", "https://localhost:8443/v1.0/users/x", "{", "=")


def nested(depth: int) -> list[Any]:
    """A list in a list in a list."""
    inner: list[Any] = []
    for _ in range(depth):
        inner = [inner]
    return inner


VALUES = st.one_of(
    st.sampled_from([None, True, *NUMBERS]),
    st.sampled_from([*TEXTS, *DATES]),
    st.sampled_from([[], {}, [None], [1], [[]], [{}], ["x", 1], {"": None}, {"x": {}}, {"id": "x"}, nested(150)]),
    st.text(st.characters(codec=None), max_size=8),
)
"""What stands in a body where something else belongs."""

RAW_BODIES = st.sampled_from(
    [
        b"", b"null", b"[]", b'"x"', b"1", b"{", b"{}", b"\xff\xfe", b"\xef\xbb\xbf{}", b'{"displayName":"\xff"}',
        b"[" * 100_000, b'{"a":' * 100_000, b"[" * 900 + b"]" * 900, b'{"displayName":' * 900 + b"1" + b"}" * 900,
        b'{"a":NaN}', b'{"a":1e999}', b'{"a":' + b"9" * 5000 + b"}", b'{"displayName":"x","displayName":1}',
        '{"displayName":"x"}'.encode("utf-16"), '{"displayName":"x"}'.encode("utf-32"), gzip.compress(b"{}"),
        b"grant_type=client_credentials&client_id=%ff&client_secret=%00&scope=%ed%a0%80", b"a=b&a", b"&&==",
    ]
)  # fmt: skip

_SEGMENT = base64.urlsafe_b64encode
JWTS = st.tuples(RAW_BODIES, RAW_BODIES, st.binary(max_size=4)).map(
    lambda parts: b".".join(_SEGMENT(part).rstrip(b"=") for part in parts)[:60_000]
)
CREDENTIALS: st.SearchStrategy[bytes | None] = st.one_of(
    st.sampled_from(
        [b"", b"Bearer", b"Bearer ", b"Bearer a.b.c", b"Bearer \xe9.\xe9.\xe9", b"Basic \xe9", b"Basic =="]
    ),
    st.binary(max_size=12).map(lambda secret: b"Basic " + base64.b64encode(secret)),
    JWTS.map(lambda token: b"Bearer " + token),
)
"""None: those that are valid there."""

FITTING = "{}"
KEYS = st.lists(
    seldom(
        st.sampled_from(["{app}", "{principal}", "{user}", "{group}", "boardroom@contoso.example", "office-365"])
        | st.sampled_from([*TEXTS[:3], *DATES, "common", "contoso", "a" * 300, "..", "0" * 32])
        | st.text(max_size=5),
        FITTING,
    ),
    min_size=1,
    max_size=4,
)
"""What fills the parameters of an address, the first one first; `FITTING` is what belongs there."""

QUERIES = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "$filter", "$select", "$top", "$skip", "$count", "$search", "$orderby", "$expand", "$skiptoken", "",
                "api-version", "resource", "client_id", "audience", "subject", "startDateTime", "endDateTime", "next",
                "authorization_endpoint", "serviceConnectionId", "level",
            ]
        ),
        st.sampled_from([*TEXTS[:4], *DATES, "-1", "9" * 30, "2018-02-01", "2022-12-01", "(" * 300, "not " * 300, "id"])
        | st.sampled_from(["displayName eq 'x'", "tags/any(t:t eq 'x')", "true", '"displayName:x"', "id,displayName"])
        | st.text(max_size=6),
    ).map(lambda pair: f"{quote(pair[0], safe='$')}={quote(pair[1])}")
    | st.sampled_from(["%ff", "%", "&", "=", "a=%zz", "%24top=1"]),
    max_size=3,
).map("&".join)  # fmt: skip

HEADERS = st.dictionaries(
    st.sampled_from(
        [
            b"Content-Type", b"Prefer", b"ConsistencyLevel", b"client-request-id", b"Accept", b"Metadata", b"Origin",
            b"Cookie", b"X-CSRF-Token", b"If-Match", b"Host",
        ]
    ),
    st.sampled_from(
        [
            b"application/json", b"application/json; charset=zip", b"text/plain", b"application/x-www-form-urlencoded",
            b"application/x-www-form-urlencoded; charset=zip", b"multipart/form-data",
            b"multipart/form-data; boundary=x", b'outlook.timezone="\xe9"', b"create-if-missing", b"eventual",
            b"true", b"\xff" * 300,
            b"https://[", b"", b"=",
        ]
    ),
    max_size=4,
)  # fmt: skip


@dataclass(frozen=True)
class Mutation:
    """One value somewhere in a body exchanged for another."""

    where: int
    value: Any

    def of(self, body: dict[str, Any]) -> bytes:
        changed = copy.deepcopy(body)
        spots = [*_spots(changed)]
        holder, key = spots[self.where % len(spots)]
        holder[key] = self.value
        return json.dumps(changed).encode()


def _spots(node: Any) -> list[tuple[Any, Any]]:
    """Every place in a document that holds a value."""
    inside = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [spot for key, value in inside for spot in ((node, key), *_spots(value))]


BODIES: st.SearchStrategy[Mutation | bytes] = (
    st.builds(Mutation, st.integers(0, 30), VALUES) | st.builds(Mutation, st.integers(0, 30), VALUES) | RAW_BODIES
)


@dataclass(frozen=True)
class Oddity:
    """What is odd about a request, wherever it goes."""

    method: str | None
    keys: list[str]
    query: str
    headers: dict[bytes, bytes]
    body: Mutation | bytes
    credentials: bytes | None


ODDITIES = st.builds(Oddity, METHODS, KEYS, QUERIES, HEADERS, BODIES, seldom(CREDENTIALS, None))
