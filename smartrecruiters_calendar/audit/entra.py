"""Reads a tenant's own account of the integration app, read-only, in one batch and at most two requests more.

The batch asks for ten things at once; sign-in activity exists in Graph's beta only and cannot be in it. Each part that
Graph refuses becomes `Unread` with the permission it wants; nothing here judges.

Sources: the reference page of each request on https://learn.microsoft.com/graph/api/.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

import httpx
from pydantic import TypeAdapter, ValidationError

from components.graph_permissions import GRAPH_APP_ID, PERMISSIONS
from smartrecruiters_calendar.audit.evidence import (
    GRAPH,
    Absent,
    Application,
    Credential,
    CredentialKind,
    DelegatedGrant,
    Evidence,
    Holder,
    Owner,
    Permission,
    RedirectUrl,
    SecretPolicy,
    ServicePrincipal,
    SignIn,
    Unread,
)
from smartrecruiters_calendar.entra.directory import Directory
from smartrecruiters_calendar.entra.errors import GraphRefused
from smartrecruiters_calendar.stack.state import DeployedApp

T = TypeVar("T")
Answer = dict[str, Any] | GraphRefused

_APPLICATION: Final = (
    "id,appId,displayName,signInAudience,web,spa,publicClient,requiredResourceAccess,passwordCredentials,"
    "keyCredentials,servicePrincipalLockConfiguration,createdDateTime"
)
_SERVICE_PRINCIPAL: Final = "id,accountEnabled,appRoleAssignmentRequired,passwordCredentials,keyCredentials"
_OWNER: Final = "id,displayName,userType"
_MOMENT: Final = TypeAdapter(datetime)
_LIFETIME: Final = TypeAdapter(timedelta)


class _Names:
    """Names of Microsoft Graph's permissions in this tenant; the catalogue's where Graph would not tell."""

    def __init__(self, answer: Answer) -> None:
        self.graph_id = ""
        self._roles = {permission.app_role_id: permission.name for permission in PERMISSIONS.values()}
        self._scopes: dict[str, str] = {}
        if not isinstance(answer, GraphRefused):
            self.graph_id = str(answer["id"])
            self._roles |= {role["id"]: role["value"] for role in answer["appRoles"]}
            self._scopes = {scope["id"]: scope["value"] for scope in answer["oauth2PermissionScopes"]}

    def requested(self, resource_app_id: str, access: Mapping[str, Any]) -> Permission:
        known, kind = (self._roles, "application") if access["type"] == "Role" else (self._scopes, "delegated")
        if resource_app_id != GRAPH_APP_ID:
            known = {}
        name = known.get(access["id"], str(access["id"]))
        resource = GRAPH if resource_app_id == GRAPH_APP_ID else resource_app_id
        return Permission(name, "application" if kind == "application" else "delegated", resource)

    def granted(self, assignment: Mapping[str, Any]) -> Permission:
        if assignment["resourceId"] == self.graph_id or assignment["resourceDisplayName"] == GRAPH:
            return Permission(self._roles.get(assignment["appRoleId"], str(assignment["appRoleId"])))
        resource = _shown(assignment["resourceDisplayName"]) or str(assignment["resourceId"])
        return Permission(str(assignment["appRoleId"]), resource=resource)

    def delegated(self, grant: Mapping[str, Any]) -> list[DelegatedGrant]:
        resource = GRAPH if grant["resourceId"] == self.graph_id else str(grant["resourceId"])
        person = grant["principalId"] if grant["consentType"] == "Principal" else None
        return [
            DelegatedGrant(Permission(scope, "delegated", resource), person) for scope in _shown(grant["scope"]).split()
        ]


def read_evidence(directory: Directory, deployed: DeployedApp) -> Evidence:
    """Everything Entra tells the caller about the app.

    Raises:
        GraphRefused: Graph refuses the batch as a whole.
        GraphUnreachable: no usable answer in time.
    """
    application, principal = deployed.application_object_id, deployed.service_principal_object_id
    paths = {
        "application": f"applications/{application}?$select={_APPLICATION}",
        "application owners": f"applications/{application}/owners?$select={_OWNER}",
        "federated credentials": f"applications/{application}/federatedIdentityCredentials",
        "policy of the app": f"applications/{application}/appManagementPolicies",
        "service principal": f"servicePrincipals/{principal}?$select={_SERVICE_PRINCIPAL}",
        "service principal owners": f"servicePrincipals/{principal}/owners?$select={_OWNER}",
        "grants": f"servicePrincipals/{principal}/appRoleAssignments",
        "delegated grants": f"servicePrincipals/{principal}/oauth2PermissionGrants",
        "names of permissions": f"servicePrincipals(appId='{GRAPH_APP_ID}')?$select=id,appRoles,oauth2PermissionScopes",
        "tenant policy": "policies/defaultAppManagementPolicy",
    }
    asked = dict(zip(paths, directory.batch(list(paths.values())), strict=True))
    further = 0

    def every(part: str) -> list[dict[str, Any]] | GraphRefused:
        nonlocal further
        answer = asked[part]
        if isinstance(answer, GraphRefused):
            return answer
        items: list[dict[str, Any]] = list(answer["value"])
        link = answer.get("@odata.nextLink")
        while link:
            further += 1
            page = directory.get(link)
            items += page["value"]
            link = page.get("@odata.nextLink")
        return items

    names = _Names(asked["names of permissions"])
    return Evidence(
        source="tenant",
        application=_object("application", application, asked["application"], lambda told: _application(told, names)),
        service_principal=_object("service principal", principal, asked["service principal"], _service_principal),
        granted=_all("grants", every("grants"), lambda found: frozenset(map(names.granted, found))),
        delegated=_all(
            "delegated grants",
            every("delegated grants"),
            lambda found: tuple(one for grant in found for one in names.delegated(grant)),
        ),
        federated=_all(
            "federated credentials", every("federated credentials"), lambda found: tuple(map(_federated, found))
        ),
        application_owners=_all("application's owners", every("application owners"), _owners),
        service_principal_owners=_all("service principal's owners", every("service principal owners"), _owners),
        tenant_policy=_tenant_policy(asked["tenant policy"]),
        own_policy=_all("app management policy of the app", every("policy of the app"), _own_policy),
        sign_in=_sign_in(directory, deployed.client_id),
        requests=len(paths) + further + 1,
        asked_as=directory.caller.object_id,
    )


def _shown(text: object) -> str:
    """Text that somebody typed into the tenant, without what would move a terminal's cursor or break a line."""
    return "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in str(text or "")
    )


def _object(what: str, object_id: str, answer: Answer, read: Callable[[dict[str, Any]], T]) -> T | Absent | Unread:
    if not isinstance(answer, GraphRefused):
        return read(answer)
    return Absent(what, object_id) if answer.status == httpx.codes.NOT_FOUND else _unread(what, answer)


def _all(
    what: str, answer: list[dict[str, Any]] | GraphRefused, read: Callable[[list[dict[str, Any]]], T]
) -> T | Unread:
    return _unread(what, answer) if isinstance(answer, GraphRefused) else read(answer)


def _unread(what: str, refused: GraphRefused) -> Unread:
    return Unread(what, f"Graph refuses the operator ({refused.status} {refused.code})")


def _application(told: Mapping[str, Any], names: _Names) -> Application:
    platforms: dict[Any, str] = {"web": "web", "single-page": "spa", "public client": "publicClient"}
    implicit = (told.get("web") or {}).get("implicitGrantSettings") or {}
    lock = told.get("servicePrincipalLockConfiguration") or {}
    return Application(
        object_id=told["id"],
        client_id=told["appId"],
        name=_shown(told["displayName"]),
        audience=_shown(told["signInAudience"]),
        redirect_urls=tuple(
            RedirectUrl(_shown(url), platform)
            for platform, key in platforms.items()
            for url in (told.get(key) or {}).get("redirectUris", ())
        ),
        implicit_tokens=tuple(
            kind
            for kind, key in (("access", "enableAccessTokenIssuance"), ("ID", "enableIdTokenIssuance"))
            if implicit.get(key)
        ),
        requested=frozenset(
            names.requested(api["resourceAppId"], access)
            for api in told["requiredResourceAccess"]
            for access in api["resourceAccess"]
        ),
        credentials=_credentials(told, "application"),
        locked=bool(lock.get("isEnabled"))
        and bool(lock.get("allProperties") or lock.get("credentialsWithUsageVerify")),
        created=_moment(told.get("createdDateTime")),
    )


def _service_principal(told: Mapping[str, Any]) -> ServicePrincipal:
    return ServicePrincipal(
        object_id=told["id"],
        enabled=bool(told["accountEnabled"]),
        assignment_required=bool(told["appRoleAssignmentRequired"]),
        credentials=_credentials(told, "service principal"),
    )


def _credentials(told: Mapping[str, Any], holder: Holder) -> tuple[Credential, ...]:
    kinds: tuple[tuple[CredentialKind, str], ...] = (
        ("secret", "passwordCredentials"),
        ("certificate", "keyCredentials"),
    )
    return tuple(
        Credential(
            kind=kind,
            id=str(one["keyId"]),
            name=_shown(one.get("displayName")),
            holder=holder,
            starts=_moment(one.get("startDateTime")),
            ends=_moment(one.get("endDateTime")),
        )
        for kind, key in kinds
        for one in told.get(key) or ()
    )


def _federated(told: Mapping[str, Any]) -> Credential:
    return Credential("federated", told["id"], _shown(f"{told['name']}: {told['subject']} of {told['issuer']}"))


def _owners(found: Iterable[Mapping[str, Any]]) -> tuple[Owner, ...]:
    return tuple(map(_owner, found))


def _owner(told: Mapping[str, Any]) -> Owner:
    # Without permission to read people Graph tells the type and the ID of an owner, and null for the rest.
    if told.get("@odata.type") == "#microsoft.graph.user":
        user_type = told.get("userType")
        return Owner(told["id"], _shown(told.get("displayName")), "person", user_type and user_type == "Guest")
    return Owner(told["id"], _shown(told.get("displayName")), "service principal", guest=False)


def _tenant_policy(answer: Answer) -> SecretPolicy | Unread:
    if isinstance(answer, GraphRefused):
        return _unread("tenant's app management policy", answer)
    name = _shown(answer.get("displayName")) or "default policy"
    if not answer.get("isEnabled"):
        return SecretPolicy(name)
    return _policy(name, answer.get("applicationRestrictions") or {})


def _own_policy(found: list[dict[str, Any]]) -> SecretPolicy | Unread | None:
    enabled = next((one for one in found if one.get("isEnabled")), None)
    if enabled is None:
        return None
    return _policy(_shown(enabled.get("displayName")) or "the app's own policy", enabled.get("restrictions") or {})


def _policy(name: str, restrictions: Mapping[str, Any]) -> SecretPolicy | Unread:
    on = [one for one in restrictions.get("passwordCredentials") or () if one.get("state", "enabled") == "enabled"]
    lifetimes = [one["maxLifetime"] for one in on if one["restrictionType"] == "passwordLifetime"]
    try:
        days = [_LIFETIME.validate_python(lifetime).days for lifetime in lifetimes if lifetime]
    except ValidationError:
        return Unread("app management policy", f"it limits lifetimes to {', '.join(map(repr, lifetimes))}")
    blocked = any(one["restrictionType"] == "passwordAddition" for one in on)
    return SecretPolicy(name, blocked, min(days, default=None))


def _sign_in(directory: Directory, client_id: str) -> SignIn | Unread:
    try:
        found = directory.get(f"reports/servicePrincipalSignInActivities?$filter=appId eq '{client_id}'", beta=True)
    except GraphRefused as refused:
        return _unread("sign-in activity", refused)
    activities = [one.get("applicationAuthenticationClientSignInActivity") or {} for one in found["value"]]
    last = next((one.get("lastSignInDateTime") for one in activities), None)
    try:
        return SignIn(_moment(last))
    except ValidationError:
        return Unread("sign-in activity", f"its date is {last!r}")


def _moment(text: str | None) -> datetime | None:
    return None if text is None else _MOMENT.validate_python(text)
