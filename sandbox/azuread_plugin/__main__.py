"""`python -m sandbox.azuread_plugin [ENGINE]`: the process that the engine starts for each azuread provider."""

from typing import TYPE_CHECKING

from sandbox.provider_plugin import serving

if TYPE_CHECKING:
    from sandbox.azuread_plugin.session import Session
    from sandbox.provider_plugin.stand_in import StandIn


def _load() -> "StandIn[Session]":
    from sandbox.azuread_plugin.stand_in import AZUREAD

    return AZUREAD


if __name__ == "__main__":
    serving.main(_load)
