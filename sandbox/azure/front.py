"""Azure from the outside: which service a path belongs to, the faults of its tenant, and the form of every answer."""

import asyncio
import uuid
from dataclasses import dataclass

from sandbox.azure import account, models
from sandbox.azure.errors import AzureError
from sandbox.azure.key_vault import KeyVault
from sandbox.azure.resource_manager import ResourceManager
from sandbox.core.context import Context
from sandbox.core.messages import ConnectionReset, Remark, Request, Response
from sandbox.graph import azure_names as names
from sandbox.graph import faults, tenants
from sandbox.graph.faults import Draws
from sandbox.sign_in.tokens import Tokens

_SUBSCRIPTIONS = "/subscriptions/"
_VAULTS = f"{names.KEY_VAULT_PATH}/"


@dataclass(frozen=True)
class Azure:
    context: Context
    tokens: Tokens
    draws: Draws

    async def answer(self, request: Request, remark: Remark) -> Response | None:
        """Answer a request, or return None when its path belongs to neither service.

        Raises:
            ConnectionReset: A fault wants the connection cut.
        """
        path = request.raw_path.lower()
        if path not in account.PATHS and not path.startswith((_SUBSCRIPTIONS, _VAULTS)):
            return None
        headers = {"x-ms-request-id": str(uuid.uuid4()), "Cache-Control": "no-cache"}
        try:
            if path in account.PATHS:
                response = account.AccountLists(self.context, self.tokens).answer(request, remark)
            else:
                await self._inject_faults(request, remark)
                answers = ResourceManager if path.startswith(_SUBSCRIPTIONS) else KeyVault
                response = answers(self.context, self.tokens).answer(request, remark)
        except AzureError as error:
            remark.code = error.inner or error.code
            return Response.of_json(error.status, error.body, headers | error.headers)
        response.headers |= headers
        return response

    async def _inject_faults(self, request: Request, remark: Remark) -> None:
        parts = request.raw_path.split("/")
        at = 8 if request.raw_path.lower().startswith(_SUBSCRIPTIONS) else 2
        vault = models.find(self.context.store, parts[at]) if len(parts) > at else None
        tenant = tenants.find(self.context.store, vault.directory_id) if vault else None
        if tenant is None:
            return
        switched = faults.of(self.context.store, tenant)
        named = f"{request.method} {request.raw_path}"
        if switched.latency_ms and faults.applies(switched, named):
            await asyncio.sleep(switched.latency_ms / 1000)
        remark.fault = self.draws.draw(tenant, switched, named) or None
        wait = {"Retry-After": str(switched.retry_after_s)}
        match remark.fault:
            case "reset":
                raise ConnectionReset
            case "throttled":
                raise AzureError(429, "TooManyRequests", "Too many requests.", headers=wait)
            case "unavailable":
                raise AzureError(503, "ServiceUnavailable", "The service is unavailable.", headers=wait)
