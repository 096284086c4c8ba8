"""`azure-native:keyvault:Secret`: a secret in an existing vault.

Its ID is the resource ID in Azure Resource Manager, which writes it and never shows its value: that lives in the state.
Resource Manager cannot delete it, so the vault itself is asked to, as the official plugin does.
"""

from typing import Any, ClassVar, Final

from engine.stand_ins.azure_native.session import AzureSession, Json
from engine.stand_ins.provider.errors import OperationFailed, PluginError, ServiceRefusal
from engine.stand_ins.provider.kind import ResourceKind, doing
from engine.stand_ins.provider.properties import Properties
from engine.stand_ins.provider.schema import Kind, Property, Schema, block, output

API_VERSION: Final = "2024-11-01"
VAULT_API_VERSION: Final = "7.4"
_NOT_FOUND: Final = 404
_ARM_NAMES: Final = {
    "enabled": "enabled",
    "expires": "exp",
    "notBefore": "nbf",
    "created": "created",
    "updated": "updated",
}
"""Attributes of a secret: the provider's names, and Resource Manager's."""

SCHEMA: Schema = {
    "resourceGroupName": Property(required=True, replaces=True),
    "vaultName": Property(required=True, replaces=True),
    "secretName": Property(required=True, replaces=True),
    "properties": block(
        {
            "value": Property(),
            "contentType": Property(),
            "attributes": block(
                {
                    "enabled": Property(kind=Kind.FLAG, computed=True),
                    "expires": Property(kind=Kind.NUMBER, computed=True),
                    "notBefore": Property(kind=Kind.NUMBER, computed=True),
                    "created": output(Kind.NUMBER),
                    "updated": output(Kind.NUMBER),
                }
            ),
            "secretUri": output(),
            "secretUriWithVersion": output(),
        },
        required=True,
    ),
    "tags": Property(kind=Kind.MAP),
    "azureApiVersion": output(),
    "location": output(),
    "name": output(),
    "type": output(),
}


class VaultSecret(ResourceKind[AzureSession]):
    type_name: ClassVar[str] = "azure-native:keyvault:Secret"
    schema: ClassVar[Schema] = SCHEMA

    def check_id(self, resource_id: str) -> str | None:
        """A secret is not imported here: its value could not be read back."""
        return f"a secret of a key vault cannot be imported by the sandbox's stand-in ({resource_id})"

    def create(self, session: AzureSession, planned: Properties) -> tuple[str, Properties | None]:
        resource_id = (
            f"/subscriptions/{session.subscription}/resourceGroups/{planned['resourceGroupName']}/providers"
            f"/Microsoft.KeyVault/vaults/{planned['vaultName']}/secrets/{planned['secretName']}"
        )
        with doing(f"cannot check existence of resource '{resource_id}'"):
            if _read(session, resource_id) is not None:
                raise PluginError(f"cannot create already existing resource '{resource_id}'")
        return resource_id, _written(session, resource_id, planned)

    def read(self, session: AzureSession, resource_id: str, state: Properties) -> Properties | None:
        """The secret as Resource Manager shows it, with the value from the state."""
        found = _read(session, resource_id)
        return None if found is None else _outputs(found, state)

    def update(
        self, session: AzureSession, resource_id: str, state: Properties, planned: Properties, changed: Any
    ) -> Properties | None:
        return _written(session, resource_id, planned)

    def delete(self, session: AzureSession, resource_id: str, state: Properties) -> None:
        """Have the vault delete it; gone already is as well."""
        uri = str((state.get("properties") or {}).get("secretUri") or "")
        try:
            session.of_vault("DELETE", uri, VAULT_API_VERSION)
        except ServiceRefusal as refusal:
            if refusal.status != _NOT_FOUND:
                raise OperationFailed(f"deleting {resource_id}", refusal) from None


def _read(session: AzureSession, resource_id: str) -> Json | None:
    try:
        return session.manage("GET", resource_id, API_VERSION)
    except ServiceRefusal as refusal:
        if refusal.status == _NOT_FOUND and refusal.code == "ResourceNotFound":
            return None
        raise


def _written(session: AzureSession, resource_id: str, planned: Properties) -> Properties:
    declared = planned["properties"]
    properties: Json = {name: declared[name] for name in ("value", "contentType") if declared.get(name)}
    if attributes := declared.get("attributes"):
        properties["attributes"] = {_ARM_NAMES[name]: value for name, value in attributes.items()}
    found = session.manage("PUT", resource_id, API_VERSION, {"properties": properties, "tags": planned["tags"] or {}})
    return _outputs(found, planned)


def _outputs(found: Json, known: Properties) -> Properties:
    """The provider's properties.

    Args:
        known: the program's or the state's properties, for what Resource Manager does not return.
    """
    properties: Json = found["properties"]
    arm = properties.get("attributes") or {}
    parts = str(found["id"]).split("/")
    return {
        "resourceGroupName": known.get("resourceGroupName") or parts[4],
        "vaultName": known.get("vaultName") or parts[8],
        "secretName": found["name"],
        "properties": {
            "value": (known.get("properties") or {}).get("value"),
            "contentType": properties.get("contentType"),
            "attributes": {name: arm[theirs] for name, theirs in _ARM_NAMES.items() if theirs in arm},
            "secretUri": properties["secretUri"],
            "secretUriWithVersion": properties["secretUriWithVersion"],
        },
        "tags": found.get("tags") or {},
        "azureApiVersion": API_VERSION,
        "location": found.get("location"),
        "name": found["name"],
        "type": found["type"],
    }
