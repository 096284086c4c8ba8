"""What the audits of many stacks share: the cloud, looked for once, and each thread's connections to it."""

from collections.abc import Mapping
from threading import Lock, local
from types import TracebackType
from typing import Final, Self

from smartrecruiters_calendar.entra.cloud import ENVIRONMENT, METADATA_HOST, Cloud, find_cloud
from smartrecruiters_calendar.entra.connections import Connections
from smartrecruiters_calendar.outcome import Stopped

_NAMING_A_CLOUD: Final = (METADATA_HOST, ENVIRONMENT)


def cloud_of(environment: Mapping[str, str]) -> Cloud:
    """Where Entra and Graph are.

    Raises:
        Stopped: the environment names no usable cloud, or that cloud does not answer.
    """
    return find_cloud(environment)


class SharedAccess:
    """For one pass. A context manager; used by several threads at once, who all end before it is closed."""

    def __init__(self) -> None:
        self._looking = Lock()
        self._clouds: dict[tuple[str | None, ...], Cloud | Stopped] = {}
        self._of_thread = local()
        self._opened: list[Connections] = []

    def cloud(self, environment: Mapping[str, str]) -> Cloud:
        """As `cloud_of`; one that did not answer is not asked again."""
        named = tuple(environment.get(name) for name in _NAMING_A_CLOUD)
        with self._looking:
            if named not in self._clouds:
                try:
                    self._clouds[named] = cloud_of(environment)
                except Stopped as stopped:
                    self._clouds[named] = stopped
        found = self._clouds[named]
        if isinstance(found, Stopped):
            raise Stopped(found.reason, found.sentence)
        return found

    @property
    def connections(self) -> Connections:
        if not hasattr(self._of_thread, "connections"):
            self._of_thread.connections = Connections()
            self._opened.append(self._of_thread.connections)
        opened: Connections = self._of_thread.connections
        return opened

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for connections in self._opened:
            connections.close()
