"""Permissions: only reviewed ones, and what is requested is what is granted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from components.declared_resources import APPLICATION, GRANT, Declared, entries, part
from components.graph_permissions import DELEGATED_PERMISSIONS, GRAPH_APP_ID, PERMISSIONS
from components.permission_names import DELEGATED_IDS
from policy.rule import ResourceRule, Setting, StackRule, Violation

DELEGATED_GRANT: Final = (
    "azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant"
)

_NAMES: Final = {permission.app_role_id: name for name, permission in PERMISSIONS.items()}


@dataclass(frozen=True)
class _Request:
    """One requested permission: whose, of which kind (`Role`: application, `Scope`: delegated), and its ID."""

    resource_app_id: Any
    kind: Any
    permission_id: Any


def _requested(application: Declared) -> Iterator[_Request]:
    """Every request of an application; a list that is known only after deploying counts as one unknown request."""
    for access in entries(application.properties.get("requiredResourceAccesses")):
        for one in entries(part(access, "resourceAccesses")):
            yield _Request(part(access, "resourceAppId"), part(one, "type"), part(one, "id"))


def _name(app_role_id: Any) -> str | None:
    return _NAMES.get(app_role_id) if isinstance(app_role_id, str) else None


def _readable(app_role_id: Any) -> str:
    return _name(app_role_id) or f"the app role {app_role_id}"


def _check_allowed(declared: Declared, settings: Mapping[str, Any]) -> Iterator[Violation]:
    allowed: list[str] = settings["allowed"]
    remedy = (
        f"ask only for {', '.join(allowed)}, by name in `permissions`; if the company accepts another one, add it to "
        "components/graph_permissions.py and to `allowed` of this policy, both under review."
    )
    for wrong in _not_allowed(declared, allowed, settings["allowedDelegated"]):
        yield Violation(declared, wrong, remedy)


def _not_allowed(declared: Declared, allowed: list[str], delegated: list[str]) -> Iterator[str]:
    if declared.type == GRANT and _name(role := declared.properties.get("appRoleId")) not in allowed:
        yield f"it grants {_readable(role)}, which is not allowed."
    if declared.type == DELEGATED_GRANT:
        yield "it grants delegated permissions, which the integration never does itself."
    if declared.type == APPLICATION:
        for request in _requested(declared):
            if request.resource_app_id != GRAPH_APP_ID:
                yield f"it requests access to {request.resource_app_id}, which is not Microsoft Graph."
            elif request.kind == "Role":
                if _name(request.permission_id) not in allowed:
                    yield f"it requests {_readable(request.permission_id)}, which is not allowed."
            elif request.kind != "Scope" or DELEGATED_IDS.get(str(request.permission_id)) not in delegated:
                yield f"it requests the delegated permission {request.permission_id}, which is not allowed."


ALLOWED_PERMISSIONS = ResourceRule(
    name="allowed-permissions",
    demands="Only allowed Microsoft Graph permissions are requested, and only application permissions granted.",
    why="An application permission covers the whole tenant; its review is the only barrier.",
    severity="critical",
    settings={
        "allowed": Setting(
            default=list(PERMISSIONS),
            schema={"type": "array", "items": {"type": "string", "enum": list(PERMISSIONS)}},
            meaning="names from components/graph_permissions.py",
        ),
        "allowedDelegated": Setting(
            default=list(DELEGATED_PERMISSIONS),
            schema={"type": "array", "items": {"type": "string", "enum": list(DELEGATED_PERMISSIONS)}},
            meaning="likewise; only those in `delegatedPermissions` may be requested",
        ),
    },
    check=_check_allowed,
)


def _check_pairs(stack: Sequence[Declared], settings: Mapping[str, Any]) -> Iterator[Violation]:
    grants = [declared for declared in stack if declared.type == GRANT]
    applications = [declared for declared in stack if declared.type == APPLICATION]
    if not grants:  # with `adminConsent: external` an administrator grants; post-deploy and audit compare
        return
    granted = {grant.properties.get("appRoleId") for grant in grants}
    for application in applications:
        for role in _roles(application):
            if role not in granted:
                yield Violation(
                    application,
                    f"it requests {_readable(role)}, which is not granted.",
                    "grant it or stop requesting it: both follow from the names in `permissions`.",
                )
    requested = {role for application in applications for role in _roles(application)}
    for grant in grants:
        if (role := grant.properties.get("appRoleId")) not in requested:
            yield Violation(
                grant,
                f"it grants {_readable(role)}, which the application does not request.",
                "remove the grant, or add the permission to `permissions`, from which both follow.",
            )


def _roles(application: Declared) -> list[Any]:
    return [
        request.permission_id
        for request in _requested(application)
        if request.resource_app_id == GRAPH_APP_ID and request.kind == "Role"
    ]


REQUESTED_IS_GRANTED = StackRule(
    name="requested-is-granted",
    demands="Requested and granted permissions are the same, unless an administrator grants them manually.",
    why="A grant without a request is shown on no consent page; a request without a grant fails in use.",
    severity="high",
    check=_check_pairs,
)
