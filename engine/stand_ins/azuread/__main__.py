"""`python -m engine.stand_ins.azuread [ENGINE]`: the process that the engine starts for each azuread provider."""

from typing import TYPE_CHECKING

from engine.stand_ins.provider import serving

if TYPE_CHECKING:
    from engine.stand_ins.azuread.session import Session
    from engine.stand_ins.provider.stand_in import StandIn


def _load() -> "StandIn[Session]":
    from engine.stand_ins.azuread.stand_in import AZUREAD

    return AZUREAD


if __name__ == "__main__":
    serving.main(_load)
