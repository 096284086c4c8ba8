"""Azure Resource Manager: GET and PUT of a vault's secret, without its value in any answer; the caller's permissions.

learn.microsoft.com/rest/api/keyvault/keyvault/secrets (2024-11-01).
"""

import re
from dataclasses import dataclass
from typing import Any, Final

from sandbox.azure import access, errors, models
from sandbox.azure.access import AzureCaller
from sandbox.azure.models import Vault, VaultSecret
from sandbox.core import json_bodies
from sandbox.core.context import Context
from sandbox.core.messages import Remark, Request, Response
from sandbox.graph import azure_names as names
from sandbox.sign_in.tokens import Tokens

API_VERSIONS: Final = frozenset({"2023-02-01", "2023-07-01", "2024-11-01"})
TEMPLATE: Final = (
    "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.KeyVault/vaults/{vault}/secrets/{secret}"
)
_PATH = re.compile(
    r"/subscriptions/(?P<subscription>[^/]+)/resourceGroups/(?P<group>[^/]+)/providers/Microsoft\.KeyVault"
    r"/vaults/(?P<vault>[^/]+)/secrets/(?P<secret>[0-9A-Za-z-]{1,127})",
    re.IGNORECASE,
)
PERMISSIONS_VERSION: Final = "2022-04-01"
PERMISSIONS_TEMPLATE: Final = (
    "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.KeyVault/vaults/{vault}/providers"
    "/Microsoft.Authorization/permissions"
)
_PERMISSIONS = re.compile(
    r"/subscriptions/(?P<subscription>[^/]+)/resourceGroups/(?P<group>[^/]+)/providers/Microsoft\.KeyVault"
    r"/vaults/(?P<vault>[^/]+)/providers/Microsoft\.Authorization/permissions",
    re.IGNORECASE,
)
_ATTRIBUTES: Final = {"enabled": bool, "nbf": int, "exp": int}


@dataclass(frozen=True)
class ResourceManager:
    context: Context
    tokens: Tokens

    def answer(self, request: Request, remark: Remark) -> Response:
        """Answer a request below `/subscriptions`.

        Raises:
            AzureError: it is refused.
        """
        caller, version = access.admitted_by_resource_manager(self.context, self.tokens, request, remark)
        if found := _PERMISSIONS.fullmatch(request.raw_path):
            remark.route = PERMISSIONS_TEMPLATE
            if version != PERMISSIONS_VERSION or request.method != "GET":
                raise errors.unknown_api_version(version)
            return self._permissions(caller, self._vault(caller, found["subscription"], found["group"], found["vault"]))
        found = _PATH.fullmatch(request.raw_path)
        if found is None:
            remark.not_emulated = True
            raise errors.not_emulated(request.raw_path)
        remark.route = TEMPLATE
        if version not in API_VERSIONS:
            raise errors.unknown_api_version(version)
        vault = self._vault(caller, found["subscription"], found["group"], found["vault"])
        match request.method:
            case "GET":
                self._require(caller, vault, found["secret"], "Microsoft.KeyVault/vaults/secrets/read")
                return self._read(vault, found["secret"])
            case "PUT":
                self._require(caller, vault, found["secret"], "Microsoft.KeyVault/vaults/secrets/write")
                return self._write(vault, found["secret"], request.body, self.context.clock.seconds())
            case "DELETE":
                raise errors.no_delete()
        remark.not_emulated = True
        raise errors.not_emulated(f"{request.method} {request.raw_path}")

    def _permissions(self, caller: AzureCaller, vault: Vault) -> Response:
        """What the caller's roles on the vault allow; an empty list where it has none."""
        held = sorted(models.roles(self.context.store, vault, caller.object_id))
        value = [
            {
                "actions": list(models.ROLES[role].actions),
                "notActions": [],
                "dataActions": list(models.ROLES[role].data_actions),
                "notDataActions": [],
            }
            for role in held
        ]
        return Response.of_json(200, {"value": value})

    def _vault(self, caller: AzureCaller, subscription: str, group: str, name: str) -> Vault:
        vaults = models.of_subscription(self.context.store, subscription)
        if not vaults:
            raise errors.no_subscription(subscription)
        if vaults[0].directory_id != caller.directory_id:
            raise errors.wrong_tenant(caller.directory_id, vaults[0].directory_id)
        in_group = [vault for vault in vaults if vault.resource_group.lower() == group.lower()]
        if not in_group:
            raise errors.no_resource_group(group)
        found = next((vault for vault in in_group if vault.name.lower() == name.lower()), None)
        if found is None:
            raise errors.no_parent(name)
        return found

    def _require(self, caller: AzureCaller, vault: Vault, secret: str, action: str) -> None:
        if not models.allows(self.context.store, vault, caller.object_id, action):
            raise errors.no_authorization(caller.app_id, caller.object_id, action, f"{vault.id}/secrets/{secret}")

    def _read(self, vault: Vault, name: str) -> Response:
        secret = models.current(self.context.store, vault, name)
        if secret is None or secret.deleted is not None:
            raise errors.no_resource(vault.name, name, vault.resource_group)
        return Response.of_json(200, self._show(vault, secret))

    def _write(self, vault: Vault, name: str, body: bytes, now: float) -> Response:
        known = models.current(self.context.store, vault, name)
        if known is not None and known.deleted is not None:
            raise errors.deleted_but_recoverable(name)
        value, properties = _parsed(body)
        if value is None and known is None:
            raise errors.bad_request("A new secret needs properties.value.")
        with self.context.store.transaction():
            secret = models.put(
                self.context.store, vault, name, value or (known.value if known else ""), properties, now
            )
            self.context.clock.mark()
        return Response.of_json(200 if known else 201, self._show(vault, secret))

    def _show(self, vault: Vault, secret: VaultSecret) -> dict[str, Any]:
        uri = f"{names.vault_uri(self.context.base_url, vault.name)}secrets/{secret.name}"
        attributes = {
            name: secret.body[name]
            for name in (*_ATTRIBUTES, "created", "updated")
            if secret.body.get(name) is not None
        }
        return {
            "id": f"{vault.id}/secrets/{secret.name}",
            "name": secret.name,
            "type": "Microsoft.KeyVault/vaults/secrets",
            "location": "westeurope",
            "tags": secret.body.get("tags") or {},
            "properties": {
                "attributes": attributes,
                **({"contentType": secret.body["contentType"]} if secret.body.get("contentType") else {}),
                "secretUri": uri,
                "secretUriWithVersion": f"{uri}/{secret.version}",
            },
        }


def _parsed(body: bytes) -> tuple[str | None, dict[str, Any]]:
    """Value and kept properties of a PUT; anything that is not a secret's is refused."""
    try:
        document = json_bodies.parsed(body)
    except ValueError:
        document = None
    properties = document.get("properties") if isinstance(document, dict) else None
    attributes = (properties.get("attributes") or {}) if isinstance(properties, dict) else None
    if document is None or properties is None or not isinstance(attributes, dict):
        raise errors.bad_request("The request content was invalid and could not be deserialized.")
    value, kind, tags = properties.get("value"), properties.get("contentType"), document.get("tags") or {}
    wrong = [
        *(f"properties.{name}" for name in properties if name not in ("value", "contentType", "attributes")),
        *(f"properties.attributes.{name}" for name in attributes if name not in _ATTRIBUTES),
        *(name for name in document if name not in ("properties", "tags")),
        *(
            f"attributes.{name}"
            for name, form in _ATTRIBUTES.items()
            if not isinstance(attributes.get(name), form | None)
        ),
    ]
    if wrong or not isinstance(value, str | None) or not isinstance(kind, str | None) or not isinstance(tags, dict):
        raise errors.bad_request(f"Could not find member or wrong value: {', '.join(wrong) or 'properties'}.")
    if len(tags) > 15 or any(not isinstance(text, str) or len(text) > 256 for text in tags.values()):
        raise errors.bad_request("A secret has at most 15 tags of 256 characters.")
    return value, {"contentType": kind, "tags": tags, "enabled": True} | attributes
