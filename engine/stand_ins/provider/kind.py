"""What every kind of resource offers to the engine, and the steps they share."""

import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Set
from contextlib import contextmanager
from typing import ClassVar, Generic, TypeVar

from engine.stand_ins.provider.errors import OperationFailed, PartlyDone, PluginError
from engine.stand_ins.provider.properties import Properties
from engine.stand_ins.provider.schema import Schema

SessionT = TypeVar("SessionT")
"""What a stand-in keeps of a signed-in caller."""


class ResourceKind(ABC, Generic[SessionT]):
    type_name: ClassVar[str]
    """Pulumi type token."""

    schema: ClassVar[Schema]

    create_seconds: ClassVar[float] = 600.0
    update_seconds: ClassVar[float] = 600.0
    other_seconds: ClassVar[float] = 300.0
    """The official plugin's time limits, in seconds."""

    @abstractmethod
    def check_id(self, resource_id: str) -> str | None:
        """What is wrong with an ID that a person wants to import, or None."""

    def before_change(self, session: SessionT, state: Properties | None, inputs: Properties) -> None:
        """Requests that already planning a change makes, in a preview too; most kinds make none.

        Raises:
            PluginError: the change must not be made.
        """

    @abstractmethod
    def create(self, session: SessionT, planned: Properties) -> tuple[str, Properties | None]:
        """Make the resource.

        Returns:
            Its ID, and its outputs as read back; None when reading back found nothing.

        Raises:
            PartlyDone: it exists, but is not finished.
            PluginError: it was not made.
        """

    @abstractmethod
    def read(self, session: SessionT, resource_id: str, state: Properties) -> Properties | None:
        """Outputs as they are now, or None when the resource is gone.

        Args:
            state: outputs known so far, for what Graph does not return; empty when importing.

        Raises:
            PluginError: Graph did not say.
        """

    def update(
        self, session: SessionT, resource_id: str, state: Properties, planned: Properties, changed: Set[str]
    ) -> Properties | None:
        """Change the resource in place.

        Returns:
            Its outputs as read back; None when it is gone.

        Raises:
            PluginError: not changed, or only in part.
        """
        raise PluginError(f"{self.type_name} has no property that can be changed in place")

    @abstractmethod
    def delete(self, session: SessionT, resource_id: str, state: Properties) -> None:
        """Delete the resource and wait until it is gone.

        Raises:
            PluginError: not deleted.
        """


def deadline_in(seconds: float) -> float:
    """The `time.monotonic()` by which an operation has to be done."""
    return time.monotonic() + seconds


@contextmanager
def doing(summary: str) -> Iterator[None]:
    try:
        yield
    except (OperationFailed, PartlyDone):
        raise
    except PluginError as error:
        raise OperationFailed(summary, error) from None


@contextmanager
def keeping(resource_id: str, planned: Properties) -> Iterator[None]:
    """After the resource was made: let the engine keep it in the state when a later step fails."""
    try:
        yield
    except PluginError as error:
        raise PartlyDone(resource_id, planned, error) from None
