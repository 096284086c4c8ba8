"""The azuread plugin, as far as it is stood in for."""

from typing import Final

from engine.stand_ins.azuread import PLUGIN_VERSION
from engine.stand_ins.azuread.functions import FUNCTIONS
from engine.stand_ins.azuread.resources import KINDS
from engine.stand_ins.azuread.session import Session
from engine.stand_ins.provider.configuration import Keys
from engine.stand_ins.provider.stand_in import StandIn

KEYS: Final[Keys] = {
    "adoPipelineServiceConnectionId": (
        "ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID",
        "ARM_OIDC_AZURE_SERVICE_CONNECTION_ID",
    ),
    "clientCertificate": ("ARM_CLIENT_CERTIFICATE",),
    "clientCertificatePassword": ("ARM_CLIENT_CERTIFICATE_PASSWORD",),
    "clientCertificatePath": ("ARM_CLIENT_CERTIFICATE_PATH",),
    "clientId": ("ARM_CLIENT_ID",),
    "clientIdFilePath": ("ARM_CLIENT_ID_FILE_PATH",),
    "clientSecret": ("ARM_CLIENT_SECRET",),
    "clientSecretFilePath": ("ARM_CLIENT_SECRET_FILE_PATH",),
    "disableTerraformPartnerId": ("ARM_DISABLE_TERRAFORM_PARTNER_ID",),
    "environment": ("ARM_ENVIRONMENT",),
    "metadataHost": ("ARM_METADATA_HOSTNAME",),
    "msiEndpoint": ("ARM_MSI_ENDPOINT",),
    "oidcRequestToken": ("ARM_OIDC_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "SYSTEM_ACCESSTOKEN"),
    "oidcRequestUrl": ("ARM_OIDC_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_URL", "SYSTEM_OIDCREQUESTURI"),
    "oidcToken": ("ARM_OIDC_TOKEN",),
    "oidcTokenFilePath": ("ARM_OIDC_TOKEN_FILE_PATH",),
    "partnerId": ("ARM_PARTNER_ID",),
    "tenantId": ("ARM_TENANT_ID",),
    "useAksWorkloadIdentity": ("ARM_USE_AKS_WORKLOAD_IDENTITY",),
    "useCli": ("ARM_USE_CLI",),
    "useMsi": ("ARM_USE_MSI",),
    "useOidc": ("ARM_USE_OIDC",),
}

_FIRST_LOOK: Final = (
    *(
        "clientCertificatePassword",
        "clientCertificatePath",
        "clientId",
        "clientSecret",
        "msiEndpoint",
        "oidcRequestToken",
    ),
    *("oidcRequestUrl", "oidcToken", "tenantId", "useMsi", "useOidc"),
)
"""Settings that Pulumi's part of the plugin knows, each with two variables at most. It falls back on the Azure CLI,
which the stand-in does not know.

Source: `preConfigureCallback` in pulumi/pulumi-azuread `provider/resources.go` (v6.10.0).
"""

AZUREAD: Final = StandIn(
    name="azuread",
    version=PLUGIN_VERSION,
    keys=KEYS,
    open_session=Session,
    kinds=KINDS,
    functions=FUNCTIONS,
    first_look={name: KEYS[name][:2] for name in _FIRST_LOOK},
)
