"""The azure-native plugin, as far as it is stood in for."""

from typing import Final

from sandbox.azure_native_plugin import PLUGIN_VERSION
from sandbox.azure_native_plugin.keys import KEYS
from sandbox.azure_native_plugin.secret import VaultSecret
from sandbox.azure_native_plugin.session import AzureSession
from sandbox.provider_plugin.stand_in import StandIn

AZURE_NATIVE: Final = StandIn(
    name="azure-native",
    version=PLUGIN_VERSION,
    keys=KEYS,
    open_session=AzureSession,
    kinds={VaultSecret.type_name: VaultSecret()},
)
