"""Reads what gives the app power besides its grants: roles, groups, what it owns, policies, twins, other holders.

Sources: the reference page of each request on https://learn.microsoft.com/graph/api/.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeVar

import httpx

from components.graph_permissions import GRAPH_APP_ID, PERMISSIONS
from smartrecruiters_calendar.audit.evidence import Held, Power, Unread
from smartrecruiters_calendar.entra import graph_objects
from smartrecruiters_calendar.entra.errors import GraphRefused
from smartrecruiters_calendar.entra.registration import literal
from smartrecruiters_calendar.stack.state import DeployedApp

T = TypeVar("T")
Every = Callable[[str], list[dict[str, Any]] | GraphRefused]
"""All objects of a part of the batch, or its refusal."""

_OF_APPLICATION: Final = ("appManagementPolicies", "tokenIssuancePolicies", "tokenLifetimePolicies")
_OF_PRINCIPAL: Final = (
    "claimsMappingPolicies",
    "homeRealmDiscoveryPolicies",
    "tokenIssuancePolicies",
    "tokenLifetimePolicies",
)
_SHOWS: Final[Mapping[str, str]] = {
    "group": "GroupMember.Read.All",
    "directoryRole": "RoleManagement.Read.Directory",
    "administrativeUnit": "AdministrativeUnit.Read.All",
}
"""What an operator lacks who sees of such an object nothing but type and ID."""
_READS_ATTRIBUTES: Final = "CustomSecAttributeAssignment.Read.All"


def paths(deployed: DeployedApp, name: str) -> dict[str, str]:
    """What to ask for, by its part.

    Args:
        name: the app's declared display name.
    """
    application = f"applications/{deployed.application_object_id}"
    principal = f"servicePrincipals/{deployed.service_principal_object_id}"
    same_name = f"$filter=displayName eq '{literal(name)}'&$select=id,appId,displayName"
    roles = f"roleManagement/directory/roleAssignments?$filter=principalId eq '{deployed.service_principal_object_id}'"
    return {
        "memberships": f"{principal}/transitiveMemberOf",
        "directory roles": roles,
        "owned objects": f"{principal}/ownedObjects",
        **{f"application's {kind}": f"{application}/{kind}" for kind in _OF_APPLICATION},
        **{f"service principal's {kind}": f"{principal}/{kind}" for kind in _OF_PRINCIPAL},
        "custom security attributes": f"{principal}?$select=id,customSecurityAttributes",
        "applications of the same name": f"applications?{same_name}",
        "service principals of the same name": f"servicePrincipals?{same_name}",
        "holders of Microsoft Graph's permissions": f"servicePrincipals(appId='{GRAPH_APP_ID}')/appRoleAssignedTo"
        "?$top=999",
    }


def read_power(
    deployed: DeployedApp, every: Every, attributes: Mapping[str, Any] | GraphRefused, declared: Iterable[str]
) -> Power:
    """What the answers say.

    Args:
        declared: names of the permissions that the stack declares.
    """
    ours = {deployed.application_object_id, deployed.service_principal_object_id}

    def held(part: str) -> tuple[Held, ...] | Unread:
        return _read(part, every(part), lambda found: tuple(map(_held, graph_objects.HeldObject.each(found))))

    owned = held("owned objects")
    return Power(
        memberships=held("memberships"),
        roles=_read(
            "directory roles",
            every("directory roles"),
            lambda found: tuple(
                Held("directory role", one.role_definition_id, "", one.role_definition_id, one.directory_scope_id)
                for one in graph_objects.RoleAssignment.each(found)
            ),
        ),
        owned=owned if isinstance(owned, Unread) else tuple(one for one in owned if one.object_id not in ours),
        policies=_policies(every),
        attributes=_attributes(attributes),
        twins=_twins(every, ours),
        other_holders=_holders(every("holders of Microsoft Graph's permissions"), deployed, declared),
    )


def _read(
    part: str, answer: list[dict[str, Any]] | GraphRefused, read: Callable[[list[dict[str, Any]]], T]
) -> T | Unread:
    return unread(part, answer) if isinstance(answer, GraphRefused) else read(answer)


def unread(what: str, refused: GraphRefused, permission: str = "") -> Unread:
    """A part that was refused.

    Args:
        permission: the one that would read it, where the operator's documented ones do not.
    """
    asks = f"; {permission} would read it" if permission else ""
    return Unread(what, f"Graph refuses the operator ({refused.status} {refused.code}){asks}")


def _held(one: graph_objects.HeldObject) -> Held:
    kind = one.odata_type.removeprefix("#microsoft.graph.")
    words = {"servicePrincipal": "service principal", "directoryRole": "directory role"}
    named = "role-assignable group" if one.is_assignable_to_role else words.get(kind, kind or "object")
    hidden = "" if one.display_name else _SHOWS.get(kind, "Directory.Read.All")
    return Held(named, one.id, one.display_name, one.role_template_id, shown_by=hidden)


def _policies(every: Every) -> tuple[Held, ...] | Unread:
    found: list[Held] = []
    parts = [f"application's {kind}" for kind in _OF_APPLICATION] + [
        f"service principal's {kind}" for kind in _OF_PRINCIPAL
    ]
    for part in parts:
        answer = every(part)
        if isinstance(answer, GraphRefused):
            if answer.status != httpx.codes.NOT_FOUND:
                return unread(part, answer, "Policy.Read.All")
            continue  # the object is not there, which is a finding of its own
        found += [Held(part, one.id, one.display_name) for one in graph_objects.NamedPolicy.each(answer)]
    return tuple(found)


def _attributes(answer: Mapping[str, Any] | GraphRefused) -> tuple[str, ...] | Unread:
    if isinstance(answer, GraphRefused):
        if answer.status == httpx.codes.NOT_FOUND:
            return ()
        return unread("custom security attributes", answer, _READS_ATTRIBUTES)
    return tuple(sorted(graph_objects.Attributes.read(answer).custom_security_attributes or {}))


def _twins(every: Every, ours: set[str]) -> tuple[Held, ...] | Unread:
    found: list[Held] = []
    for kind, part in (
        ("application", "applications of the same name"),
        ("service principal", "service principals of the same name"),
    ):
        answer = every(part)
        if isinstance(answer, GraphRefused):
            return unread(part, answer)
        named = graph_objects.NamedObject.each(answer)
        found += [Held(kind, one.id, one.display_name) for one in named if one.id not in ours]
    return tuple(found)


def _holders(
    answer: list[dict[str, Any]] | GraphRefused, deployed: DeployedApp, declared: Iterable[str]
) -> tuple[str, ...] | Unread:
    if isinstance(answer, GraphRefused):
        return unread("holders of Microsoft Graph's permissions", answer)
    roles = {PERMISSIONS[name].app_role_id for name in declared}
    others = {
        f"{one.principal_display_name} ({one.principal_id})"
        for one in graph_objects.GraphGrant.each(answer)
        if one.app_role_id in roles and one.principal_id != deployed.service_principal_object_id
    }
    return tuple(sorted(others))
