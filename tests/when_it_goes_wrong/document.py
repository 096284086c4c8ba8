"""Writes docs/when-it-goes-wrong.md from the data that the tests run: `python -m tests.when_it_goes_wrong`."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Final

import stamina

from smartrecruiters_calendar.outcome import EXIT_CODES, ExitCode
from smartrecruiters_calendar.stack.receipt_log import ReceiptLog
from smartrecruiters_calendar.stack.receipts import ClaimName, Receipt
from tests.e2e.due_delivery import LAST_WORDS
from tests.smartrecruiters_calendar.post_deploy.causes import BEFORE_THE_CLAIMS, CAUSES, Cause
from tests.smartrecruiters_calendar.post_deploy.interruptions import first_delivery, moments_of
from tests.smartrecruiters_calendar.post_deploy.world import World
from tests.when_it_goes_wrong.failures import FAILURES, Failure

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "when-it-goes-wrong.md"

_INTRODUCTION: Final = """\
# When it goes wrong

By the reason code that `smartrecruiters-calendar post-deploy` prints, with a sentence that says what to do: its
[exit code](../README.md#ci-pipeline), what the receipt holds afterwards (its last claim, and whether SmartRecruiters
holds the current key), whether a second run *delivers* or only *verifies* once the cause is gone, and what causes it.
A test runs every cause, and this page is generated from the same data (`python -m tests.when_it_goes_wrong`).
"""


def text() -> str:
    """The whole page."""
    with stamina.set_testing(True, attempts=3, cap=True):
        parts = [
            _INTRODUCTION,
            "## Before the first request\n\nThe receipt does not change.\n",
            _table(("printed", "exit", "what happens"), _before()),
            "## From the first request on\n",
            _table(_HEADINGS, _joined((*map(_cause, CAUSES), *map(_failure, FAILURES)))),
            "## Ctrl-C and `kill -9`, at every step of a first delivery\n\n"
            f"Ctrl-C prints `{LAST_WORDS.strip()}` and\n"
            "exits with 130; a killed process prints nothing. Both leave the same state behind, and the receipt holds\n"
            "no claim before the run ends.\n",
            _table(("ended", "the receipt says about the key", "second run"), _moments()),
        ]
    return "\n".join(parts)


_HELD, _IN_DOUBT = "current key", "in doubt"
_HEADINGS: Final = ("printed", "exit", "receipt", "second run", "what happens")


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def _before() -> Iterator[Sequence[str]]:
    for reason, happens in BEFORE_THE_CLAIMS.items():
        yield f"`{reason}`", str(int(EXIT_CODES[reason])), happens


def _joined(rows: Iterable[Sequence[str]]) -> Iterator[Sequence[str]]:
    """One row for all causes that end alike."""
    alike: dict[Sequence[str], list[str]] = {}
    for row in rows:
        alike.setdefault(tuple(row[:-1]), []).append(row[-1])
    for ends, causes in sorted(alike.items()):
        yield *ends, "; ".join(causes)


def _cause(cause: Cause) -> Sequence[str]:
    broken = World()
    cause.arrange(broken)
    result = broken.run(cause.options)
    second = World(tags=broken.tags, now=broken.now).run()
    receipt = _last(broken.receipt.claims, _key(broken.receipt)) if broken.tags else "unchanged"
    return f"`{result.reason}`", str(int(result.exit_code)), receipt, _second(second.delivery), cause.happens


def _failure(failure: Failure) -> Sequence[str]:
    printed = f"`{failure.reason}`" if failure.reason else "success"
    receipt = _last(failure.claims, {"made": _HELD, "in-doubt": _IN_DOUBT}.get(failure.delivery))
    delivers = failure.delivers_again or failure.delivery != "made"
    second = _second("made" if delivers else "not-needed")
    return printed, str(int(failure.exit_code)), receipt, second, failure.happens


def _key(receipt: Receipt) -> str | None:
    return _IN_DOUBT if receipt.in_doubt else _HELD if receipt.held else None


def _last(claims: Sequence[ClaimName], key: str | None) -> str:
    claim = f"*{claims[-1]}*" if claims else "no claim"
    return f"{claim}, {key}" if key else claim


def _second(delivery: str) -> str:
    return "delivers" if delivery == "made" else "verifies"


def _moments() -> Iterator[Sequence[str]]:
    """One row for successive moments that leave the same behind: the first and the last of them."""
    for left, moments in groupby(_each_moment(), key=lambda moment: moment[1:]):
        ended = [what for what, *_ in moments]
        yield " … ".join(dict.fromkeys((ended[0], ended[-1]))), *left


def _each_moment() -> Iterator[tuple[str, str, str]]:
    for number, what in enumerate(moments_of(first_delivery()), 1):
        world = first_delivery()
        world.run_until(number)
        receipt = ReceiptLog(world.tags).receipt
        left = (receipt and _key(receipt)) or "no receipt"
        second = world.run()
        if second.exit_code is not ExitCode.OK:
            raise AssertionError(f"{what}: {second.sentence}")
        yield what, left, _second(second.delivery)
