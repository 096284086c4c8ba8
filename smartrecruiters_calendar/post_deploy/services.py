"""Everything outside this process that post-deploy needs, and what its caller may ask for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from smartrecruiters_calendar.page.choice import ChosenChannel
from smartrecruiters_calendar.post_deploy.microsoft import MicrosoftCloud
from smartrecruiters_calendar.progress import Progress
from smartrecruiters_calendar.rooms.expected import FindRooms
from smartrecruiters_calendar.stack.receipts import Receipt


@dataclass(frozen=True)
class Services:
    microsoft: MicrosoftCloud
    channel: ChosenChannel
    find_expected_rooms: FindRooms
    keep: Callable[[Receipt], None]
    """Keeps the receipt with the stack; raises `Stopped`."""
    now: Callable[[], datetime]
    progress: Progress


@dataclass(frozen=True)
class PostDeployOptions:
    wait_seconds: float = 120.0
    """Bound of the wait for a new secret or grant to be known everywhere in Entra."""
    redeliver: bool = False
    """Deliver although the receipt says that SmartRecruiters holds the current key."""
    expect_from_operator: bool = False
    """Expect the rooms that the operator sees in the tenant, whatever is configured."""
