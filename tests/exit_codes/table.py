"""Plays causes and verbs, and keeps docs/exit-codes.md: `python -m tests.exit_codes` plays all and rewrites it."""

import re
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

from tests.exit_codes.causes import CAUSES, Cause
from tests.exit_codes.place import End, Place
from tests.smartrecruiters_calendar.cli.command_table import RUN
from tests.smartrecruiters_calendar.fake_pulumi import configure
from tests.smartrecruiters_calendar.page.recording.pages import HOST

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "exit-codes.md"
DIRECTORY: Final = "3f0c2f5e-8a57-4c1b-9d6e-1b7a52c0d101"
KEY_ID: Final = "KEYID"
"""Stands for the deployed secret's."""
VERBS: Final[Mapping[str, tuple[str, ...]]] = {
    "new-stack": ("acme", "--directory-id", DIRECTORY, "--owner", DIRECTORY),
    "preflight": (),
    "post-deploy": ("--wait", "0"),
    "receipt": (),
    "rotate status": (),
    "rotate begin": ("--now",),
    "rotate finish": ("--wait", "0"),
    "rotate auto": ("--deployed-from-here", "--now", "--wait", "0"),
    "rotate rollback": ("--wait", "0"),
    "rotate revoke": (KEY_ID,),
    "audit": (),
    "audit --declared-only": (),
    "drift": (),
    "promote": ("--no-policy",),
    "promote --plan": (),
    "matrix": (),
    "adopt": ("--dry-run",),
    "recover": ("--dry-run",),
    "offboard": ("--yes", "--wait", "0"),
    "restore": ("--wait", "0"),
    "exchange-scope": (),
    "sign-in": ("--no-headed", "--wait", "60"),  # no wait where the session opens the page, however busy the machine
    "record-profile": ("recording.har", "--address", HOST),
    "live-check": ("--directory-id", DIRECTORY, "--yes"),
    "pipeline-identity": ("--file", "assertion"),
}
"""Verb, with what makes it another command, to the words that it needs to get to work."""
SCOPED: Final[Mapping[str, Mapping[str, Any]]] = {
    "exchange-scope": {
        "calendarAccess": "access-policy",
        "calendarScope": {
            "group": "scheduling@contoso.com",
            "inside": "boardroom@contoso.com",
            "outside": "ceo@contoso.com",
        },
    }
}
"""Configuration without which a verb has nothing to do."""
UNMET: Final = "-"
_ALL: Final = "all"
_ALL_BUT: Final = "all but "
_INTRODUCTION: Final = """\
# Exit codes

A cause has the same [exit code](../README.md#ci-pipeline) in every verb that it concerns, and changes nothing for the
others. By exit code, causes with their reason codes, and the verbs. A test plays each pair of a cause and a verb;
`python -m tests.exit_codes` writes this page.

"""


def words_of(verb: str, place: Place) -> tuple[str, ...]:
    words = verb.split()
    taken = {name for option in RUN[verb.partition(" --")[0]].params for name in option.opts}
    common = (("--stack", "dev"), ("--cwd", "."), ("--json",))
    own = (place.key_id if word == KEY_ID else word for word in VERBS[verb])
    return (*words, *own, *(word for option in common if option[0] in taken for word in option))


def usual_end(place: Place, verb: str) -> End:
    """How the verb ends where nothing is wrong around it."""
    begin(place, verb)
    return place.type(*words_of(verb, place))


def begin(place: Place, verb: str) -> None:
    place.begin()
    if verb in SCOPED:
        configure(place.folder / "project", {**place.configuration, **SCOPED[verb]})


def played(place: Place, verb: str, cause: Cause, usual: Callable[[], End]) -> str:
    """The cell of a verb and a cause.

    Raises:
        AssertionError: the cause changes how the verb ends, and not as it should.
    """
    if verb in cause.but or (cause.words is not None and verb not in cause.words):
        return UNMET
    begin(place, verb)
    with place.patched():
        cause.arrange(place)
        end = place.type(*words_of(verb, place), *(cause.words or {}).get(verb, ()))
    if end.exit_code == cause.exit_code and (end.reason in cause.reasons or not (cause.reasons or end.reason)):
        return str(int(end.exit_code))
    assert end == usual(), f"{verb}, {cause.happens}: {end}"
    return UNMET


def text(cells: Mapping[tuple[str, str], str]) -> str:
    """The page: an item for causes that end alike, and the verbs that they concern, by exit code."""
    alike: dict[tuple[int, str], list[str]] = {}
    for cause in CAUSES:
        met = {verb for verb in VERBS if cells[verb, cause.happens] != UNMET}
        reasons = ", ".join(f"`{reason}`" for reason in cause.reasons)
        shown = _ALL if met == set(VERBS) else min(_named(met), _ALL_BUT + _named(set(VERBS) - met), key=len)
        known = cause.happens + (reasons and f" ({reasons})")
        alike.setdefault((int(cause.exit_code), shown), []).append(known)
    return _INTRODUCTION + "".join(
        f"- **{code}**: {'; '.join(causes)}. Verbs: {shown}\n" for (code, shown), causes in alike.items()
    )


def _named(verbs: set[str]) -> str:
    """These verbs in the table's order, a verb with all its forms as one."""
    rotations = {verb for verb in VERBS if verb.startswith("rotate ")}
    names = ("rotate" if verb in rotations <= verbs else verb for verb in VERBS if verb in verbs)
    return ", ".join(dict.fromkeys(f"`{name}`" for name in names))


def _read(shown: str) -> set[str]:
    named = {word.strip("`") for word in shown.removeprefix(_ALL_BUT).split(", ")}
    met = {verb for verb in VERBS if verb in named or verb.partition(" ")[0] in named - set(VERBS)}
    return set(VERBS) if shown == _ALL else set(VERBS) - met if shown.startswith(_ALL_BUT) else met


def read(page: str) -> dict[tuple[str, str], str]:
    """The cells that the page shows."""
    cells: dict[tuple[str, str], str] = {}
    for code, causes, verbs in re.findall(r"(?m)^- \*\*(\d+)\*\*: (.+)\. Verbs: (.+)$", page):
        for cause in CAUSES:
            if cause.happens in re.split(r"(?: \([a-z`, -]+\))?(?:; |$)", causes):
                met = _read(verbs)
                cells |= {(verb, cause.happens): code if verb in met else UNMET for verb in VERBS}
    return cells


def every_cell(place: Place) -> dict[tuple[str, str], str]:
    cells: dict[tuple[str, str], str] = {}
    for verb in VERBS:
        usual = cache(partial(usual_end, place, verb))
        cells |= {(verb, cause.happens): played(place, verb, cause, usual) for cause in CAUSES}
    return cells
