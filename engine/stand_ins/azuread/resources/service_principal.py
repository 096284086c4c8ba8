"""`azuread:index/servicePrincipal:ServicePrincipal`: an application's identity in the tenant.

Its ID is `/servicePrincipals/<object ID>`. The deprecated `features` are shown but not managed; `featureTags` are.
"""

from collections.abc import Set
from http import HTTPStatus
from typing import TYPE_CHECKING, ClassVar
from uuid import uuid4

from engine.stand_ins.azuread import formats
from engine.stand_ins.azuread.graph import BETA, V1, Graph, Json, error_matches, quoted
from engine.stand_ins.azuread.resources import owners, shapes
from engine.stand_ins.azuread.resources.shapes import FEATURE_TAGS, flag, or_null, tags, text, text_set
from engine.stand_ins.azuread.session import Session
from engine.stand_ins.provider.errors import OperationFailed, ServiceRefusal
from engine.stand_ins.provider.kind import ResourceKind, deadline_in, doing, keeping
from engine.stand_ins.provider.polling import ABSENT_PAUSE
from engine.stand_ins.provider.properties import Properties
from engine.stand_ins.provider.schema import Kind, Property, Schema, block, output, texts

if TYPE_CHECKING:
    import httpx

ID_PREFIX = "/servicePrincipals/"

_SIGN_ON_MODES = ("oidc", "password", "saml", "notSupported")

SCHEMA: Schema = {
    "clientId": Property(required=True, replaces=True, check=formats.uuid),
    "accountEnabled": Property(kind=Kind.FLAG, default=True),
    "alternativeNames": texts(Kind.SET, formats.not_empty),
    "appRoleAssignmentRequired": Property(kind=Kind.FLAG),
    "description": Property(check=formats.at_most(1024)),
    "featureTags": FEATURE_TAGS,
    "features": Property(kind=Kind.LIST, computed=True, element=block({}), supported=False),
    "loginUrl": Property(check=formats.web_url),
    "notes": Property(check=formats.at_most(1024)),
    "notificationEmailAddresses": texts(Kind.SET, formats.not_empty),
    "owners": texts(Kind.SET, formats.uuid),
    "preferredSingleSignOnMode": Property(check=formats.one_of(_SIGN_ON_MODES)),
    "samlSingleSignOn": block({"relayState": Property(check=formats.not_empty)}),
    "tags": texts(Kind.SET, computed=True, conflicts=("featureTags", "features")),
    "useExisting": Property(kind=Kind.FLAG),
    "appRoleIds": output(Kind.MAP),
    "appRoles": output(Kind.LIST),
    "applicationTenantId": output(),
    "displayName": output(),
    "homepageUrl": output(),
    "logoutUrl": output(),
    "oauth2PermissionScopeIds": output(Kind.MAP),
    "oauth2PermissionScopes": output(Kind.LIST),
    "objectId": output(),
    "redirectUris": output(Kind.LIST),
    "samlMetadataUrl": output(),
    "servicePrincipalNames": output(Kind.LIST),
    "signInAudience": output(),
    "type": output(),
}


class ServicePrincipal(ResourceKind[Session]):
    type_name: ClassVar[str] = "azuread:index/servicePrincipal:ServicePrincipal"
    schema: ClassVar[Schema] = SCHEMA

    def check_id(self, resource_id: str) -> str | None:
        """`/servicePrincipals/<object ID>`."""
        return None if _is_id(resource_id) else f'parsing "{resource_id}": expected {ID_PREFIX}<object ID>'

    def create(self, session: Session, planned: Properties) -> tuple[str, Properties | None]:
        """Create it unless the application has one, see that it is there, and put the owners right."""
        graph, deadline = session.graph, deadline_in(self.create_seconds)
        with doing("Could not list existing service principals"):
            existing = graph.list(f"{V1}/servicePrincipals", deadline, filter=f"appId eq {quoted(planned['clientId'])}")
        if existing:
            return self._adopt(session, planned, existing[0])
        first_owners, more_owners = owners.at_creation(graph, session.caller, planned["owners"])
        with doing("Could not create service principal"):
            created = graph.post(
                f"{V1}/servicePrincipals", _creation(planned, first_owners), deadline, also_retry=_application_unseen
            )
        object_id = text(created, "id")
        if not object_id:
            raise OperationFailed("Bad API response", "object ID returned for service principal is nil")
        path = _path(object_id)
        with keeping(f"{ID_PREFIX}{object_id}", planned):
            _see_replicated(graph, path, planned, deadline)
            owners.complete(graph, path, _label(object_id), session.caller, planned["owners"], more_owners, deadline)
            return f"{ID_PREFIX}{object_id}", _read(graph, object_id, planned, deadline)

    def read(self, session: Session, resource_id: str, state: Properties) -> Properties | None:
        return _read(session.graph, _object_id(resource_id), state, deadline_in(self.other_seconds))

    def update(
        self, session: Session, resource_id: str, state: Properties, planned: Properties, changed: Set[str]
    ) -> Properties | None:
        graph, deadline, object_id = session.graph, deadline_in(self.update_seconds), _object_id(resource_id)
        body = _changeable(planned, tags(planned, features_changed="featureTags" in changed))
        with doing(f"Updating {_label(object_id)}"):
            graph.patch(_path(object_id), body, deadline)
        if "owners" in changed:
            with doing(f"Could not add owners to {_label(object_id)}"):
                owners.replace(graph, _path(object_id), planned["owners"], deadline)
        return _read(graph, object_id, planned, deadline)

    def delete(self, session: Session, resource_id: str, state: Properties) -> None:
        """Delete it and wait until Graph no longer shows it.

        One that was only adopted (`useExisting`) may not be ours to delete: there a refusal is ignored, as in the
        official plugin.
        """
        graph, deadline, object_id = session.graph, deadline_in(self.other_seconds), _object_id(resource_id)
        if state.get("useExisting"):
            try:
                graph.delete(_path(object_id), deadline)
            except ServiceRefusal:
                return
            return
        with doing(f"Deleting {_label(object_id)}"):
            graph.delete(_path(object_id), deadline)
        with doing(f"Waiting for deletion of {_label(object_id)}"):
            session.waiting.until(lambda: graph.find(_path(object_id), deadline) is None, ABSENT_PAUSE, deadline)

    def _adopt(self, session: Session, planned: Properties, existing: Json) -> tuple[str, Properties | None]:
        resource_id = f"{ID_PREFIX}{existing['id']}"
        if not planned["useExisting"]:
            raise OperationFailed(
                f'A resource with the ID "{existing["id"]}" already exists',
                f"To be managed, this resource needs to be imported into the state: {resource_id}",
            )
        with keeping(resource_id, planned):
            return resource_id, self.update(session, resource_id, {}, planned, frozenset({"owners", "featureTags"}))


def outputs(found: Json, beta: Json) -> Properties:
    """A service principal's properties, shared with the function `getServicePrincipal`."""
    client_id = text(found, "appId")
    return {
        "accountEnabled": flag(found, "accountEnabled"),
        "alternativeNames": text_set(found, "alternativeNames"),
        "appRoleAssignmentRequired": flag(found, "appRoleAssignmentRequired"),
        "appRoleIds": shapes.ids_by_value(found.get("appRoles") or []),
        "appRoles": shapes.app_roles(found),
        "applicationTenantId": text(found, "appOwnerOrganizationId"),
        "clientId": client_id,
        "description": text(found, "description"),
        "displayName": text(found, "displayName"),
        "featureTags": shapes.feature_tags(found.get("tags") or []),
        "features": shapes.features(found.get("tags") or []),
        "homepageUrl": text(found, "homepage"),
        "loginUrl": text(found, "loginUrl"),
        "logoutUrl": text(found, "logoutUrl"),
        "notes": text(found, "notes"),
        "notificationEmailAddresses": text_set(found, "notificationEmailAddresses"),
        "oauth2PermissionScopeIds": shapes.ids_by_value(found.get("oauth2PermissionScopes") or []),
        "oauth2PermissionScopes": shapes.permission_scopes(found),
        "objectId": text(found, "id"),
        "preferredSingleSignOnMode": text(found, "preferredSingleSignOnMode"),
        "redirectUris": list(found.get("replyUrls") or []),
        "samlMetadataUrl": text(beta, "samlMetadataUrl"),
        "servicePrincipalNames": [
            name for name in found.get("servicePrincipalNames") or [] if name.lower() != client_id.lower()
        ],
        "signInAudience": text(found, "signInAudience"),
        "tags": text_set(found, "tags"),
        "type": text(found, "servicePrincipalType"),
    }


def relay_state(found: Json) -> Properties | None:
    """The SAML settings, where Graph has any."""
    settings = found.get("samlSingleSignOnSettings")
    return None if settings is None else {"relayState": text(settings, "relayState")}


def _changeable(planned: Properties, tag_list: list[str]) -> Json:
    saml = planned["samlSingleSignOn"] or {}
    return {
        "@odata.type": "#microsoft.graph.servicePrincipal",
        "accountEnabled": planned["accountEnabled"],
        "alternativeNames": list(planned["alternativeNames"]),
        "appRoleAssignmentRequired": planned["appRoleAssignmentRequired"],
        "description": or_null(planned["description"]),
        "loginUrl": or_null(planned["loginUrl"]),
        "notes": or_null(planned["notes"]),
        "notificationEmailAddresses": list(planned["notificationEmailAddresses"]),
        "preferredSingleSignOnMode": or_null(planned["preferredSingleSignOnMode"]),
        "samlSingleSignOnSettings": {"relayState": saml["relayState"]} if saml.get("relayState") else {},
        "tags": tag_list,
    }


def _creation(planned: Properties, first_owners: list[str]) -> Json:
    # The description is temporary: the PATCH that sets the real one shows that the new object has spread.
    return _changeable(planned, tags(planned, features_changed=True)) | {
        "appId": planned["clientId"],
        "description": f"TERRAFORM_UPDATE_{uuid4()}",
        "owners@odata.bind": first_owners,
    }


def _see_replicated(graph: Graph, path: str, planned: Properties, deadline: float) -> None:
    """Set the real description. Unlike an application's first change, the official plugin does not repeat it on 404."""
    body: Json = {"@odata.type": "#microsoft.graph.servicePrincipal", "description": or_null(planned["description"])}
    try:
        graph.patch(path, body, deadline)
    except ServiceRefusal as refusal:
        unseen = refusal.status == HTTPStatus.NOT_FOUND
        summary = (
            "Timed out whilst waiting for new service principal to be replicated in Azure AD"
            if unseen
            else "Failed to patch service principal after creating"
        )
        raise OperationFailed(summary, refusal) from None


def _read(graph: Graph, object_id: str, known: Properties, deadline: float) -> Properties | None:
    with doing(f"Retrieving {_label(object_id)}"):
        found = graph.find(_path(object_id), deadline)
    if found is None:
        return None
    with doing(f"Retrieving {_label(object_id)} (beta API)"):
        beta = graph.get(f"{BETA}/servicePrincipals/{object_id}", deadline, select="samlMetadataUrl")
    with doing(f"Could not retrieve owners for {_label(object_id)}"):
        owner_ids = owners.read(graph, _path(object_id), deadline)
    return {
        **outputs(found, beta),
        "owners": owner_ids,
        "samlSingleSignOn": relay_state(found),
        "useExisting": known.get("useExisting"),
    }


def _application_unseen(answer: "httpx.Response") -> bool:
    return error_matches(
        answer, 400, "The appId '.+' of the service principal does not reference a valid application object"
    ) or error_matches(
        answer,
        403,
        "When using this permission, the backing application of the service principal being created must in the "
        "local tenant",
    )


def _is_id(resource_id: str) -> bool:
    key = resource_id.removeprefix(ID_PREFIX)
    return bool(key) and key != resource_id and "/" not in key


def _object_id(resource_id: str) -> str:
    if not _is_id(resource_id):
        raise OperationFailed("Parsing ID", f'"{resource_id}" is not of the form {ID_PREFIX}<object ID>')
    return resource_id.removeprefix(ID_PREFIX)


def _path(object_id: str) -> str:
    return f"{V1}{ID_PREFIX}{object_id}"


def _label(object_id: str) -> str:
    return f'Service Principal (Service Principal ID: "{object_id}")'
