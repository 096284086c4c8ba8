"""Reads what a tenant says about the integration app, in one batch and a few requests more; nothing here judges.

The batch asks for ten things at once; sign-in activity is only in Graph's beta and cannot be in it. Each part that
Graph refuses becomes `Unread`.

Sources: the reference page of each request on https://learn.microsoft.com/graph/api/.
"""

from collections.abc import Callable
from typing import Any, Final, Literal, TypeVar

import httpx

from components.graph_permissions import GRAPH_APP_ID
from smartrecruiters_calendar.audit.evidence import (
    Absent,
    Application,
    AppManagementPolicy,
    DelegatedGrant,
    Evidence,
    PolicyRestriction,
    PolicyRestrictions,
    ServicePrincipalFacts,
    SignIn,
    Unread,
)
from smartrecruiters_calendar.entra import graph_objects
from smartrecruiters_calendar.entra.comparison import GRAPH, Permission, PermissionNames, Platform, RedirectUrl
from smartrecruiters_calendar.entra.directory import Answer, Directory
from smartrecruiters_calendar.entra.errors import GraphRefused
from smartrecruiters_calendar.entra.registration import Credential, Owner, credentials_of, owner_of, requests_of
from smartrecruiters_calendar.stack.state import DeployedApp

T = TypeVar("T")

_APPLICATION: Final = (
    "id,appId,displayName,signInAudience,web,spa,publicClient,requiredResourceAccess,passwordCredentials,"
    "keyCredentials,servicePrincipalLockConfiguration,createdDateTime"
)
_SERVICE_PRINCIPAL: Final = "id,accountEnabled,appRoleAssignmentRequired,passwordCredentials,keyCredentials"
_PLATFORMS: Final[tuple[tuple[Platform, Literal["web", "spa", "public_client"]], ...]] = (
    ("web", "web"),
    ("single-page", "spa"),
    ("public client", "public_client"),
)
_OWNER: Final = "id,displayName,userType"


class _Permissions:
    """Permissions by the names that Microsoft Graph has for them in this tenant."""

    def __init__(self, answer: Answer) -> None:
        self._graph_id, self._names = "", PermissionNames()
        if not isinstance(answer, GraphRefused):
            graph = graph_objects.Api.read(answer)
            self._graph_id = graph.id
            self._names = PermissionNames(
                {role.id: role.value for role in graph.app_roles},
                {scope.id: scope.value for scope in graph.oauth2_permission_scopes},
            )

    def requested(self, application: graph_objects.GraphApplication) -> frozenset[Permission]:
        return frozenset(
            self._names.requested(one.resource_app_id, one.id, one.kind) for one in requests_of(application)
        )

    def granted(self, grant: graph_objects.GraphGrant) -> Permission:
        resource = grant.resource_display_name or grant.resource_id
        return self._names.granted(grant.app_role_id, GRAPH if grant.resource_id == self._graph_id else resource)

    def delegated(self, grant: graph_objects.GraphDelegatedGrant) -> list[DelegatedGrant]:
        resource = GRAPH if grant.resource_id == self._graph_id else grant.resource_id
        person = grant.principal_id if grant.consent_type == "Principal" else None
        return [DelegatedGrant(Permission(scope, "delegated", resource), person) for scope in grant.scope.split()]


def read_evidence(directory: Directory, deployed: DeployedApp) -> Evidence:
    """Everything that Entra lets the caller read about the app.

    Raises:
        GraphRefused: Graph refuses the batch as a whole.
        GraphUnreachable: no usable answer in time, or something else than what was asked for.
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
        before = directory.requests
        items = list(directory.rest_of(answer))
        further += directory.requests - before
        return items

    permissions = _Permissions(answers["names of permissions"])
    return Evidence(
        source="tenant",
        application=_object(
            "application",
            application,
            answers["application"],
            lambda found: _application(graph_objects.GraphApplication.read(found), permissions),
        ),
        service_principal=_object("service principal", principal, answers["service principal"], _service_principal),
        granted=_all(
            "grants",
            every("grants"),
            lambda found: frozenset(map(permissions.granted, graph_objects.GraphGrant.each(found))),
        ),
        delegated=_all(
            "delegated grants",
            every("delegated grants"),
            lambda found: tuple(
                one for grant in graph_objects.GraphDelegatedGrant.each(found) for one in permissions.delegated(grant)
            ),
        ),
        federated=_all(
            "federated credentials",
            every("federated credentials"),
            lambda found: tuple(map(_federated, graph_objects.FederatedCredential.each(found))),
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


def _application(read: graph_objects.GraphApplication, permissions: _Permissions) -> Application:
    implicit = read.web.implicit_grant_settings if read.web else None
    lock = read.service_principal_lock_configuration
    return Application(
        object_id=read.id,
        client_id=read.app_id,
        name=read.display_name,
        audience=read.sign_in_audience,
        redirect_urls=tuple(
            RedirectUrl(url, name) for name, platform in _PLATFORMS for url in read.redirect_urls(platform)
        ),
        implicit_tokens=implicit.tokens if implicit else (),
        requested=permissions.requested(read),
        credentials=credentials_of(read),
        locked=lock is not None and lock.keeps_credentials_off,
        created=read.created_date_time,
    )


def _service_principal(answer: dict[str, Any]) -> ServicePrincipalFacts:
    read = graph_objects.CredentialedServicePrincipal.read(answer)
    return ServicePrincipalFacts(
        object_id=read.id,
        enabled=read.account_enabled,
        assignment_required=read.app_role_assignment_required,
        credentials=credentials_of(read, "service principal"),
    )


def _federated(read: graph_objects.FederatedCredential) -> Credential:
    return Credential("federated", read.id, f"{read.name}: {read.subject} of {read.issuer}")


def _owners(found: list[dict[str, Any]]) -> tuple[Owner, ...]:
    return tuple(map(owner_of, graph_objects.GraphOwner.each(found)))


def _tenant_policy(answer: Answer) -> AppManagementPolicy | Unread:
    if isinstance(answer, GraphRefused):
        return _unread("tenant's app management policy", answer)
    return _policy("default policy", graph_objects.Policy.read(answer))


def _own_policy(found: list[dict[str, Any]]) -> AppManagementPolicy | None:
    enabled = next((one for one in graph_objects.Policy.each(found) if one.is_enabled), None)
    return _policy("the app's own policy", enabled) if enabled else None


def _policy(name: str, read: graph_objects.Policy) -> AppManagementPolicy:
    return AppManagementPolicy(
        read.display_name or name,
        read.is_enabled,
        _restrictions(read.application_restrictions or read.restrictions),
        _restrictions(read.service_principal_restrictions),
    )


def _restrictions(read: graph_objects.Restrictions | None) -> PolicyRestrictions:
    if read is None:
        return PolicyRestrictions()
    secrets, certificates = (
        tuple(
            PolicyRestriction(
                one.restriction_type,
                one.state == graph_objects.ENABLED,
                one.max_lifetime.days if one.max_lifetime else None,
                one.restrict_for_apps_created_after_date_time,
            )
            for one in listed
        )
        for listed in (read.password_credentials, read.key_credentials)
    )
    return PolicyRestrictions(secrets, certificates)


def _sign_in(directory: Directory, client_id: str) -> SignIn | Unread:
    try:
        found = directory.get(f"reports/servicePrincipalSignInActivities?$filter=appId eq '{client_id}'", beta=True)
    except GraphRefused as refused:
        return _unread("sign-in activity", refused)
    activities = graph_objects.SignInActivity.each(graph_objects.Page.read(found).value)
    return SignIn(next((one.last for one in activities), None))
