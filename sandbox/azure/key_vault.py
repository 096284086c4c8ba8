"""A vault's own interface: read a secret with its value, delete it, look at and recover a deleted one.

learn.microsoft.com/rest/api/keyvault/secrets (7.4). Access is by role (Azure RBAC) only.
"""

import re
from dataclasses import dataclass
from typing import Any, Final

from sandbox.azure import access, errors, models
from sandbox.azure.access import AzureCaller
from sandbox.azure.models import Vault, VaultSecret
from sandbox.core.context import Context
from sandbox.core.messages import Remark, Request, Response
from sandbox.graph import azure_names as names
from sandbox.sign_in.tokens import Tokens

API_VERSIONS: Final = frozenset({"7.3", "7.4", "7.5", "7.6"})
RETENTION_DAYS: Final = 90
_DAY: Final = 86_400
_PATH = re.compile(
    r"/keyvault/(?P<vault>[^/]+)/(?P<kind>secrets|deletedsecrets)/(?P<name>[0-9A-Za-z-]{1,127})"
    r"(/(?P<rest>[0-9a-f]{32}|recover))?/?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class KeyVault:
    context: Context
    tokens: Tokens

    def answer(self, request: Request, remark: Remark) -> Response:
        """Answer a request below `/keyvault`.

        Raises:
            AzureError: it is refused.
        """
        found = _PATH.fullmatch(request.raw_path)
        if found is None:
            remark.not_emulated = True
            raise errors.not_emulated(request.raw_path)
        vault = models.find(self.context.store, found["vault"])
        if vault is None:
            raise errors.no_vault(found["vault"])
        caller = self._caller(vault, request, remark)
        version = dict(request.query).get("api-version")
        if version not in API_VERSIONS:
            raise errors.AzureError(400, "BadParameter", f"api-version {version or 'is missing'} is not supported.")
        deleted, rest = found["kind"].lower() == "deletedsecrets", found["rest"]
        remark.route = f"/keyvault/{{vault}}/{found['kind'].lower()}/{{secret}}"
        match request.method, deleted:
            case "GET", False:
                return self._read(vault, caller, found["name"], rest)
            case "DELETE", False if not rest:
                return self._delete(vault, caller, found["name"])
            case "GET", True if not rest:
                return self._read_deleted(vault, caller, found["name"])
            case "POST", True if rest:
                return self._recover(vault, caller, found["name"])
        remark.not_emulated = True
        raise errors.not_emulated(f"{request.method} {request.raw_path}")

    def _caller(self, vault: Vault, request: Request, remark: Remark) -> AzureCaller:
        login = f"{self.context.base_url}/{vault.directory_id}"
        rules = access.key_vault_rules(names.vault_resource(self.context.base_url), login)
        caller = access.caller_of(self.tokens, rules, request.header("authorization"), self.context.clock.seconds())
        remark.tenant, remark.app_id = caller.directory_id, caller.app_id
        if caller.directory_id != vault.directory_id:
            raise errors.vault_wrong_tenant(caller.directory_id, vault.directory_id)
        return caller

    def _require(self, vault: Vault, caller: AzureCaller, name: str, action: str) -> None:
        if not models.allows(self.context.store, vault, caller.object_id, action, data=True):
            raise errors.forbidden_by_rbac(caller.app_id, caller.object_id, action, f"{vault.id}/secrets/{name}")

    def _read(self, vault: Vault, caller: AzureCaller, name: str, version: str | None) -> Response:
        self._require(vault, caller, name, "Microsoft.KeyVault/vaults/secrets/getSecret/action")
        secret = self._live(vault, name, version)
        if not secret.body.get("enabled", True):
            raise errors.secret_disabled()
        return Response.of_json(200, {"value": secret.value, **self._show(vault, secret)})

    def _delete(self, vault: Vault, caller: AzureCaller, name: str) -> Response:
        self._require(vault, caller, name, "Microsoft.KeyVault/vaults/secrets/delete")
        secret = self._live(vault, name, None)
        now = self.context.clock.seconds()
        with self.context.store.transaction():
            models.mark_deleted(self.context.store, vault, name, now)
            self.context.clock.mark()
        return Response.of_json(200, self._show_deleted(vault, secret, now))

    def _read_deleted(self, vault: Vault, caller: AzureCaller, name: str) -> Response:
        self._require(vault, caller, name, "Microsoft.KeyVault/vaults/secrets/readMetadata/action")
        secret, when = self._deleted(vault, name)
        return Response.of_json(200, self._show_deleted(vault, secret, when))

    def _recover(self, vault: Vault, caller: AzureCaller, name: str) -> Response:
        self._require(vault, caller, name, "Microsoft.KeyVault/vaults/secrets/recover/action")
        secret, _ = self._deleted(vault, name)
        with self.context.store.transaction():
            models.mark_deleted(self.context.store, vault, name, None)
            self.context.clock.mark()
        return Response.of_json(200, self._show(vault, secret))

    def _live(self, vault: Vault, name: str, version: str | None) -> VaultSecret:
        secret = models.current(self.context.store, vault, name, version)
        if secret is None or secret.deleted is not None:
            raise errors.no_secret(name)
        return secret

    def _deleted(self, vault: Vault, name: str) -> tuple[VaultSecret, float]:
        secret = models.current(self.context.store, vault, name)
        if secret is None or secret.deleted is None:
            raise errors.no_secret(name)
        return secret, secret.deleted

    def _show(self, vault: Vault, secret: VaultSecret) -> dict[str, Any]:
        attributes = {
            name: secret.body[name]
            for name in ("enabled", "nbf", "exp", "created", "updated")
            if secret.body.get(name) is not None
        }
        return {
            **({"contentType": secret.body["contentType"]} if secret.body.get("contentType") else {}),
            "id": f"{names.vault_uri(self.context.base_url, vault.name)}secrets/{secret.name}/{secret.version}",
            "attributes": {**attributes, "recoveryLevel": "Recoverable+Purgeable", "recoverableDays": RETENTION_DAYS},
            "tags": secret.body.get("tags") or {},
        }

    def _show_deleted(self, vault: Vault, secret: VaultSecret, when: float) -> dict[str, Any]:
        uri = f"{names.vault_uri(self.context.base_url, vault.name)}deletedsecrets/{secret.name}"
        return {
            "recoveryId": uri,
            "deletedDate": int(when),
            "scheduledPurgeDate": int(when) + RETENTION_DAYS * _DAY,
            **self._show(vault, secret),
        }
