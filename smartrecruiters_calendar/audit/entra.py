"""Reads what a tenant says about the integration app, in one batch and a few requests more; nothing here judges.

The batch asks for ten things at once; sign-in activity is only in Graph's beta and cannot be in it. Each part that
Graph refuses becomes `Unread`.

Sources: the reference page of each request on https://learn.microsoft.com/graph/api/.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any, Final, TypeVar

import httpx
from pydantic import TypeAdapter, ValidationError

from components.graph_permissions import GRAPH_APP_ID
from smartrecruiters_calendar.audit.evidence import (
    Absent,
    Application,
    DelegatedGrant,
    Evidence,
    SecretPolicy,
    ServicePrincipalFacts,
    SignIn,
    Unread,
)
from smartrecruiters_calendar.entra.comparison import GRAPH, Permission, PermissionNames, RedirectUrl
from smartrecruiters_calendar.entra.directory import Answer, Directory
from smartrecruiters_calendar.entra.errors import GraphRefused
from smartrecruiters_calendar.entra.registration import (
    Credential,
    Owner,
    credentials_of,
    moment,
    owner_of,
    printable,
    redirect_urls_of,
    requests_of,
)
from smartrecruiters_calendar.stack.state import DeployedApp

T = TypeVar("T")

_APPLICATION: Final = (
    "id,appId,displayName,signInAudience,web,spa,publicClient,requiredResourceAccess,passwordCredentials,"
    "keyCredentials,servicePrincipalLockConfiguration,createdDateTime"
)
_SERVICE_PRINCIPAL: Final = "id,accountEnabled,appRoleAssignmentRequired,passwordCredentials,keyCredentials"
_OWNER: Final = "id,displayName,userType"
_LIFETIME: Final = TypeAdapter(timedelta)


class _Permissions:
    """Permissions by the names that Microsoft Graph has for them in this tenant."""

    def __init__(self, answer: Answer) -> None:
        self._graph_id, self._names = "", PermissionNames()
        if not isinstance(answer, GraphRefused):
            self._graph_id = str(answer["id"])
            self._names = PermissionNames(
                {role["id"]: role["value"] for role in answer["appRoles"]},
                {scope["id"]: scope["value"] for scope in answer["oauth2PermissionScopes"]},
            )

    def requested(self, application: Mapping[str, Any]) -> frozenset[Permission]:
        return frozenset(
            self._names.requested(one.resource_app_id, one.id, one.kind) for one in requests_of(application)
        )

    def granted(self, assignment: Mapping[str, Any]) -> Permission:
        resource = printable(assignment["resourceDisplayName"]) or str(assignment["resourceId"])
        return self._names.granted(
            str(assignment["appRoleId"]), GRAPH if assignment["resourceId"] == self._graph_id else resource
        )

    def delegated(self, grant: Mapping[str, Any]) -> list[DelegatedGrant]:
        resource = GRAPH if grant["resourceId"] == self._graph_id else str(grant["resourceId"])
        person = grant["principalId"] if grant["consentType"] == "Principal" else None
        scopes = printable(grant["scope"]).split()
        return [DelegatedGrant(Permission(scope, "delegated", resource), person) for scope in scopes]


def read_evidence(directory: Directory, deployed: DeployedApp) -> Evidence:
    """Everything that Entra lets the caller read about the app.

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
    answers = dict(zip(paths, directory.batch(list(paths.values())), strict=True))
    further = 0

    def every(part: str) -> list[dict[str, Any]] | GraphRefused:
        nonlocal further
        answer = answers[part]
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

    permissions = _Permissions(answers["names of permissions"])
    return Evidence(
        source="tenant",
        application=_object(
            "application", application, answers["application"], lambda found: _application(found, permissions)
        ),
        service_principal=_object("service principal", principal, answers["service principal"], _service_principal),
        granted=_all("grants", every("grants"), lambda found: frozenset(map(permissions.granted, found))),
        delegated=_all(
            "delegated grants",
            every("delegated grants"),
            lambda found: tuple(one for grant in found for one in permissions.delegated(grant)),
        ),
        federated=_all(
            "federated credentials", every("federated credentials"), lambda found: tuple(map(_federated, found))
        ),
        application_owners=_all("application's owners", every("application owners"), _owners),
        service_principal_owners=_all("service principal's owners", every("service principal owners"), _owners),
        tenant_policy=_tenant_policy(answers["tenant policy"]),
        own_policy=_all("app management policy of the app", every("policy of the app"), _own_policy),
        sign_in=_sign_in(directory, deployed.client_id),
        requests=len(paths) + further + 1,
        asked_as=directory.caller.object_id,
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


def _application(answer: Mapping[str, Any], permissions: _Permissions) -> Application:
    platforms: dict[Any, str] = {"web": "web", "single-page": "spa", "public client": "publicClient"}
    implicit = (answer.get("web") or {}).get("implicitGrantSettings") or {}
    lock = answer.get("servicePrincipalLockConfiguration") or {}
    return Application(
        object_id=answer["id"],
        client_id=answer["appId"],
        name=printable(answer["displayName"]),
        audience=printable(answer["signInAudience"]),
        redirect_urls=tuple(
            RedirectUrl(printable(url), platform)
            for platform, key in platforms.items()
            for url in redirect_urls_of(answer, key)
        ),
        implicit_tokens=tuple(
            kind
            for kind, key in (("access", "enableAccessTokenIssuance"), ("ID", "enableIdTokenIssuance"))
            if implicit.get(key)
        ),
        requested=permissions.requested(answer),
        credentials=credentials_of(answer),
        locked=bool(lock.get("isEnabled"))
        and bool(lock.get("allProperties") or lock.get("credentialsWithUsageVerify")),
        created=moment(answer.get("createdDateTime")),
    )


def _service_principal(answer: Mapping[str, Any]) -> ServicePrincipalFacts:
    return ServicePrincipalFacts(
        object_id=answer["id"],
        enabled=bool(answer["accountEnabled"]),
        assignment_required=bool(answer["appRoleAssignmentRequired"]),
        credentials=credentials_of(answer, "service principal"),
    )


def _federated(answer: Mapping[str, Any]) -> Credential:
    return Credential(
        "federated", answer["id"], printable(f"{answer['name']}: {answer['subject']} of {answer['issuer']}")
    )


def _owners(found: Iterable[Mapping[str, Any]]) -> tuple[Owner, ...]:
    return tuple(map(owner_of, found))


def _tenant_policy(answer: Answer) -> SecretPolicy | Unread:
    if isinstance(answer, GraphRefused):
        return _unread("tenant's app management policy", answer)
    name = printable(answer.get("displayName")) or "default policy"
    if not answer.get("isEnabled"):
        return SecretPolicy(name)
    return _policy(name, answer.get("applicationRestrictions") or {})


def _own_policy(found: list[dict[str, Any]]) -> SecretPolicy | Unread | None:
    enabled = next((one for one in found if one.get("isEnabled")), None)
    if enabled is None:
        return None
    return _policy(printable(enabled.get("displayName")) or "the app's own policy", enabled.get("restrictions") or {})


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
        return SignIn(moment(last))
    except ValueError:
        return Unread("sign-in activity", f"its date is {last!r}")
