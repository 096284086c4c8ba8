"""msgraph-sdk pointed at a sandbox: what its documentation leaves out.

The address is set on the adapter before the client is built; scopes are given, because the derived ones lose the port.
"""

from azure.identity.aio import ClientSecretCredential
from kiota_authentication_azure.azure_identity_authentication_provider import AzureIdentityAuthenticationProvider
from msgraph.graph_request_adapter import GraphRequestAdapter
from msgraph.graph_service_client import GraphServiceClient

from tests.sandbox.clients.running import Identity, Running


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
