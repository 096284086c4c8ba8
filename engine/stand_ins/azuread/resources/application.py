"""`azuread:index/application:Application`: an app registration.

Its ID is `/applications/<object ID>`. App roles, delegated scopes, optional claims, inline passwords, logos and
templates are shown where Graph returns them, but not managed.
"""

from collections.abc import Set
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import uuid4

from engine.stand_ins.azuread import formats
from engine.stand_ins.azuread.graph import BETA, V1, Graph, Json, error_matches
from engine.stand_ins.azuread.resources import owners
from engine.stand_ins.azuread.resources.application_shapes import (
    DEFAULT_TOKEN_VERSION,
    api,
    changeable,
    outputs,
    required_resource_access,
)
from engine.stand_ins.azuread.resources.shapes import APP_ROLE, FEATURE_TAGS, PERMISSION_SCOPE, tags, text
from engine.stand_ins.azuread.session import Session
from engine.stand_ins.provider.errors import OperationFailed, PluginError
from engine.stand_ins.provider.kind import ResourceKind, deadline_in, doing, keeping
from engine.stand_ins.provider.polling import ABSENT_PAUSE
from engine.stand_ins.provider.properties import UNKNOWN, Properties
from engine.stand_ins.provider.schema import Kind, Property, Schema, block, output, texts

if TYPE_CHECKING:
    import httpx

ID_PREFIX = "/applications/"

_AUDIENCES = ("AzureADMyOrg", "AzureADMultipleOrgs", "AzureADandPersonalMicrosoftAccount", "PersonalMicrosoftAccount")
_GROUP_CLAIMS = ("All", "None", "ApplicationGroup", "DirectoryRole", "SecurityGroup")
_OPTIONAL_CLAIM = Property(
    kind=Kind.LIST,
    element=block(
        {
            "additionalProperties": texts(Kind.LIST),
            "essential": Property(kind=Kind.FLAG),
            "name": Property(),
            "source": Property(),
        }
    ),
)

SCHEMA: Schema = {
    "displayName": Property(required=True, check=formats.not_empty),
    "api": block(
        {
            "knownClientApplications": texts(Kind.SET, formats.uuid),
            "mappedClaimsEnabled": Property(kind=Kind.FLAG),
            "oauth2PermissionScopes": Property(kind=Kind.SET, element=PERMISSION_SCOPE, supported=False),
            "requestedAccessTokenVersion": Property(
                kind=Kind.NUMBER, default=DEFAULT_TOKEN_VERSION, quiet=(DEFAULT_TOKEN_VERSION,)
            ),
        }
    ),
    "appRoles": Property(kind=Kind.SET, element=APP_ROLE, supported=False),
    "description": Property(check=formats.at_most(1024)),
    "deviceOnlyAuthEnabled": Property(kind=Kind.FLAG),
    "fallbackPublicClientEnabled": Property(kind=Kind.FLAG),
    "featureTags": FEATURE_TAGS,
    "groupMembershipClaims": texts(Kind.SET, formats.one_of(_GROUP_CLAIMS)),
    "identifierUris": texts(Kind.SET, formats.not_empty),
    "logoImage": Property(supported=False),
    "marketingUrl": Property(),
    "notes": Property(check=formats.not_empty),
    "oauth2PostResponseRequired": Property(kind=Kind.FLAG),
    "optionalClaims": block(
        {"accessTokens": _OPTIONAL_CLAIM, "idTokens": _OPTIONAL_CLAIM, "saml2Tokens": _OPTIONAL_CLAIM}, supported=False
    ),
    "owners": texts(Kind.SET, formats.uuid),
    "password": block({}, supported=False),
    "preventDuplicateNames": Property(kind=Kind.FLAG, default=False),
    "privacyStatementUrl": Property(),
    "publicClient": block({"redirectUris": texts(Kind.SET, formats.public_client_redirect_uri)}),
    "requiredResourceAccesses": Property(
        kind=Kind.SET,
        element=block(
            {
                "resourceAccesses": Property(
                    kind=Kind.LIST,
                    required=True,
                    element=block(
                        {
                            "id": Property(required=True, check=formats.uuid),
                            "type": Property(required=True, check=formats.one_of(("Role", "Scope"))),
                        }
                    ),
                ),
                "resourceAppId": Property(required=True),
            }
        ),
    ),
    "serviceManagementReference": Property(),
    "signInAudience": Property(default="AzureADMyOrg", check=formats.one_of(_AUDIENCES)),
    "singlePageApplication": block({"redirectUris": texts(Kind.SET, formats.spa_redirect_uri)}),
    "supportUrl": Property(),
    "tags": texts(Kind.SET, computed=True, conflicts=("featureTags",)),
    "templateId": Property(computed=True, replaces=True, supported=False),
    "termsOfServiceUrl": Property(),
    "web": block(
        {
            "homepageUrl": Property(check=formats.web_url, quiet=None),
            "implicitGrant": block(
                {
                    "accessTokenIssuanceEnabled": Property(kind=Kind.FLAG),
                    "idTokenIssuanceEnabled": Property(kind=Kind.FLAG),
                }
            ),
            "logoutUrl": Property(check=formats.logout_url, quiet=None),
            "redirectUris": texts(Kind.SET, formats.web_redirect_uri),
        }
    ),
    "appRoleIds": output(Kind.MAP),
    "clientId": output(),
    "disabledByMicrosoft": output(),
    "logoUrl": output(),
    "oauth2PermissionScopeIds": output(Kind.MAP),
    "objectId": output(),
    "publisherDomain": output(),
}

_NOT_MANAGED = ("appRoles", "api", "optionalClaims")


class Application(ResourceKind[Session]):
    type_name: ClassVar[str] = "azuread:index/application:Application"
    schema: ClassVar[Schema] = SCHEMA

    def check_id(self, resource_id: str) -> str | None:
        """`/applications/<object ID>`."""
        return formats.application_id(resource_id)

    def before_change(self, session: Session, state: Properties | None, inputs: Properties) -> None:
        """Look for an application of the same name when it is new or renamed and the program forbids twins.

        Raises:
            PluginError: a new application would be a twin. (A renamed one is refused only by the update itself.)
        """
        name = inputs.get("displayName")
        if not inputs.get("preventDuplicateNames") or name is UNKNOWN or not name:
            return
        if state is not None and state.get("displayName") == name:
            return
        with doing("could not check for existing application(s)"):
            twins = _named(session.graph, name, deadline_in(self.other_seconds))
        if twins and state is None:
            raise _twin(twins[0], name)

    def create(self, session: Session, planned: Properties) -> tuple[str, Properties | None]:
        """Register the application, see that it is there, and put the owners right."""
        graph, deadline, name = session.graph, deadline_in(self.create_seconds), planned["displayName"]
        if planned["preventDuplicateNames"]:
            with doing("Could not check for existing application(s)"):
                twins = _named(graph, name, deadline)
            if twins:
                raise _twin(twins[0], name)
        first_owners, more_owners = owners.at_creation(graph, session.caller, planned["owners"])
        with doing("Could not create application"):
            created = graph.post(f"{V1}/applications", _creation(planned, first_owners), deadline)
        object_id = text(created, "id")
        if not object_id:
            raise OperationFailed("Bad API response", "Object ID returned for application is nil/empty")
        path = _path(object_id)
        with keeping(f"{ID_PREFIX}{object_id}", planned):
            _see_replicated(graph, object_id, name, deadline)
            _set_late_properties(graph, object_id, planned, deadline)
            label = f'application with object ID: "{object_id}"'
            owners.complete(graph, path, label, session.caller, planned["owners"], more_owners, deadline)
            return f"{ID_PREFIX}{object_id}", _read(graph, object_id, planned, deadline)

    def read(self, session: Session, resource_id: str, state: Properties) -> Properties | None:
        return _read(session.graph, _object_id(resource_id), state, deadline_in(self.other_seconds))

    def update(
        self, session: Session, resource_id: str, state: Properties, planned: Properties, changed: Set[str]
    ) -> Properties | None:
        graph, deadline, object_id = session.graph, deadline_in(self.update_seconds), _object_id(resource_id)
        path = _path(object_id)
        with session.locked(object_id):
            if planned["preventDuplicateNames"]:
                name = planned["displayName"]
                with doing("Could not check for existing application(s)"):
                    twins = [twin for twin in _named(graph, name, deadline) if twin["id"] != object_id]
                if twins:
                    raise _twin(twins[0], name)
            _refuse_unmanaged(state, changed)
            body = changeable(planned, tags(planned, features_changed="featureTags" in changed))
            if "identifierUris" in changed:
                body["identifierUris"] = list(planned["identifierUris"])
            if "requiredResourceAccesses" in changed:
                body["requiredResourceAccess"] = required_resource_access(planned)
            with doing(f'Could not update application with object ID: "{object_id}"'):
                graph.patch(path, body, deadline)
            if "oauth2PostResponseRequired" in changed:
                with doing(f"Failed to set `oauth2_post_response_required` for {_label(object_id)}"):
                    graph.patch(
                        f"{BETA}/applications/{object_id}",
                        {
                            "@odata.type": "#microsoft.graph.application",
                            "oauth2RequirePostResponse": planned["oauth2PostResponseRequired"],
                        },
                        deadline,
                    )
            if "owners" in changed:
                with doing(f'Could not add owners to application with object ID: "{object_id}"'):
                    owners.replace(graph, path, planned["owners"], deadline)
            return _read(graph, object_id, planned, deadline)

    def delete(self, session: Session, resource_id: str, state: Properties) -> None:
        """Delete the application (Entra keeps it for 30 days) and wait until Graph no longer shows it."""
        graph, deadline, object_id = session.graph, deadline_in(self.other_seconds), _object_id(resource_id)
        with doing(f"deleting {_label(object_id)}"):
            graph.delete(_path(object_id), deadline)
        with doing(f'Waiting for deletion of application with object ID "{object_id}"'):
            session.waiting.until(lambda: graph.find(_path(object_id), deadline) is None, ABSENT_PAUSE, deadline)


def _creation(planned: Properties, first_owners: list[str]) -> Json:
    body = changeable(planned, tags(planned, features_changed=True))
    body["api"]["oauth2PermissionScopes"] = []
    if body["api"]["acceptMappedClaims"]:
        # Graph refuses this at creation under Application.ReadWrite.OwnedBy; it is set by a PATCH afterwards.
        del body["api"]["acceptMappedClaims"]
    return body | {
        "appRoles": [],
        "identifierUris": list(planned["identifierUris"]),
        "optionalClaims": {},
        "owners@odata.bind": first_owners,
        "requiredResourceAccess": required_resource_access(planned),
    }


def _see_replicated(graph: Graph, object_id: str, name: str, deadline: float) -> None:
    """Rename to and fro: the first PATCH that is not answered by 404 shows that the new application has spread."""
    for display_name in (f"TERRAFORM_UPDATE_{uuid4()}", name):
        with doing(f'Failed to patch application with object ID "{object_id}" after creating'):
            graph.patch(
                _path(object_id),
                {"@odata.type": "#microsoft.graph.application", "displayName": display_name},
                deadline,
                also_retry=_not_yet_there,
            )


def _set_late_properties(graph: Graph, object_id: str, planned: Properties, deadline: float) -> None:
    if planned["oauth2PostResponseRequired"]:
        with doing(f"Failed to set `oauth2_post_response_required` for {_label(object_id)}"):
            graph.patch(
                f"{BETA}/applications/{object_id}",
                {"@odata.type": "#microsoft.graph.application", "oauth2RequirePostResponse": True},
                deadline,
                also_retry=_not_yet_there,
            )
    if api(planned)["acceptMappedClaims"]:
        with doing("Failed to patch application after creating to set `api.0.mapped_claims_enabled` property"):
            graph.patch(
                _path(object_id),
                {"@odata.type": "#microsoft.graph.application", "api": api(planned) | {"oauth2PermissionScopes": []}},
                deadline,
                also_retry=_not_yet_there,
            )


def _read(graph: Graph, object_id: str, known: Properties, deadline: float) -> Properties | None:
    with doing(f"Retrieving {_label(object_id)}"):
        application = graph.find(_path(object_id), deadline)
    if application is None:
        return None
    with doing(f"Retrieving additional properties for {_label(object_id)}"):
        beta = graph.get(f"{BETA}/applications/{object_id}", deadline, select="oauth2RequirePostResponse")
    with doing(f"Could not retrieve owners for {_label(object_id)}"):
        owner_ids = owners.read(graph, _path(object_id), deadline)
    return {
        **outputs(application),
        "oauth2PostResponseRequired": bool(beta.get("oauth2RequirePostResponse")),
        "owners": owner_ids,
        "preventDuplicateNames": bool(known.get("preventDuplicateNames")),
        "templateId": text(application, "applicationTemplateId"),
    }


def _refuse_unmanaged(state: Properties, changed: Set[str]) -> None:
    """Entra wants scopes and roles disabled before they go; only the official plugin does that.

    Raises:
        PluginError: the update would have to remove what the stand-in does not manage.
    """
    held: dict[str, Any] = {name: state.get(name) for name in _NOT_MANAGED if name in changed}
    if "api" in held:
        held["api"] = (held["api"] or {}).get("oauth2PermissionScopes")
    for name, value in held.items():
        if value:
            raise PluginError(
                f"the application has `{name}` that the program does not declare; the sandbox's stand-in for the "
                "azuread plugin cannot remove them, the official plugin does"
            )


def _named(graph: Graph, name: str, deadline: float) -> list[Json]:
    # The official plugin does not double apostrophes here, so Graph refuses such names from both.
    found = graph.list(f"{V1}/applications", deadline, filter=f"displayName eq '{name}'")
    return [application for application in found if application.get("displayName") == name]


def _twin(existing: Json, name: str) -> PluginError:
    return PluginError(
        f'An existing "azuread_application" with name "{name}" (ID: "{existing["id"]}") was found and '
        "`prevent_duplicate_names` was specified. To be managed, this resource needs to be imported into the state: "
        f"{ID_PREFIX}{existing['id']}"
    )


def _not_yet_there(answer: "httpx.Response") -> bool:
    return answer.status_code in (404, 409) or error_matches(
        answer, 400, "cannot be deleted or updated unless disabled first"
    )


def _object_id(resource_id: str) -> str:
    wrong = formats.application_id(resource_id)
    if wrong:
        raise OperationFailed("Parsing ID", wrong)
    return resource_id.removeprefix(ID_PREFIX)


def _path(object_id: str) -> str:
    return f"{V1}{ID_PREFIX}{object_id}"


def _label(object_id: str) -> str:
    return f'Application (Application ID: "{object_id}")'
