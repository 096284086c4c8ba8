"""What is requested is what is granted.

A stack that grants nothing at all is in order: with `adminConsent: external` an administrator grants by hand, and
post-deploy and audit compare. With `calendarAccess: exchange-rbac` the calendar permission is neither requested nor
granted here, so both sides still agree.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from components.graph_permissions import GRAPH_APP_ID
from policy.requests import named, requested
from policy.rule import APPLICATION, GRANT, Declared, Finding, StackRule


def _check(stack: Sequence[Declared], settings: Mapping[str, Any]) -> Iterator[Finding]:
    grants = [declared for declared in stack if declared.type == GRANT]
    applications = [declared for declared in stack if declared.type == APPLICATION]
    if not grants:
        return
    granted = {grant.properties.get("appRoleId") for grant in grants}
    for application in applications:
        for role in _roles(application):
            if role not in granted:
                yield Finding(
                    application,
                    f"it requests {named(role)}, which no grant gives it.",
                    "grant it or stop requesting it: both follow from the names in `permissions`.",
                )
    wished = {role for application in applications for role in _roles(application)}
    for grant in grants:
        if (role := grant.properties.get("appRoleId")) not in wished:
            yield Finding(
                grant,
                f"it grants {named(role)}, which the application does not request.",
                "remove the grant, or add the permission to `permissions`, from which both follow.",
            )


def _roles(application: Declared) -> list[Any]:
    return [
        request.permission_id
        for request in requested(application)
        if request.resource_app_id == GRAPH_APP_ID and request.kind == "Role"
    ]


REQUESTED_IS_GRANTED = StackRule(
    name="requested-is-granted",
    demands="Requested and granted permissions are the same, unless an administrator grants by hand.",
    why="A grant without a request is shown on no consent page; a request without a grant fails in use.",
    severity="high",
    check=_check,
)
