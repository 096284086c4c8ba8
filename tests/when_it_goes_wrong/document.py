"""Writes docs/when-it-goes-wrong.md from the data that the tests play: `python -m tests.when_it_goes_wrong`."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import stamina

from smartrecruiters_calendar.outcome import EXIT_CODES, ExitCode, Reason
from smartrecruiters_calendar.stack.receipt_log import ReceiptLog
from smartrecruiters_calendar.stack.receipts import ClaimName, Receipt
from tests.smartrecruiters_calendar.post_deploy.causes import BEFORE_THE_CLAIMS, CAUSES, Cause
from tests.smartrecruiters_calendar.post_deploy.interruptions import first_delivery, moments_of
from tests.smartrecruiters_calendar.post_deploy.world import World
from tests.when_it_goes_wrong.ways import THE_BROWSER, THE_NETWORK, THE_PAGE, THE_SESSION, WAYS, Way

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "when-it-goes-wrong.md"

_INTRODUCTION: Final = """\
# When it goes wrong

What `smartrecruiters-calendar post-deploy` prints and leaves behind when something goes wrong, and what a plain second run
makes of it once the cause is gone. Every row is played by a test, and this page is written from the same data
(`python -m tests.when_it_goes_wrong`).

- *Printed* begins with the reason code that `--json` carries too; the exit code follows from it.
- *Receipt* says up to which claim the receipt goes, and what it says of the key.
- A second run never leaves two deliveries in force: SmartRecruiters keeps one set of credentials, and a *Save* whose
  outcome is unknown is made once more.

| exit code | means |
|---|---|
| 0 | as wished |
| 1 | checked, and something is not as wished |
| 2 | command or configuration; nothing was done |
| 3 | could not find out |
| 4 | waits for a person |
| 130 | ctrl-C |
"""


def text() -> str:
    """The whole page."""
    with stamina.set_testing(True, attempts=3, cap=True):
        parts = [
            _INTRODUCTION,
            "## Before anything is asked\n\nThe receipt stays as it was.\n",
            _table(("what happens", "printed", "exit"), _before()),
            "## Microsoft\n",
            _table(_HEADINGS, (_cause(c) for c in CAUSES if c.claim in (ClaimName.PROVISIONED, ClaimName.GRAPH_READY))),
            "## SmartRecruiters\n",
            _table(_HEADINGS, (_cause(c) for c in CAUSES if c.claim in (ClaimName.DELIVERED, ClaimName.ROOMS_LOADED))),
            "## The settings page\n\nChannel *page requests*, against the sandbox's page.\n",
            _table(_HEADINGS, map(_way, THE_PAGE)),
            "## The sign-in\n",
            _table(_HEADINGS, map(_way, THE_SESSION)),
            "## The network, at every request\n",
            _table(_HEADINGS, map(_way, THE_NETWORK)),
            "## The settings page, in a browser\n\nChannel *browser*, a real Chromium: the page's faults once more.\n",
            _table(_HEADINGS, map(_way, THE_BROWSER)),
            "## Ctrl-C and `kill -9`, at every moment of a first delivery\n\n"
            "Ctrl-C prints `post_deploy: interrupted; run it again, it goes on from what the receipt shows.` and\n"
            "ends with 130; a killed process prints nothing. Both leave the same behind, and no claim is on the\n"
            "receipt before the run's end. The real engine and a real Chromium are ended too: before each request,\n"
            "after each that changes something, and at each start of the CLI.\n",
            _table(("ended", "the receipt says of the key", "a plain second run"), _moments()),
        ]
    return "\n".join(parts)


_HEADINGS: Final = ("what happens", "printed", "exit", "receipt", "a plain second run")


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def _before() -> Iterator[Sequence[str]]:
    for reason, happens in BEFORE_THE_CLAIMS.items():
        yield happens, f"`{reason}`", str(int(EXIT_CODES[reason]))


def _cause(cause: Cause) -> Sequence[str]:
    broken = World()
    cause.arrange(broken)
    result = broken.run(cause.options)
    healed = World(tags=broken.tags, now=broken.now).run()
    printed = f"`{result.reason}` {result.sentence}"
    return cause.happens, printed, str(int(result.exit_code)), _told(broken.receipt), _second(healed.delivery)


def _way(way: Way) -> Sequence[str]:
    printed = f"`{way.reason}` … {way.names} …" if way.reason else f"… {way.names} …"
    key = {"made": "the current key", "in-doubt": "in doubt"}.get(way.delivery, "none")
    receipt = f"{_up_to(way.claims)}; {key}"
    again = way.delivers_again or way.delivery != "made"
    return way.happens, printed, str(int(way.exit_code)), receipt, _second("made" if again else "not-needed")


def _told(receipt: Receipt) -> str:
    return f"{_up_to(receipt.claims)}; {_key(receipt)}"


def _key(receipt: Receipt | None) -> str:
    if receipt is None:
        return "no receipt"
    return "in doubt" if receipt.in_doubt else "the current key" if receipt.held else "none"


def _up_to(claims: Sequence[ClaimName]) -> str:
    return f"up to *{claims[-1]}*" if claims else "no claim"


def _second(delivery: str) -> str:
    return "delivers, as wished" if delivery == "made" else "delivers nothing, as wished"


def _moments() -> Iterator[Sequence[str]]:
    for number, what in enumerate(moments_of(first_delivery()), 1):
        world = first_delivery()
        world.run_until(number)
        left = _key(ReceiptLog(world.tags).receipt)
        healed = world.run()
        if healed.exit_code is not ExitCode.OK:
            raise AssertionError(f"{what}: {healed.sentence}")
        yield what, left, _second(healed.delivery)


def reasons() -> set[Reason]:
    """Every reason that has a row."""
    ways = {way.reason for way in WAYS if way.reason}
    return {cause.reason for cause in CAUSES} | set(BEFORE_THE_CLAIMS) | ways
