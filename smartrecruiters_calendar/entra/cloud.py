"""Where Entra and Graph are: the public Azure cloud, or what the metadata endpoint named for the provider says.

The azuread provider and the verbs must talk to the same cloud, so both follow `ARM_METADATA_HOSTNAME`. The shape of
the endpoint's answer: hashicorp/go-azure-sdk, `environments/from_endpoint.go`.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx
from pydantic import BaseModel, ValidationError

from smartrecruiters_calendar.entra.connections import get
from smartrecruiters_calendar.outcome import Reason, Stopped

METADATA_HOST: Final = "ARM_METADATA_HOSTNAME"
"""Environment variable: host (and port) of an Azure metadata endpoint, without scheme."""
ENVIRONMENT: Final = "ARM_ENVIRONMENT"


@dataclass(frozen=True)
class Cloud:
    """One Azure cloud. Both endpoints are https and end without a slash."""

    login_endpoint: str
    graph_endpoint: str
    public: bool = False
    """Whether Entra's own instance discovery knows this login endpoint."""
    key_vault_suffix: str = "vault.azure.net"
    """What follows a key vault's name in its address; no leading dot."""
    resource_manager: str = "https://management.azure.com"
    """Azure Resource Manager; https, without a trailing slash."""
    resource_manager_audience: str = "https://management.azure.com"

    @property
    def graph_scope(self) -> str:
        return f"{self.graph_endpoint}/.default"

    @property
    def vault_scope(self) -> str:
        """The scope of a Key Vault token: in every cloud the vaults' common domain is their resource."""
        return f"https://{self.key_vault_suffix}/.default"


PUBLIC: Final = Cloud("https://login.microsoftonline.com", "https://graph.microsoft.com", public=True)


class CloudRefused(Stopped):
    def __init__(self, sentence: str) -> None:
        super().__init__(Reason.CLOUD_REFUSED, sentence)


class CloudUnreachable(Stopped):
    def __init__(self, sentence: str) -> None:
        super().__init__(Reason.CLOUD_UNREACHABLE, sentence)


class _Authentication(BaseModel):
    loginEndpoint: str  # noqa: N815 (the endpoint's own spelling)
    audiences: list[str] = []


class _Suffixes(BaseModel):
    keyVaultDns: str = Cloud.key_vault_suffix  # noqa: N815


class _Endpoints(BaseModel):
    authentication: _Authentication
    microsoftGraphResourceId: str  # noqa: N815
    resourceManager: str = Cloud.resource_manager  # noqa: N815
    suffixes: _Suffixes = _Suffixes()


def find_cloud(environment: Mapping[str, str], transport: httpx.BaseTransport | None = None) -> Cloud:
    """The cloud that the environment variables name.

    Raises:
        CloudRefused: the variables do not name a usable cloud.
        CloudUnreachable: the metadata endpoint did not answer.
        TrustUnreadable: the file of trusted authorities cannot be read.
    """
    host = environment.get(METADATA_HOST)
    if not host:
        if environment.get(ENVIRONMENT, "public").lower() in ("public", "global", ""):
            return PUBLIC
        raise CloudRefused(
            f"{ENVIRONMENT} names the cloud {environment[ENVIRONMENT]!r}, and this command would ask the public one: "
            f"set {METADATA_HOST} to that cloud's resource manager, for example management.usgovcloudapi.net."
        )
    return _described(host, _metadata(host, transport))


def _metadata(host: str, transport: httpx.BaseTransport | None) -> Any:
    def unreachable(text: str) -> CloudUnreachable:
        return CloudUnreachable(
            f"The metadata endpoint at {host}, named by {METADATA_HOST}, does not answer ({text}): start it, or unset "
            "the variable to use the public cloud."
        )

    try:
        response = get(f"https://{host}/metadata/endpoints", unreachable, {"api-version": "2022-09-01"}, {}, transport)
    except httpx.InvalidURL:
        raise CloudRefused(f"{METADATA_HOST} is {host!r}, not a valid host name: write host or host:port.") from None
    if response.status_code != httpx.codes.OK:
        raise unreachable(f"answered {response.status_code}")
    try:
        return json.loads(response.content.decode("utf-8-sig"))
    except (ValueError, RecursionError):  # somebody else answered: a proxy, or a network's sign-in page
        raise unreachable("its answer is not JSON") from None


def _described(host: str, answer: object) -> Cloud:
    try:
        endpoints = _Endpoints.model_validate(answer)
    except ValidationError:
        raise CloudRefused(
            f"{host}, named by {METADATA_HOST}, does not describe a cloud: name an Azure metadata endpoint."
        ) from None
    login, graph = endpoints.authentication.loginEndpoint, endpoints.microsoftGraphResourceId
    manager = endpoints.resourceManager
    for endpoint in (login, graph, manager):
        if not _is_endpoint(endpoint):
            raise CloudRefused(
                f"{host}, named by {METADATA_HOST}, names the endpoint {endpoint!r}, and secrets travel by https only: "
                "name another host."
            )
    if not re.fullmatch(r"[.:\w-]+", endpoints.suffixes.keyVaultDns, re.ASCII):
        raise CloudRefused(
            f"{host}, named by {METADATA_HOST}, names no usable domain of key vaults: name an Azure metadata endpoint."
        )
    vaults = endpoints.suffixes.keyVaultDns.lstrip(".")
    audience = next(iter(endpoints.authentication.audiences), manager)
    return Cloud(
        login.rstrip("/"),
        graph.rstrip("/"),
        key_vault_suffix=vaults,
        resource_manager=manager.rstrip("/"),
        resource_manager_audience=audience.rstrip("/"),
    )


def _is_endpoint(written: str) -> bool:
    try:
        url = httpx.URL(written)
    except httpx.InvalidURL:
        return False
    return url.scheme == "https" and bool(url.host) and written.isascii() and written.isprintable()
