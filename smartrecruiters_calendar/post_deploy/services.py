"""Everything outside this process that post-deploy needs, and what its caller may ask for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from smartrecruiters_calendar.page.choice import ChosenChannel
from smartrecruiters_calendar.post_deploy.microsoft import MicrosoftCloud
from smartrecruiters_calendar.progress import Progress
from smartrecruiters_calendar.rooms.expected import FindRooms
from smartrecruiters_calendar.stack.deliveries import Deliveries


@dataclass(frozen=True)
class Services:
    microsoft: MicrosoftCloud
    channel: ChosenChannel
    find_expected_rooms: FindRooms
    deliveries: Deliveries
    check_key: Callable[[str], None]
    """Checks that the key with this ID is still the one to deliver; raises `Stopped`."""
    now: Callable[[], datetime]
    progress: Progress


@dataclass(frozen=True)
class PostDeployOptions:
    wait_seconds: float = 120.0
    """Bound of the wait for a new secret or grant to be known everywhere in Entra."""
    redeliver: bool = False
    """Deliver although the receipt says that SmartRecruiters holds the current key, or that a person is delivering."""
    prove: bool = False
    """Deliver although nothing seems due, since another key is about to be released; by hand, a person confirms."""
    expect_from_operator: bool = False
    """Expect the rooms that the operator sees in the tenant, whatever is configured."""
    rehearse: str | None = None
    """Address of the mailbox in which a booking is rehearsed; None: none is."""
