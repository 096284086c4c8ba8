"""Finds the cloud's addresses and signs in: metadata first, then a token, as the official plugin does when configured.

Tokens stay in memory and are asked for again shortly before they end.
"""

import base64
import binascii
import json
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from engine.stand_ins.provider.configuration import Configuration
from engine.stand_ins.provider.errors import PluginError
from engine.stand_ins.provider.http_retry import ONCE, SIGNING_IN, send
from engine.stand_ins.provider.loopback import require_loopback
from engine.stand_ins.provider.polling import Waiting

if TYPE_CHECKING:
    import httpx

_PUBLIC_METADATA = "management.azure.com"
_API_VERSION = "2022-09-01"
_MSI_VERSION = "2018-02-01"
_ADO_VERSION = "7.1"
_ASSERTION_AUDIENCE = "api://AzureADTokenExchange"
_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_EARLY = 300.0
"""Seconds before its end that a token is replaced."""


@dataclass(frozen=True)
class Cloud:
    login: str
    """Address of the token service, without a trailing slash."""
    graph: str
    """Address of Microsoft Graph, without version and trailing slash."""
    resource_manager: str
    """Address of Azure Resource Manager, without a trailing slash."""
    resource_manager_audience: str
    """What a token for it is for, without a trailing slash."""
    key_vaults: str
    """What follows a key vault's name in its address, without a leading dot; empty: this cloud has none."""


def find_cloud(client: "httpx.Client", configuration: Configuration, waiting: Waiting) -> Cloud:
    """Ask the metadata service.

    Raises:
        SandboxOnly: the metadata service, the token service or Graph is not on this machine.
        PluginError: the metadata service did not give what is needed.
    """
    host = f"https://{configuration.metadata_host or _PUBLIC_METADATA}"
    require_loopback(host, "the metadata service (metadataHost, ARM_METADATA_HOSTNAME)")
    try:
        answer = send(
            client,
            "GET",
            f"{host}/metadata/endpoints",
            params={"api-version": _API_VERSION},
            waiting=waiting,
            patience=ONCE,
        )
    except PluginError as error:
        raise PluginError(f"retrieving metadata: {error}. Does the sandbox run? `python -m sandbox status`") from None
    if answer.status_code != 200:
        raise PluginError(f"retrieving metadata from {host}: unexpected status {answer.status_code}")
    try:
        document = json.loads(answer.content.removeprefix(b"\xef\xbb\xbf"))
        login = str(document["authentication"]["loginEndpoint"])
        graph = str(document["microsoftGraphResourceId"]).rstrip("/")
        resource_manager = str(document["resourceManager"]).rstrip("/")
        audiences = document["authentication"].get("audiences") or [resource_manager]
        audience = str(audiences[0]).rstrip("/")
        key_vaults = str(document.get("suffixes", {}).get("keyVaultDns", "")).lstrip(".")
    except (ValueError, KeyError, TypeError, AttributeError):
        raise PluginError(f"retrieving metadata from {host}: the answer does not name the cloud's endpoints") from None
    require_loopback(login, "the token service (loginEndpoint)")
    require_loopback(graph, "Microsoft Graph (microsoftGraphResourceId)")
    require_loopback(resource_manager, "Azure Resource Manager (resourceManager)")
    return Cloud(login, graph, resource_manager, audience, key_vaults)


class Tokens:
    def __init__(
        self, client: "httpx.Client", cloud: Cloud, resource: str, configuration: Configuration, waiting: Waiting
    ) -> None:
        """Ask for nothing yet.

        Args:
            resource: what the tokens are for, e.g. Graph's address.
        """
        self._client = client
        self._url = f"{cloud.login}/{configuration.tenant}/oauth2/v2.0/token"
        self._scope = f"{resource}/.default"
        self._configuration = configuration
        self._waiting = waiting
        self._lock = threading.Lock()
        self._token = ""
        self._ends = 0.0

    def current(self) -> str:
        """A token that is valid for a while.

        Raises:
            PluginError: the token service refused.
        """
        with self._lock:
            if time.monotonic() > self._ends - _EARLY:
                self._renew()
            return self._token

    def claims(self) -> dict[str, Any]:
        """What the token says about its holder; not verified, it is the service's own answer.

        Raises:
            PluginError: the token is not a JWT.
        """
        parts = self.current().split(".")
        try:
            payload = parts[1] + "=" * (-len(parts[1]) % 4)
            claims = json.loads(base64.urlsafe_b64decode(payload))
        except (IndexError, ValueError, binascii.Error):
            raise PluginError("unable to parse claims in access token") from None
        return dict(claims)

    def _renew(self) -> None:
        by, answer = self._of_managed_identity() if self._configuration.msi_endpoint else self._of_client()
        if not answer.is_success:
            raise PluginError(
                f"unable to obtain access token: {by}: "
                f"received HTTP status {answer.status_code} with response: {answer.text}"
            )
        try:
            body = answer.json()
            self._token = str(body["access_token"])
            self._ends = time.monotonic() + float(body["expires_in"])
        except (ValueError, KeyError, TypeError):
            raise PluginError("unable to obtain access token: the answer holds no token") from None

    def _of_client(self) -> "tuple[str, httpx.Response]":
        return "clientCredentialsToken", send(
            self._client,
            "POST",
            self._url,
            data=self._form(),
            headers={"Accept": "application/json"},
            waiting=self._waiting,
            patience=SIGNING_IN,
        )

    def _of_managed_identity(self) -> "tuple[str, httpx.Response]":
        url, client_id = self._configuration.msi_endpoint, self._configuration.client_id
        # Azure's own endpoint speaks http, on an address that no other machine reaches.
        require_loopback(url, "the managed identity's endpoint (msiEndpoint, ARM_MSI_ENDPOINT)", ("https", "http"))
        asked = {"api-version": _MSI_VERSION, "resource": self._scope.removesuffix("/.default")}
        return "ManagedIdentityAuthorizer", send(
            self._client,
            "GET",
            url,
            params=asked | ({"client_id": client_id} if client_id else {}),
            headers={"Metadata": "true"},
            waiting=self._waiting,
            patience=SIGNING_IN,
        )

    def _form(self) -> dict[str, str]:
        configured = self._configuration
        credential = (
            {"client_secret": configured.client_secret}
            if configured.client_secret and not configured.certificate
            else {"client_assertion": self._assertion(), "client_assertion_type": _ASSERTION_TYPE}
        )
        fields = {
            **credential,
            "client_id": configured.client_id,
            "grant_type": "client_credentials",
            "scope": self._scope,
        }
        return dict(sorted(fields.items()))

    def _assertion(self) -> str:
        """By certificate; else the configured OpenID Connect token, else one from the pipeline's token service."""
        if self._configuration.certificate:
            return self._configuration.certificate.assertion(self._configuration.client_id, self._url)
        if self._configuration.oidc_token:
            return self._configuration.oidc_token
        url = self._configuration.oidc_request_url
        require_loopback(url, "the pipeline's token service (oidcRequestUrl, ARM_OIDC_REQUEST_URL)")
        connection = self._configuration.oidc_connection
        of_pipeline = {"api-version": _ADO_VERSION, "serviceConnectionId": connection}
        method, field = ("POST", "oidcToken") if connection else ("GET", "value")
        named = "adoPipelineAssertion" if connection else "githubAssertion"
        query = dict(parse_qsl(urlsplit(url).query))
        answer = send(
            self._client,
            method,
            url,
            params=(of_pipeline if connection else {"audience": _ASSERTION_AUDIENCE}) | query,
            headers={"Accept": "application/json", "Authorization": f"Bearer {self._configuration.oidc_request_token}"},
            waiting=self._waiting,
            patience=SIGNING_IN,
        )
        if not answer.is_success:
            raise PluginError(
                f"unable to obtain access token: {named}: "
                f"received HTTP status {answer.status_code} with response: {answer.text}"
            )
        try:
            return str(answer.json()[field])
        except (ValueError, KeyError, TypeError):
            raise PluginError(f"unable to obtain access token: {named}: the answer holds no token") from None
