"""What the Azure CLI asks when it signs in: the subscriptions and the tenants that the caller sees.

learn.microsoft.com/rest/api/resources/subscriptions/list and .../tenants/list (2022-12-01).
"""

from dataclasses import dataclass
from typing import Any, Final

from sandbox.azure import access, errors, models
from sandbox.azure.access import AzureCaller
from sandbox.core.context import Context
from sandbox.core.messages import Remark, Request, Response
from sandbox.graph import tenants
from sandbox.sign_in.tokens import Tokens

PATHS: Final = frozenset({"/subscriptions", "/tenants"})
_VERSIONS: Final = frozenset({"2016-06-01", "2019-11-01", "2022-12-01"})


@dataclass(frozen=True)
class AccountLists:
    context: Context
    tokens: Tokens

    def answer(self, request: Request, remark: Remark) -> Response:
        """Answer a request for one of `PATHS`.

        Raises:
            AzureError: it is refused.
        """
        remark.route = request.raw_path
        caller, version = access.admitted_by_resource_manager(self.context, self.tokens, request, remark)
        if version not in _VERSIONS:
            raise errors.unknown_api_version(version)
        if request.method != "GET":
            remark.not_emulated = True
            raise errors.not_emulated(f"{request.method} {request.raw_path}")
        listed = self._subscriptions(caller) if request.raw_path == "/subscriptions" else self._tenants(caller)
        return Response.of_json(200, {"value": listed, "count": {"type": "Total", "value": len(listed)}})

    def _subscriptions(self, caller: AzureCaller) -> list[dict[str, Any]]:
        """Those in which the caller has a role on something; others do not show."""
        seen = models.subscriptions_of(self.context.store, caller.directory_id, caller.object_id)
        return [
            {
                "id": f"/subscriptions/{subscription}",
                "subscriptionId": subscription,
                "tenantId": caller.directory_id,
                "displayName": "Identity",
                "state": "Enabled",
                "authorizationSource": "RoleBased",
                "managedByTenants": [],
            }
            for subscription in seen
        ]

    def _tenants(self, caller: AzureCaller) -> list[dict[str, Any]]:
        tenant = tenants.find(self.context.store, caller.directory_id)
        if tenant is None:
            return []
        domains = [domain.name for domain in tenants.domains_of(self.context.store, tenant)]
        return [
            {
                "id": f"/tenants/{tenant.id}",
                "tenantId": tenant.id,
                "displayName": tenant.display_name,
                "domains": domains,
                "defaultDomain": domains[0],
                "tenantCategory": "Home",
                "tenantType": "AAD",
            }
        ]
