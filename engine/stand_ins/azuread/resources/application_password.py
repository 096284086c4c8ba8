"""`azuread:index/applicationPassword:ApplicationPassword`: a client secret of an application.

Its ID is `<application object ID>/password/<key ID>`. Graph returns the secret's value once, at creation; afterwards it
lives in the state alone, so a secret cannot be imported. Every change replaces it.
"""

import base64
from typing import ClassVar

from engine.stand_ins.azuread import formats
from engine.stand_ins.azuread.graph import V1, Graph, Json
from engine.stand_ins.azuread.resources.application import ID_PREFIX
from engine.stand_ins.azuread.resources.shapes import text
from engine.stand_ins.azuread.session import Session
from engine.stand_ins.provider.errors import OperationFailed, PluginError
from engine.stand_ins.provider.kind import ResourceKind, deadline_in, doing
from engine.stand_ins.provider.polling import ABSENT_PAUSE, VISIBLE_PAUSE
from engine.stand_ins.provider.properties import Properties, Secret
from engine.stand_ins.provider.schema import Kind, Property, Schema, output

SCHEMA: Schema = {
    "applicationId": Property(required=True, replaces=True, check=formats.application_id),
    "displayName": Property(computed=True, replaces=True),
    "endDate": Property(computed=True, replaces=True, check=formats.rfc3339, conflicts=("endDateRelative",)),
    # Deprecated; the official plugin 6.10.0 accepts it and then does not send it.
    "endDateRelative": Property(replaces=True, supported=False),
    "rotateWhenChanged": Property(kind=Kind.MAP, replaces=True),
    "startDate": Property(computed=True, replaces=True, check=formats.rfc3339),
    "keyId": output(),
    "value": output(),
}


class ApplicationPassword(ResourceKind[Session]):
    type_name: ClassVar[str] = "azuread:index/applicationPassword:ApplicationPassword"
    schema: ClassVar[Schema] = SCHEMA
    create_seconds: ClassVar[float] = 900.0

    def check_id(self, resource_id: str) -> str | None:
        """A secret cannot be imported."""
        return f"a client secret cannot be imported ({resource_id}): Graph does not return its value again"

    def create(self, session: Session, planned: Properties) -> tuple[str, Properties | None]:
        """Have Entra make a secret, and wait until the application shows it."""
        graph, deadline = session.graph, deadline_in(self.create_seconds)
        application_id = planned["applicationId"]
        object_id = application_id.removeprefix(ID_PREFIX)
        label = f'Application (Application ID: "{object_id}")'
        with session.locked(object_id):
            with doing(f"Retrieving {label}"):
                found = graph.find(f"{V1}{ID_PREFIX}{object_id}", deadline)
            if found is None:
                raise PluginError(f"{label} was not found")
            with doing(f"Adding password for {label}"):
                made = graph.post(
                    f"{V1}{application_id}/addPassword", {"passwordCredential": _credential(planned)}, deadline
                )
            key_id, value = text(made, "keyId"), text(made, "secretText")
            if not key_id or not value:
                raise OperationFailed(
                    f"API error adding password for {label}", "nil or empty keyId or password received"
                )
            with doing(f"Waiting for password credential for {label}"):
                session.waiting.until(
                    lambda: _held(_application(graph, object_id, deadline), key_id) is not None, VISIBLE_PAUSE, deadline
                )
            known = {**planned, "value": value}
            return f"{object_id}/password/{key_id}", _read(graph, object_id, key_id, known, deadline)

    def read(self, session: Session, resource_id: str, state: Properties) -> Properties | None:
        """The secret's dates, and the value from the state."""
        object_id, key_id = _parts(resource_id)
        return _read(session.graph, object_id, key_id, state, deadline_in(self.other_seconds))

    def delete(self, session: Session, resource_id: str, state: Properties) -> None:
        graph, deadline = session.graph, deadline_in(self.other_seconds)
        object_id, key_id = _parts(resource_id)
        label = f'password credential "{key_id}" from Application (Application ID: "{object_id}")'
        with session.locked(object_id):
            with doing(f"Removing {label}"):
                graph.post(f"{V1}{ID_PREFIX}{object_id}/removePassword", {"keyId": key_id}, deadline)
            with doing(f"Waiting for deletion of {label}"):
                session.waiting.until(
                    lambda: _held(_application(graph, object_id, deadline), key_id) is None, ABSENT_PAUSE, deadline
                )


def _credential(planned: Properties) -> Json:
    body: Json = {}
    if planned["displayName"]:
        body["displayName"] = planned["displayName"]
    if planned["endDate"]:
        body["endDateTime"] = formats.whole_seconds(planned["endDate"])
    if planned["startDate"]:
        body["startDateTime"] = formats.whole_seconds(planned["startDate"])
    return body


def _read(graph: Graph, object_id: str, key_id: str, known: Properties, deadline: float) -> Properties | None:
    with doing(f'Retrieving Application (Application ID: "{object_id}")'):
        application = graph.find(f"{V1}{ID_PREFIX}{object_id}", deadline)
    credential = _held(application, key_id) if application else None
    if credential is None:
        return None
    value = known.get("value")
    return {
        "applicationId": f"{ID_PREFIX}{object_id}",
        "displayName": _display_name(credential),
        "endDate": text(credential, "endDateTime"),
        "keyId": key_id,
        "rotateWhenChanged": known.get("rotateWhenChanged") or None,
        "startDate": text(credential, "startDateTime"),
        "value": Secret(value) if value else None,
    }


def _display_name(credential: Json) -> str:
    """The secret's description; very old ones are kept in another field, base64 encoded."""
    if credential.get("displayName") is not None or not credential.get("customKeyIdentifier"):
        return text(credential, "displayName")
    return base64.b64decode(credential["customKeyIdentifier"]).decode(errors="replace")


def _application(graph: Graph, object_id: str, deadline: float) -> Json:
    return graph.get(f"{V1}{ID_PREFIX}{object_id}", deadline)


def _held(application: Json, key_id: str) -> Json | None:
    credentials: list[Json] = application.get("passwordCredentials") or []
    return next((one for one in credentials if text(one, "keyId").lower() == key_id.lower()), None)


def _parts(resource_id: str) -> tuple[str, str]:
    parts = resource_id.split("/")
    if len(parts) != 3 or parts[1] != "password":
        raise OperationFailed(
            f'Parsing password credential with ID "{resource_id}"', "expected <object ID>/password/<key ID>"
        )
    return parts[0], parts[2]
