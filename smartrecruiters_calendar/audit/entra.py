"""Reads what a tenant says about the integration app, in two batches and a few requests more; nothing here judges.

The batches ask for everything at once; sign-in activity is only in Graph's beta and cannot be in it. Each part that
Graph refuses becomes `Unread`.

Sources: the reference page of each request on https://learn.microsoft.com/graph/api/.
"""

import json
from collections.abc import Callable, Mapping, Set
from typing import Any, Final, Literal, TypeVar

import httpx

from components.graph_permissions import GRAPH_APP_ID
from components.graph_properties import (
    APPLICATION_FACTS,
    APPLICATION_JUDGED,
    APPLICATION_VALUES,
    PRINCIPAL_FACTS,
    PRINCIPAL_JUDGED,
    PRINCIPAL_VALUES,
    set_properties,
)
from components.settings import Settings
from smartrecruiters_calendar.audit import power
from smartrecruiters_calendar.audit.evidence import (
    Absent,
    Application,
    AppManagementPolicy,
    DelegatedGrant,
    Evidence,
    PolicyRestriction,
    PolicyRestrictions,
    ServicePrincipalFacts,
    SetProperty,
    SignIn,
    Unread,
)
from smartrecruiters_calendar.entra import graph_objects
from smartrecruiters_calendar.entra.comparison import GRAPH, Permission, PermissionNames, Platform, RedirectUrl
from smartrecruiters_calendar.entra.directory import Answer, Directory
from smartrecruiters_calendar.entra.errors import GraphRefused
from smartrecruiters_calendar.entra.registration import Credential, Owner, credentials_of, owner_of, requests_of
from smartrecruiters_calendar.plain_text import printable
from smartrecruiters_calendar.stack.state import DeployedApp

T = TypeVar("T")

_PLATFORMS: Final[tuple[tuple[Platform, Literal["web", "spa", "public_client"]], ...]] = (
    ("web", "web"),
    ("single-page", "spa"),
    ("public client", "public_client"),
)
_API: Final = "id,appId,displayName,appRoles,oauth2PermissionScopes"
_OWNER: Final = "id,displayName,userType,accountEnabled"


class _Permissions:
    """Permissions by the names that Microsoft Graph, and each other API of a grant, has for them in this tenant."""

    def __init__(self, answer: Answer, others: Mapping[str, graph_objects.Api]) -> None:
        self._graph_id, self._names, self._others = "", PermissionNames(), others
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
        if grant.resource_id == self._graph_id:
            return self._names.granted(grant.app_role_id, GRAPH)
        return Permission(self._named(grant.resource_id, grant.app_role_id), resource=self._resource(grant.resource_id))

    def delegated(self, grant: graph_objects.GraphDelegatedGrant) -> list[DelegatedGrant]:
        resource = GRAPH if grant.resource_id == self._graph_id else self._resource(grant.resource_id)
        person = grant.principal_id if grant.consent_type == "Principal" else None
        # A grant without a scope lets the app sign people in, and is one that nobody declared.
        scopes = grant.scope.split() or ["permission without a scope"]
        return [DelegatedGrant(Permission(scope, "delegated", resource), person) for scope in scopes]

    def _resource(self, object_id: str) -> str:
        """With its ID: any app can bear the display name of another."""
        known = self._others.get(object_id)
        return f"{known.display_name} ({object_id})" if known and known.display_name else object_id

    def _named(self, object_id: str, role_id: str) -> str:
        known = self._others.get(object_id)
        return (
            next((role.value for role in known.app_roles if role.id == role_id and role.value), role_id)
            if known
            else role_id
        )


def read_evidence(directory: Directory, deployed: DeployedApp, settings: Settings) -> Evidence:
    """Everything that Entra lets the caller read about the app.

    Application and service principal are read as a whole: a property that nobody here knows may be set as well.

    Raises:
        GraphRefused: Graph refuses the batch as a whole.
        GraphUnreachable: no usable answer in time, or something else than what was asked for.
    """
    application, principal = deployed.application_object_id, deployed.service_principal_object_id
    paths = {
        "application": f"applications/{application}",
        "application owners": f"applications/{application}/owners?$select={_OWNER}",
        "federated credentials": f"applications/{application}/federatedIdentityCredentials",
        "service principal": f"servicePrincipals/{principal}",
        "service principal owners": f"servicePrincipals/{principal}/owners?$select={_OWNER}",
        "grants": f"servicePrincipals/{principal}/appRoleAssignments",
        "delegated grants": f"servicePrincipals/{principal}/oauth2PermissionGrants",
        "names of permissions": f"servicePrincipals(appId='{GRAPH_APP_ID}')?$select={_API}",
        "tenant policy": "policies/defaultAppManagementPolicy",
    }
    answers = dict(zip(paths, directory.batch(list(paths.values())), strict=True))
    further_paths = power.paths(deployed, settings.display_name)
    answers |= dict(zip(further_paths, directory.batch(list(further_paths.values())), strict=True))
    paths |= further_paths
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

    grants, delegated = every("grants"), every("delegated grants")
    resources = {
        str(one.get("resourceId")) for part in (grants, delegated) if not isinstance(part, GraphRefused) for one in part
    }
    others = _other_apis(directory, resources - {str(_graph_id(answers["names of permissions"]))})
    further += len(others)
    permissions = _Permissions(answers["names of permissions"], others)
    return Evidence(
        source="tenant",
        application=_object(
            "application", application, answers["application"], lambda found: _application(found, permissions)
        ),
        service_principal=_object("service principal", principal, answers["service principal"], _service_principal),
        granted=_all(
            "grants", grants, lambda found: frozenset(map(permissions.granted, graph_objects.GraphGrant.each(found)))
        ),
        delegated=_all(
            "delegated grants",
            delegated,
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
        own_policy=_all("app management policy of the app", every("application's appManagementPolicies"), _own_policy),
        sign_in=_sign_in(directory, deployed.client_id),
        grant_ids=_all(
            "grants", grants, lambda found: frozenset(grant.id for grant in graph_objects.GraphGrant.each(found))
        ),
        power=power.read_power(deployed, every, answers["custom security attributes"], settings.requested_permissions),
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


def _graph_id(answer: Answer) -> object:
    return None if isinstance(answer, GraphRefused) else answer.get("id")


def _other_apis(directory: Directory, object_ids: Set[str]) -> dict[str, graph_objects.Api]:
    """The other APIs that something is granted on, by object ID, as far as they can be read."""
    asked = sorted(object_ids)
    answers = directory.batch([f"servicePrincipals/{one}?$select={_API}" for one in asked]) if asked else []
    return {
        one: graph_objects.Api.read(answer)
        for one, answer in zip(asked, answers, strict=True)
        if not isinstance(answer, GraphRefused)
    }


def _further(found: dict[str, Any], known: Set[str], values: Mapping[str, tuple[Any, ...]]) -> tuple[SetProperty, ...]:
    return tuple(
        SetProperty(printable(path), printable(json.dumps(value, default=str))[:200])
        for path, value in set_properties(found, known, values)
    )


def _application(found: dict[str, Any], permissions: _Permissions) -> Application:
    read = graph_objects.GraphApplication.read(found)
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
        locked=None if lock is None else lock.keeps_credentials_off,
        created=read.created_date_time,
        further=_further(found, APPLICATION_JUDGED | APPLICATION_FACTS, APPLICATION_VALUES),
    )


def _service_principal(answer: dict[str, Any]) -> ServicePrincipalFacts:
    read = graph_objects.CredentialedServicePrincipal.read(answer)
    return ServicePrincipalFacts(
        object_id=read.id,
        enabled=read.account_enabled,
        assignment_required=read.app_role_assignment_required,
        credentials=credentials_of(read, "service principal"),
        further=_further(answer, PRINCIPAL_JUDGED | PRINCIPAL_FACTS, PRINCIPAL_VALUES),
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
    found_one = next(iter(activities), None)
    return SignIn(found_one.as_itself, found_one.for_a_person) if found_one else SignIn(None)
