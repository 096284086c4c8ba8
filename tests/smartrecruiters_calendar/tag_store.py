"""A stack's tags in memory, and the deliveries that a machine makes with them."""

from collections.abc import Callable
from dataclasses import dataclass, field

from smartrecruiters_calendar.stack.deliveries import Deliveries
from smartrecruiters_calendar.stack.name import StackName


@dataclass
class TagStore:
    tags: dict[str, str] = field(default_factory=dict)
    waited: float = 0.0

    def read(self) -> dict[str, str]:
        return dict(self.tags)

    def write(self, name: str, value: str) -> None:
        self.tags = self.tags | {name: value}

    def deliveries(self, machine: str = "here0000", *, alone: bool = True) -> Deliveries:
        return deliveries(self.read, self.write, machine, alone=alone, pause=self._pause)

    def _pause(self, seconds: float) -> None:
        self.waited += seconds


def deliveries(
    read: Callable[[], dict[str, str]],
    write: Callable[[str, str], None],
    machine: str = "here0000",
    *,
    alone: bool = True,
    pause: Callable[[float], None] = lambda _: None,
    settled: float = 0.0,
) -> Deliveries:
    return Deliveries(
        StackName.parse("dev"),
        read,
        write,
        machine,
        alone_here=lambda: alone,
        settled=settled,
        pause=pause,
        elapsed=lambda: 0.0,
    )
