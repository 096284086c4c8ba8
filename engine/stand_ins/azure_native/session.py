"""A configured azure-native provider: requests to Azure Resource Manager and to a vault, each with its own token."""

import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from engine.stand_ins.provider.configuration import Configuration
from engine.stand_ins.provider.errors import PluginError, ServiceRefusal
from engine.stand_ins.provider.http_retry import Patience, open_client, send
from engine.stand_ins.provider.loopback import require_loopback
from engine.stand_ins.provider.polling import Waiting
from engine.stand_ins.provider.sign_in import Tokens, find_cloud

if TYPE_CHECKING:
    import httpx

Json = dict[str, Any]

_ASKING: Final = Patience(retries=3, longest_wait=60)
"""The retry policy of Azure's client library, azcore."""
_SECONDS: Final = 1800.0


class AzureSession:
    def __init__(
        self, configuration: Configuration, waiting: Waiting, transport: "httpx.BaseTransport | None" = None
    ) -> None:
        """Find the cloud and make ready; the first token is asked for with the first request.

        Raises:
            PluginError: the cloud is not the sandbox's, or no subscription is configured.
        """
        if not configuration.subscription:
            raise PluginError(
                "A Subscription ID must be configured when authenticating as a Service Principal using a Client Secret."
            )
        self.subscription = configuration.subscription
        self._client = open_client(transport)
        self._waiting = waiting
        cloud = find_cloud(self._client, configuration, waiting)
        self._resource_manager = cloud.resource_manager
        audience = cloud.resource_manager_audience
        self._management = Tokens(self._client, cloud, audience, configuration, waiting)
        self._vaults = Tokens(self._client, cloud, f"https://{cloud.key_vaults}", configuration, waiting)

    def manage(self, method: str, resource_id: str, version: str, body: Json | None = None) -> Json:
        """Ask Azure Resource Manager about a resource.

        Raises:
            ServiceRefusal: an error status.
            PluginError: no connection.
        """
        return self._ask(method, f"{self._resource_manager}{resource_id}", version, self._management, body)

    def of_vault(self, method: str, uri: str, version: str) -> Json:
        """Ask a vault itself.

        Raises:
            SandboxOnly: the vault is not on this machine.
            ServiceRefusal: an error status.
            PluginError: no connection.
        """
        require_loopback(uri, "the key vault (secretUri)")
        return self._ask(method, uri, version, self._vaults, None)

    def _ask(self, method: str, url: str, version: str, tokens: Tokens, body: Json | None) -> Json:
        answer = send(
            self._client,
            method,
            url,
            waiting=self._waiting,
            patience=_ASKING,
            deadline=time.monotonic() + _SECONDS,
            params={"api-version": version},
            headers={"Authorization": f"Bearer {tokens.current()}", "Accept": "application/json"},
            json=body,
        )
        if not answer.is_success:
            raise _refusal(answer)
        document: Json = answer.json() if answer.content else {}
        return document


def _refusal(answer: "httpx.Response") -> ServiceRefusal:
    try:
        error = answer.json()["error"]
        code, message = str(error["code"]), str(error["message"])
    except (ValueError, KeyError, TypeError):
        code, message = "", answer.text
    status = answer.status_code
    phrase = HTTPStatus(status).phrase
    return ServiceRefusal(status, code, message, f'Status={status} Code="{code or phrase}" Message="{message}"')
