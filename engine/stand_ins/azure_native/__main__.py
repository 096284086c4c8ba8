"""`python -m engine.stand_ins.azure_native [ENGINE]`: the process of each azure-native provider."""

from typing import TYPE_CHECKING

from engine.stand_ins.provider import serving

if TYPE_CHECKING:
    from engine.stand_ins.azure_native.session import AzureSession
    from engine.stand_ins.provider.stand_in import StandIn


def _load() -> "StandIn[AzureSession]":
    from engine.stand_ins.azure_native.stand_in import AZURE_NATIVE

    return AZURE_NATIVE


if __name__ == "__main__":
    serving.main(_load)
