"""Every moment at which a run can be ended from outside: at each step, around each tag, around each request.

A run that is interrupted (ctrl-C) and one that is killed (`kill -9`) leave the same behind: nothing is written on the
way out. The moments are found by watching a whole run.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from smartrecruiters_calendar.page.channel import Credentials, LoadedRoom, Saved, send_at_once
from tests.smartrecruiters_calendar.post_deploy.world import FakeChannel, World
from tests.smartrecruiters_calendar.stack_values import SECRET

NEXT_SECRET = "Ab1~the-next.value_of-entra"


class Ended(BaseException):
    """The process is gone."""


@dataclass
class WatchedChannel(FakeChannel):
    """A page around whose requests a run may end."""

    moments: list[str] = field(default_factory=list)
    ends_at: int | None = None

    def pass_by(self, what: str) -> None:
        self.moments.append(what)
        if len(self.moments) == self.ends_at:
            raise Ended

    def save(self, credentials: Credentials, before_sending: Callable[[], None] = send_at_once) -> Saved:
        before_sending()
        self.pass_by("before *Save* reaches SmartRecruiters")
        saved = super().save(credentials)
        self.pass_by("after SmartRecruiters accepted *Save*, before its answer is read")
        return saved

    def load_resources(self) -> Sequence[LoadedRoom]:
        self.pass_by("before *Load Resources* reaches SmartRecruiters")
        loaded = super().load_resources()
        self.pass_by("after SmartRecruiters listed the rooms, before its answer is read")
        return loaded


@dataclass
class Watched(World):
    """A world whose run ends at the n-th moment; without a number it only remembers them."""

    channel: WatchedChannel = field(default_factory=WatchedChannel)

    def step(self, text: str) -> None:
        super().step(text)
        self.channel.pass_by(f"at the step “{text}”")

    def write_tag(self, name: str, value: str) -> None:
        kind = re.sub(r"^[0-9]+-|-[0-9a-f]+(?=$|\.)", "", name.removeprefix("calendar-integration:"))
        self.channel.pass_by(f"before the tag *{kind}* is written")
        super().write_tag(name, value)
        self.channel.pass_by(f"after the tag *{kind}* was written")

    def run_until(self, moment: int) -> None:
        """Run, and be ended at that moment."""
        self.channel.moments, self.channel.ends_at = [], moment
        try:
            self.run()
        except Ended:
            pass
        else:
            raise AssertionError("the run came to its end")
        self.channel.ends_at = None

    @property
    def held_secret(self) -> str | None:
        """What SmartRecruiters holds."""
        return self.channel.saved[-1].client_secret.get_secret_value() if self.channel.saved else None


def first_delivery() -> Watched:
    """A stack that was never delivered."""
    return Watched()


def next_delivery() -> Watched:
    """A stack whose key was delivered, and then replaced."""
    world = Watched()
    world.run()
    assert world.held_secret == SECRET
    world.deploy(secretKeyId="b0000000-0000-4000-8000-00000000000b", clientSecret=NEXT_SECRET)
    world.channel.moments.clear()
    return world


def moments_of(world: Watched) -> list[str]:
    """Every moment of a whole run, in order."""
    world.run()
    return world.channel.moments
