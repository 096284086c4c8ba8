"""The azuread plugin, as far as it is stood in for."""

from typing import Final

from sandbox.azuread_plugin import PLUGIN_VERSION
from sandbox.azuread_plugin.functions import FUNCTIONS
from sandbox.azuread_plugin.keys import KEYS
from sandbox.azuread_plugin.resources import KINDS
from sandbox.azuread_plugin.session import Session
from sandbox.provider_plugin.stand_in import StandIn

AZUREAD: Final = StandIn(
    name="azuread", version=PLUGIN_VERSION, keys=KEYS, open_session=Session, kinds=KINDS, functions=FUNCTIONS
)
