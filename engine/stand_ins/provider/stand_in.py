"""What makes one stand-in: which official plugin it stands in for, and what it knows of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic

from engine.stand_ins.provider.configuration import Configuration, Keys
from engine.stand_ins.provider.kind import ResourceKind, SessionT
from engine.stand_ins.provider.polling import Waiting
from engine.stand_ins.provider.properties import Properties

if TYPE_CHECKING:
    import httpx

Function = Callable[[SessionT, Properties], Properties]
"""A function (data source): arguments to results."""

Open = Callable[[Configuration, Waiting, "httpx.BaseTransport | None"], SessionT]
"""Signs in."""


@dataclass(frozen=True)
class StandIn(Generic[SessionT]):
    name: str
    """Of the official plugin, e.g. `azuread`."""
    version: str
    """Of the official plugin; equals the Python package's."""
    keys: Keys
    """The provider's settings."""
    open_session: Open[SessionT]
    kinds: Mapping[str, ResourceKind[SessionT]]
    """Resource types by their Pulumi token."""
    functions: Mapping[str, Function[SessionT]] = field(default_factory=dict)
    """Functions by their Pulumi token."""
    first_look: Keys = field(default_factory=dict)
    """Settings among which the official plugin wants to find an identity first, before it reads all; empty: none."""
