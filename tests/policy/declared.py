"""Plain declarations to hold rules against: a good one of each kind, and variations of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from components.declared_resources import APPLICATION, GRANT, SECRET, SERVICE_PRINCIPAL, Declared
from components.graph_permissions import GRAPH_APP_ID, PERMISSIONS
from policy.rule import ResourceRule, StackRule, Violation

OWNERS = ["1a7b2d63-4c1f-4e8d-b2d5-6e3f9ca01002", "1a7b2d63-4c1f-4e8d-b2d5-6e3f9ca09999"]


def resource(
    kind: str,
    name: str,
    properties: Mapping[str, Any],
    *,
    stack: str = "acme",
    protect: bool = False,
    sources: Mapping[str, Sequence[str]] | None = None,
) -> Declared:
    urn = f"urn:pulumi:{stack}::smartrecruiters-calendar::{kind}::{name}"
    return Declared(type=kind, name=name, urn=urn, properties=properties, protect=protect, sources=sources or {})


def request(*permissions: str, kind: str = "Role", of: Any = GRAPH_APP_ID) -> dict[str, Any]:
    ids = [PERMISSIONS[name].app_role_id if name in PERMISSIONS else name for name in permissions]
    return {"resourceAppId": of, "resourceAccesses": [{"id": one, "type": kind} for one in ids]}


def application(**changed: Any) -> Declared:
    properties = {
        "displayName": "SmartRecruiters Calendar Integration",
        "signInAudience": "AzureADMyOrg",
        "web": {"redirectUris": ["https://www.smartrecruiters.com/"]},
        "requiredResourceAccesses": [request("Directory.Read.All", "Calendars.ReadWrite")],
        "owners": OWNERS,
    }
    return resource(APPLICATION, "app", properties | changed)


def service_principal(*, of: Declared | None = None, **changed: Any) -> Declared:
    sources = {"clientId": [(of or application()).urn]}
    return resource(SERVICE_PRINCIPAL, "sp", {"owners": OWNERS} | changed, sources=sources)


def grant(permission: str) -> Declared:
    role = PERMISSIONS[permission].app_role_id if permission in PERMISSIONS else permission
    return resource(GRANT, f"grant-{permission}", {"appRoleId": role})


def secret(*, stack: str = "acme", protect: bool = True, **changed: Any) -> Declared:
    properties = {"displayName": "acme 2026-12-01", "endDate": "2027-12-01T00:00:00Z"}
    return resource(SECRET, "secret", properties | changed, stack=stack, protect=protect)


def found(rule: ResourceRule, declared: Declared, **settings: Any) -> list[Violation]:
    return list(rule.check(declared, rule.settings_with_defaults(settings)))


def found_in_stack(rule: StackRule, *stack: Declared, **settings: Any) -> list[Violation]:
    return list(rule.check(stack, rule.settings_with_defaults(settings)))
