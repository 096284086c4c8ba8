"""msgraph-sdk pointed at a sandbox: what its documentation leaves out.

The address is set on the adapter before the client is built; scopes are given, because the derived ones lose the port.
"""

import asyncio
from collections.abc import Awaitable, Iterator
from typing import Any

import pytest
from azure.identity import ClientSecretCredential
from kiota_abstractions.serialization import AdditionalDataHolder, Parsable
from kiota_authentication_azure.azure_identity_authentication_provider import AzureIdentityAuthenticationProvider
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.graph_request_adapter import GraphRequestAdapter
from msgraph.graph_service_client import GraphServiceClient

from tests.sandbox.clients.running import Identity, Running

BEYOND_THE_MODELS = {"createdDateTime", "creationOptions"}
"""Microsoft was recorded to answer these of service principals and groups; the SDK's models do not have them."""


def graph_client(running: Running, identity: Identity) -> GraphServiceClient:
    """Return a client that signs in as the identity. It trusts what `SSL_CERT_FILE` names."""
    credential = ClientSecretCredential(
        identity.tenant,
        identity.client_id,
        identity.client_secret,
        authority=running.address,
        disable_instance_discovery=True,
        connection_verify=str(running.trust),
    )
    provider = AzureIdentityAuthenticationProvider(credential, scopes=[running.scope], allowed_hosts=[])
    adapter = GraphRequestAdapter(provider)
    adapter.base_url = f"{running.address}/v1.0"
    return GraphServiceClient(request_adapter=adapter)


def done(awaitable: Awaitable[Any]) -> Any:
    async def run() -> Any:
        return await awaitable

    return asyncio.run(run())


async def refused(awaitable: Awaitable[Any]) -> tuple[int | None, str | None]:
    with pytest.raises(ODataError) as caught:
        await awaitable
    return caught.value.response_status_code, caught.value.error.code if caught.value.error else None


def strangers(item: Any, where: str = "") -> Iterator[str]:
    """Properties that the SDK's models do not know, however deep."""
    if isinstance(item, list):
        for one in item:
            yield from strangers(one, where)
    elif isinstance(item, Parsable):
        if isinstance(item, AdditionalDataHolder):
            yield from (f"{where}.{name}" for name in item.additional_data or {} if not name.startswith("@odata."))
        for name in item.get_field_deserializers():
            inner = getattr(item, _snake(item, name), None)
            yield from strangers(inner, f"{where}.{name}")


def _snake(item: Parsable, name: str) -> str:
    plain = {field.replace("_", "").lower(): field for field in vars(item) | type(item).__dict__ if field[0] != "_"}
    plain |= {field.replace("_", "").lower(): field for field in dir(item) if field[0] != "_"}
    return plain.get(name.replace("@odata.", "odata").lower(), name)
