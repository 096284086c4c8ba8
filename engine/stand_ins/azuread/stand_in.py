"""The azuread plugin, as far as it is stood in for."""

from typing import Final

from engine.stand_ins.azuread import PLUGIN_VERSION
from engine.stand_ins.azuread.functions import FUNCTIONS
from engine.stand_ins.azuread.keys import KEYS
from engine.stand_ins.azuread.resources import KINDS
from engine.stand_ins.azuread.session import Session
from engine.stand_ins.provider.stand_in import StandIn

AZUREAD: Final = StandIn(
    name="azuread", version=PLUGIN_VERSION, keys=KEYS, open_session=Session, kinds=KINDS, functions=FUNCTIONS
)
