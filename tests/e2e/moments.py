"""Every moment at which a delivery may be ended from outside: at each request, and at each start of the engine.

Each is told with what the receipt must say then, so that it can be held against what SmartRecruiters really holds.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

from tests.e2e.crash import EngineStart, Point


class Told(Enum):
    """What the receipt says SmartRecruiters holds, while the key after the held one is delivered."""

    BEFORE = "the key before, which was seen to work"
    DOUBT = "in doubt"
    HELD = "the current key, which nobody saw work yet"
    CHECKED = "the current key, which was seen to work, and every claim"


@dataclass(frozen=True)
class Moment:
    """A moment of a delivery."""

    what: str
    when: Point | EngineStart
    told: Told
    sampled: frozenset[str] = frozenset()
    """The endings with which `make test` plays it; `make test-full` plays it with both."""


EVERY_REQUEST: Final = "^(?!GET .*/loads/)"
"""All but the question how a load stands, which is asked as often as it takes."""
TAB: Final = "^GET /smartrecruiters/.*/office-365$"
SAVE: Final = "^PUT /smartrecruiters/.*/office-365$"
LOAD: Final = "^POST /smartrecruiters/.*/loads$"
STANDS: Final = "^GET /smartrecruiters/.*/loads/[^/]+$"

REQUESTS: Final = (
    ("the cloud's addresses", "^GET /metadata/endpoints$", Told.BEFORE),
    ("Entra's configuration", "^GET .*/openid-configuration$", Told.BEFORE),
    ("the token", "^POST .*/oauth2/v2.0/token$", Told.BEFORE),
    ("the directory", "^GET /v1.0/organization$", Told.BEFORE),
    ("the saver's account", "^GET /v1.0/users/[^/]+$", Told.BEFORE),
    ("the expected rooms' calendars", r"^POST /v1.0/\$batch$", Told.BEFORE),
    ("the page, to save there", TAB, Told.BEFORE),
    ("Save", SAVE, Told.DOUBT),
    ("the page, to load there", TAB, Told.HELD),
    ("Load Resources", LOAD, Told.HELD),
)
"""What a delivery by page requests asks for, in order, and what the receipt says when it does."""

READING: Final = ("stack tag ls", "stack export --show-secrets")
"""What the engine is started for before anything is asked, side by side."""

TAGS: Final = (
    ("begun", Told.BEFORE, Told.DOUBT),
    ("delivered", Told.DOUBT, Told.HELD),
    ("checked", Told.HELD, Told.CHECKED),
)
"""What the engine is started to keep, in order, and what the receipt says before and after."""

AGAIN: Final = (
    ("stack tag ls", 2, Told.DOUBT),
    ("stack export --stack", 1, Told.DOUBT),
    ("stack tag ls", 3, Told.CHECKED),
)
"""What the engine is started for to see that no other run is at it, for which time, and what the receipt says then."""

KILL: Final = "kill -9"
CTRL_C: Final = "ctrl-C"

# Before anything is sent, then on each side of what SmartRecruiters saves and loads, the endings taking turns: without
# the engine every moment is played with both.
_SAMPLED: Final = {
    "before the engine's stack export --show-secrets": {CTRL_C},
    "after Save": {KILL},
    "before the tag delivered": {CTRL_C},
    "after Load Resources": {KILL},
}


def moments() -> Iterator[Moment]:
    """All of them."""
    for what, when, told in _moments():
        yield Moment(what, when, told, sampled=frozenset(_SAMPLED.get(what, ())))


def browser_moments() -> Iterator[Moment]:
    """Those at which a browser is open."""
    yield Moment("before the page", Point(matching=TAB), Told.BEFORE)
    yield Moment("before Save", Point(matching=SAVE), Told.DOUBT)
    yield Moment("after Save", Point(matching=SAVE, answered=True), Told.DOUBT)
    yield Moment(
        "before the tag delivered", EngineStart(matching=setting("delivered")), Told.DOUBT, sampled=frozenset({CTRL_C})
    )
    yield Moment("before Load Resources", Point(matching=LOAD), Told.HELD)
    yield Moment("after Load Resources", Point(matching=LOAD, answered=True), Told.HELD)
    yield Moment("before it is asked how the load stands", Point(matching=STANDS), Told.HELD)


def setting(tag: str) -> str:
    """Regular expression for the engine's arguments when it keeps that tag."""
    kind, dot, piece = tag.partition(".")
    return f"stack tag set calendar-integration:([0-9]+-)?{kind}(-[0-9a-f]+)?{'[.]' if dot else ''}{piece} "


def reading(command: str) -> str:
    """Regular expression for the engine's arguments when it reads."""
    return f"(^| ){command}( |$)"


def _moments() -> Iterator[tuple[str, Point | EngineStart, Told]]:
    for number, (what, _, told) in enumerate(REQUESTS, 1):
        yield f"before {what}", Point(number, EVERY_REQUEST), told
    yield "before it is asked how the load stands", Point(matching=STANDS), Told.HELD
    yield "after Save", Point(matching=SAVE, answered=True), Told.DOUBT
    yield "after Load Resources", Point(matching=LOAD, answered=True), Told.HELD
    for command in READING:
        yield f"before the engine's {command}", EngineStart(matching=reading(command)), Told.BEFORE
    for command, at, told in AGAIN:
        yield f"before the engine's {command}, number {at}", EngineStart(at, matching=reading(command)), told
    for tag, before, after in TAGS:
        yield f"before the tag {tag}", EngineStart(matching=setting(tag)), before
        yield f"after the tag {tag}", EngineStart(matching=setting(tag), finished=True), after
