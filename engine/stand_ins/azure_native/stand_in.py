"""The azure-native plugin, as far as it is stood in for."""

from typing import Final

from engine.stand_ins.azure_native import PLUGIN_VERSION
from engine.stand_ins.azure_native.secret import VaultSecret
from engine.stand_ins.azure_native.session import AzureSession
from engine.stand_ins.provider.configuration import Keys
from engine.stand_ins.provider.stand_in import StandIn

KEYS: Final[Keys] = {
    "auxiliaryTenantIds": ("ARM_AUXILIARY_TENANT_IDS",),
    "clientCertificatePassword": ("ARM_CLIENT_CERTIFICATE_PASSWORD",),
    "clientCertificatePath": ("ARM_CLIENT_CERTIFICATE_PATH",),
    "clientId": ("ARM_CLIENT_ID",),
    "clientSecret": ("ARM_CLIENT_SECRET",),
    "disableInstanceDiscovery": ("ARM_DISABLE_INSTANCE_DISCOVERY",),
    "disablePulumiPartnerId": ("ARM_DISABLE_PULUMI_PARTNER_ID",),
    "environment": ("ARM_ENVIRONMENT", "AZURE_ENVIRONMENT"),
    "location": ("ARM_LOCATION",),
    "metadataHost": ("ARM_METADATA_HOSTNAME",),
    "msiEndpoint": ("ARM_MSI_ENDPOINT",),
    "oidcRequestToken": ("ARM_OIDC_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"),
    "oidcRequestUrl": ("ARM_OIDC_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_URL"),
    "oidcToken": ("ARM_OIDC_TOKEN",),
    "oidcTokenFilePath": ("ARM_OIDC_TOKEN_FILE_PATH",),
    "partnerId": ("ARM_PARTNER_ID",),
    "subscriptionId": ("ARM_SUBSCRIPTION_ID",),
    "tenantId": ("ARM_TENANT_ID",),
    "useDefaultAzureCredential": ("ARM_USE_DEFAULT_AZURE_CREDENTIAL",),
    "useMsi": ("ARM_USE_MSI",),
    "useOidc": ("ARM_USE_OIDC",),
}


AZURE_NATIVE: Final = StandIn(
    name="azure-native",
    version=PLUGIN_VERSION,
    keys=KEYS,
    open_session=AzureSession,
    kinds={VaultSecret.type_name: VaultSecret()},
)
