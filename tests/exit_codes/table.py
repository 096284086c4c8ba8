"""Plays causes and verbs, and keeps docs/exit-codes.md: `python -m tests.exit_codes` plays all and rewrites it."""

from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Final

from tests.exit_codes.causes import CAUSES, Cause
from tests.exit_codes.place import End, Place
from tests.smartrecruiters_calendar.cli.command_table import RUN

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "exit-codes.md"
DIRECTORY: Final = "3f0c2f5e-8a57-4c1b-9d6e-1b7a52c0d101"
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
    "rotate revoke": ("a-key-id",),
    "audit": (),
    "audit --declared-only": (),
    "drift": (),
    "promote --plan": (),
    "matrix": (),
    "adopt": ("--dry-run",),
    "recover": ("--dry-run",),
    "offboard": ("--yes", "--wait", "0"),
    "restore": ("--wait", "0"),
    "exchange-scope": (),
    "record-profile": ("recording.har",),
    "sign-in": ("--no-headed", "--wait", "1"),
    "live-check": ("--directory-id", DIRECTORY, "--yes"),
    "pipeline-identity": ("--file", "assertion"),
}
"""Verb, with what makes it another command, to the words that it needs to get to work."""
UNMET: Final = "-"
_INTRODUCTION: Final = """\
# Exit codes

A cause has the same exit code in every verb that it concerns, and changes nothing for the others. A test plays each
pair, and this page is generated from it (`python -m tests.exit_codes`); the README says
[what the codes mean](../README.md#ci-pipeline). `live-check` has a state of its own, and exits with 1 wherever it did
not see its app go.

"""


def words_of(verb: str) -> tuple[str, ...]:
    words = verb.split()
    taken = {name for option in RUN[verb.partition(" --")[0]].params for name in option.opts}
    common = (("--stack", "dev"), ("--cwd", "."), ("--json",))
    return (*words, *VERBS[verb], *(word for option in common if option[0] in taken for word in option))


def usual_end(place: Place, verb: str) -> End:
    """How the verb ends where nothing is wrong around it."""
    place.begin()
    return place.type(*words_of(verb))


def played(place: Place, verb: str, cause: Cause, usual: Callable[[], End]) -> str:
    """The cell of a verb and a cause.

    Raises:
        AssertionError: the cause changes how the verb ends, and not as it should.
    """
    if verb in cause.but or (cause.words is not None and verb not in cause.words):
        return UNMET
    place.begin()
    with place.patched():
        cause.arrange(place)
        end = place.type(*words_of(verb), *(cause.words or {}).get(verb, ()))
    if end.exit_code == cause.exit_code and (end.reason in cause.reasons or not (cause.reasons or end.reason)):
        return str(int(end.exit_code))
    assert end == usual(), f"{verb}, {cause.happens}: {end}"
    return UNMET


def text(cells: Mapping[tuple[str, str], str]) -> str:
    """The page: a row for each cause, and the verbs that it concerns, by exit code."""
    lines = ["| cause | exit code | verbs that it concerns |", "| --- | --- | --- |"]
    for cause in CAUSES:
        met = [f"`{verb}`" for verb in VERBS if cells[verb, cause.happens] != UNMET]
        reasons = ", ".join(f"`{reason}`" for reason in cause.reasons)
        shown = "every one" if len(met) == len(VERBS) else ", ".join(met)
        lines.append(f"| {cause.happens} | {int(cause.exit_code)} {reasons} | {shown} |")
    return _INTRODUCTION + "\n".join(lines) + "\n"


def read(page: str) -> dict[tuple[str, str], str]:
    """The cells that the page shows."""
    cells = {}
    for line in page.splitlines():
        columns = [column.strip() for column in line.strip("|").split("|")]
        for cause in CAUSES:
            if columns[0] == cause.happens:
                for verb in VERBS:
                    met = columns[2] == "every one" or f"`{verb}`" in columns[2].split(", ")
                    cells[verb, cause.happens] = columns[1].split()[0] if met else UNMET
    return cells


def every_cell(place: Place) -> dict[tuple[str, str], str]:
    cells: dict[tuple[str, str], str] = {}
    for verb in VERBS:
        usual = cache(partial(usual_end, place, verb))
        cells |= {(verb, cause.happens): played(place, verb, cause, usual) for cause in CAUSES}
    return cells
