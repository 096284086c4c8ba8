"""`azuread:index/appRoleAssignment:AppRoleAssignment`: a grant, that is an app role given to a principal.

Its ID is `/servicePrincipals/<object ID of the resource>/appRoleAssignedTo/<assignment ID>`. Every change replaces it.
"""

from typing import TYPE_CHECKING, ClassVar

from engine.stand_ins.azuread import formats
from engine.stand_ins.azuread.graph import V1, Graph, error_matches
from engine.stand_ins.azuread.resources.shapes import text
from engine.stand_ins.azuread.session import Session
from engine.stand_ins.provider.errors import OperationFailed
from engine.stand_ins.provider.kind import ResourceKind, deadline_in, doing, keeping
from engine.stand_ins.provider.properties import Properties
from engine.stand_ins.provider.schema import Property, Schema, output

if TYPE_CHECKING:
    import httpx

SCHEMA: Schema = {
    "appRoleId": Property(required=True, replaces=True, check=formats.uuid),
    "principalObjectId": Property(required=True, replaces=True, check=formats.uuid),
    "resourceObjectId": Property(required=True, replaces=True, check=formats.uuid),
    "principalDisplayName": output(),
    "principalType": output(),
    "resourceDisplayName": output(),
}


class AppRoleAssignment(ResourceKind[Session]):
    type_name: ClassVar[str] = "azuread:index/appRoleAssignment:AppRoleAssignment"
    schema: ClassVar[Schema] = SCHEMA
    create_seconds: ClassVar[float] = 300.0

    def check_id(self, resource_id: str) -> str | None:
        """`/servicePrincipals/<object ID>/appRoleAssignedTo/<assignment ID>`."""
        if _is_id(resource_id):
            return None
        return f'parsing "{resource_id}": expected /servicePrincipals/<object ID>/appRoleAssignedTo/<assignment ID>'

    def create(self, session: Session, planned: Properties) -> tuple[str, Properties | None]:
        graph, deadline, resource = session.graph, deadline_in(self.create_seconds), planned["resourceObjectId"]
        with doing(f'Could not retrieve service principal for resource (Object ID: "{resource}")'):
            graph.get(f"{V1}/servicePrincipals/{resource}", deadline)
        with doing("Could not create app role assignment"):
            made = graph.post(
                f"{V1}/servicePrincipals/{resource}/appRoleAssignedTo",
                {
                    "@odata.type": "#microsoft.graph.appRoleAssignment",
                    "appRoleId": planned["appRoleId"],
                    "principalId": planned["principalObjectId"],
                    "resourceId": resource,
                },
                deadline,
                also_retry=_principal_unseen,
            )
        if not text(made, "id") or not text(made, "resourceId"):
            raise OperationFailed("Bad API response", "the ID returned for app role assignment is nil")
        resource_id = f"/servicePrincipals/{made['resourceId']}/appRoleAssignedTo/{made['id']}"
        with keeping(resource_id, planned):
            return resource_id, _read(graph, resource_id, deadline)

    def read(self, session: Session, resource_id: str, state: Properties) -> Properties | None:
        return _read(session.graph, resource_id, deadline_in(self.other_seconds))

    def delete(self, session: Session, resource_id: str, state: Properties) -> None:
        """Withdraw the grant; the official plugin does not wait here."""
        with doing(f"Deleting {_label(resource_id)}"):
            session.graph.delete(f"{V1}{resource_id}", deadline_in(self.other_seconds))


def _read(graph: Graph, resource_id: str, deadline: float) -> Properties | None:
    if not _is_id(resource_id):
        raise OperationFailed("Parsing App Role Assignment ID", resource_id)
    with doing(f"retrieving {_label(resource_id)}"):
        grant = graph.find(f"{V1}{resource_id}", deadline)
    if grant is None:
        return None
    return {
        "appRoleId": text(grant, "appRoleId"),
        "principalDisplayName": text(grant, "principalDisplayName"),
        "principalObjectId": text(grant, "principalId"),
        "principalType": text(grant, "principalType"),
        "resourceDisplayName": text(grant, "resourceDisplayName"),
        "resourceObjectId": text(grant, "resourceId"),
    }


def _principal_unseen(answer: "httpx.Response") -> bool:
    return answer.status_code == 404 or error_matches(answer, 400, "Not a valid reference update")


def _is_id(resource_id: str) -> bool:
    match resource_id.split("/"):
        case ["", "servicePrincipals", resource, "appRoleAssignedTo", grant]:
            return bool(resource and grant)
    return False


def _label(resource_id: str) -> str:
    return f'App Role Assignment ("{resource_id}")'
