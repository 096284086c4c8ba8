"""The settings of the official azure-native provider, with the environment variables that stand in for them.

Source: pulumi/pulumi-azure-native provider/pkg/provider, `readAuthConfig`.
"""

from typing import Final

from engine.stand_ins.provider.configuration import Keys

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
