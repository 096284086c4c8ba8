"""The azure-native plugin, as far as it is stood in for."""

from typing import Final

from engine.stand_ins.azure_native import PLUGIN_VERSION
from engine.stand_ins.azure_native.keys import KEYS
from engine.stand_ins.azure_native.secret import VaultSecret
from engine.stand_ins.azure_native.session import AzureSession
from engine.stand_ins.provider.stand_in import StandIn

AZURE_NATIVE: Final = StandIn(
    name="azure-native",
    version=PLUGIN_VERSION,
    keys=KEYS,
    open_session=AzureSession,
    kinds={VaultSecret.type_name: VaultSecret()},
)
