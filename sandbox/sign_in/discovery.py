"""What clients read before they sign in: the cloud's metadata, OpenID configuration and keys. Bodies only."""

from typing import Any

from sandbox.graph import azure_names as names
from sandbox.graph.tenants import Tenant
from sandbox.sign_in.keys import SigningKey

METADATA_VERSION = "2022-09-01"
"""The only `api-version` of `/metadata/endpoints` here; the older ones have another shape."""


def metadata(base_url: str) -> dict[str, Any]:
    """`/metadata/endpoints`: where everything of this cloud is.

    `loginEndpoint` has no trailing slash, as in the public cloud.
    """
    return {
        "portal": base_url,
        "authentication": {
            "loginEndpoint": base_url,
            "audiences": [names.RESOURCE_MANAGER],
            "tenant": "common",
            "identityProvider": "AAD",
        },
        "graph": f"{base_url}/",
        "graphAudience": f"{base_url}/",
        "name": "AzureCloud",
        "suffixes": {"keyVaultDns": f".{names.vault_suffix(base_url)}"},
        "resourceManager": f"{base_url}/",
        "microsoftGraphResourceId": f"{base_url}/",
    }


def openid_configuration(base_url: str, tenant: Tenant, *, version: str) -> dict[str, Any]:
    """OpenID configuration of a tenant; `version` is `v1` or `v2.0`."""
    home = f"{base_url}/{tenant.id}"
    issuer = (
        f"https://login.microsoftonline.com/{tenant.id}/v2.0"
        if version == "v2.0"
        else f"https://sts.windows.net/{tenant.id}/"
    )
    endpoint = f"{home}/oauth2/v2.0" if version == "v2.0" else f"{home}/oauth2"
    return {
        "token_endpoint": f"{endpoint}/token",
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "jwks_uri": f"{home}/discovery/v2.0/keys" if version == "v2.0" else f"{home}/discovery/keys",
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "issuer": issuer,
        "request_uri_parameter_supported": False,
        "userinfo_endpoint": f"{base_url}/oidc/userinfo",
        "authorization_endpoint": f"{endpoint}/authorize",
        "device_authorization_endpoint": f"{endpoint}/devicecode",
        "http_logout_supported": True,
        "frontchannel_logout_supported": True,
        "end_session_endpoint": f"{endpoint}/logout",
        "claims_supported": ["sub", "iss", "aud", "exp", "iat", "tid", "ver", "appid", "oid", "roles"],
        "kerberos_endpoint": f"{home}/kerberos",
        "tenant_region_scope": "EU",
        "cloud_instance_name": "microsoftonline.com",
        "cloud_graph_host_name": "graph.windows.net",
        "msgraph_host": base_url.removeprefix("https://"),
        "rbac_url": "https://pas.windows.net",
    }


def keys(key: SigningKey, tenant: Tenant | None) -> dict[str, Any]:
    issuer = f"https://login.microsoftonline.com/{tenant.id if tenant else '{tenantid}'}/v2.0"
    return {"keys": [key.published(issuer=issuer)]}


def instance(base_url: str) -> dict[str, Any]:
    """Instance discovery: this cloud has one host."""
    host = base_url.removeprefix("https://")
    return {
        "tenant_discovery_endpoint": f"{base_url}/common/v2.0/.well-known/openid-configuration",
        "api-version": "1.1",
        "metadata": [{"preferred_network": host, "preferred_cache": host, "aliases": [host]}],
    }


def unknown_instance() -> dict[str, Any]:
    """Instance discovery for a host that is not this cloud."""
    return {
        "error": "invalid_instance",
        "error_description": "AADSTS50049: Unknown or invalid instance.",
        "error_codes": [50049],
    }
