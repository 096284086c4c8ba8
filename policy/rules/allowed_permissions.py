"""Only reviewed Microsoft Graph application permissions are requested or granted."""

from collections.abc import Iterator, Mapping
from typing import Any

from components.graph_permissions import GRAPH_APP_ID, PERMISSIONS
from policy.requests import name_of, named, requested
from policy.rule import APPLICATION, GRANT, Declared, Finding, ResourceRule, Setting

DELEGATED_GRANT = "azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant"


def _check(declared: Declared, settings: Mapping[str, Any]) -> Iterator[Finding]:
    allowed: list[str] = settings["allowed"]
    remedy = (
        f"ask only for {', '.join(allowed)}, by name in `permissions`; if the company accepts another one, add it to "
        "components/graph_permissions.py and to `allowed` of this policy, both under review."
    )
    for wrong in _wrong(declared, allowed):
        yield Finding(declared, wrong, remedy)


def _wrong(declared: Declared, allowed: list[str]) -> Iterator[str]:
    if declared.type == GRANT and name_of(role := declared.properties.get("appRoleId")) not in allowed:
        yield f"it grants {named(role)}, which is not allowed."
    if declared.type == DELEGATED_GRANT:
        yield "it grants delegated permissions; the integration signs in as itself and needs none."
    if declared.type == APPLICATION:
        for request in requested(declared):
            if request.resource_app_id != GRAPH_APP_ID:
                yield f"it requests access to {request.resource_app_id}, which is not Microsoft Graph."
            elif request.kind != "Role":
                yield f"it requests the delegated permission {request.permission_id}; the integration needs none."
            elif name_of(request.permission_id) not in allowed:
                yield f"it requests {named(request.permission_id)}, which is not allowed."


ALLOWED_PERMISSIONS = ResourceRule(
    name="allowed-permissions",
    demands="Only allowed Microsoft Graph application permissions are requested and granted.",
    why="An application permission covers the whole tenant, and nobody but its reviewer stands between.",
    severity="critical",
    settings={
        "allowed": Setting(
            default=list(PERMISSIONS),
            schema={"type": "array", "items": {"type": "string", "enum": list(PERMISSIONS)}},
            meaning="names from components/graph_permissions.py",
        )
    },
    check=_check,
)
