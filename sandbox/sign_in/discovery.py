"""What clients read before they sign in: the cloud's metadata, OpenID configuration and keys. Bodies only."""

from typing import Any

from sandbox.graph import azure_names as names
from sandbox.graph.tenants import Tenant
from sandbox.sign_in.keys import SigningKey

METADATA_VERSIONS = ("2015-01-01", "2018-01-01", "2019-05-01", "2022-09-01")
"""The `api-version`s of `/metadata/endpoints`; each has a shape of its own."""

ANY_AUTHORITIES = ("common", "organizations")
ANY_TENANT = "{tenantid}"
"""What a document that is not about one tenant says in place of a directory ID."""


def metadata(base_url: str, version: str) -> dict[str, Any] | list[dict[str, Any]]:
    """`/metadata/endpoints`: where everything of this cloud is.

    Which version holds what: `sdk/internal/metadata/client_test.go` of hashicorp/go-azure-sdk. Only in the newest has
    `loginEndpoint` no trailing slash.
    """
    audiences = [names.RESOURCE_MANAGER]
    if version < "2019":
        authentication: dict[str, Any] = {"loginEndpoint": f"{base_url}/", "audiences": audiences}
        shown = {f"{name}Endpoint": f"{base_url}/" for name in ("gallery", "graph", "portal")}
        if version == "2015-01-01":
            return {**shown, "authentication": authentication}
        authentication |= {"tenant": "common", "identityProvider": "AAD"}
        here = {"endpoint": base_url.removeprefix("https://"), "locations": ["westeurope"]}
        clouds = dict.fromkeys(("public", "chinaCloud", "usGovCloud", "germanCloud"), here)
        return {**shown, "graphAudience": f"{base_url}/", "authentication": authentication, "cloudEndpoint": clouds}
    newest = version == METADATA_VERSIONS[-1]
    cloud: dict[str, Any] = {
        "portal": base_url,
        "authentication": {
            "loginEndpoint": base_url if newest else f"{base_url}/",
            "audiences": audiences,
            "tenant": "common",
            "identityProvider": "AAD",
        },
        "graph": f"{base_url}/",
        "graphAudience": f"{base_url}/",
        "name": "AzureCloud",
        "suffixes": _suffixes(newest=newest) | {"keyVaultDns": f".{names.vault_suffix(base_url)}"},
        "resourceManager": f"{base_url}/",
        **dict.fromkeys(("media", "batch", "vmImageAliasDoc", "activeDirectoryDataLake", "sqlManagement"), base_url),
    }
    if not newest:
        return [cloud | {"gallery": base_url}]
    return cloud | dict.fromkeys(_NEWEST_RESOURCES, base_url) | {"microsoftGraphResourceId": f"{base_url}/"}


_NEWEST_RESOURCES = (
    "appInsightsResourceId",
    "appInsightsTelemetryChannelResourceId",
    "attestationResourceId",
    "logAnalyticsResourceId",
    "ossrDbmsResourceId",
    "synapseAnalyticsResourceId",
)


def _suffixes(*, newest: bool) -> dict[str, str]:
    """Suffixes of host names of services that are not emulated: they lead nowhere."""
    of_all = (
        "azureDataLakeStoreFileSystem acrLoginServer sqlServerHostname azureDataLakeAnalyticsCatalogAndJob storage "
        "azureFrontDoorEndpointSuffix"
    )
    of_newest = (
        "storageSyncEndpointSuffix mhsmDns mysqlServerEndpoint postgresqlServerEndpoint mariadbServerEndpoint "
        "synapseAnalytics attestationEndpoint"
    )
    found = [*of_all.split(), *(of_newest.split() if newest else ())]
    return {name: f"{name.lower()}.invalid" for name in found}


def openid_configuration(base_url: str, authority: str, *, version: str) -> dict[str, Any]:
    """OpenID configuration; `version` is `v1` or `v2.0`.

    Args:
        authority: A tenant's directory ID, `common` or `organizations`. Those two name no tenant: their issuer is a
            pattern (learn.microsoft.com/entra/identity-platform/v2-protocols-oidc).
    """
    home = f"{base_url}/{authority}"
    issued_for = ANY_TENANT if authority in ANY_AUTHORITIES else authority
    issuer = (
        f"https://login.microsoftonline.com/{issued_for}/v2.0"
        if version == "v2.0"
        else f"https://sts.windows.net/{issued_for}/"
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
        "tenant_region_scope": None if authority in ANY_AUTHORITIES else "EU",
        "cloud_instance_name": "microsoftonline.com",
        "cloud_graph_host_name": "graph.windows.net",
        "msgraph_host": base_url.removeprefix("https://"),
        "rbac_url": "https://pas.windows.net",
    }


def keys(key: SigningKey, tenant: Tenant | None) -> dict[str, Any]:
    issuer = f"https://login.microsoftonline.com/{tenant.id if tenant else ANY_TENANT}/v2.0"
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
