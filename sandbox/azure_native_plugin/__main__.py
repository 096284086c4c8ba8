"""`python -m sandbox.azure_native_plugin [ENGINE]`: the process of each azure-native provider."""

from typing import TYPE_CHECKING

from sandbox.provider_plugin import serving

if TYPE_CHECKING:
    from sandbox.azure_native_plugin.session import AzureSession
    from sandbox.provider_plugin.stand_in import StandIn


def _load() -> "StandIn[AzureSession]":
    from sandbox.azure_native_plugin.stand_in import AZURE_NATIVE

    return AZURE_NATIVE


if __name__ == "__main__":
    serving.main(_load)
