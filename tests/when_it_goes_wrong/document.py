"""Writes docs/when-it-goes-wrong.md from the data that the tests run: `python -m tests.when_it_goes_wrong`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
from tests.when_it_goes_wrong.failures import ALL, FAILURES, Failure

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "when-it-goes-wrong.md"

_INTRODUCTION: Final = """\
# When it goes wrong

Each reason code of `smartrecruiters-calendar post-deploy`, its [exit code](../README.md#ci-pipeline) and its causes;
the message says what to do. The headings say what the receipt then holds (its last claim, and whether SmartRecruiters
holds the current key) and what a second run does once the cause is gone. A test runs every cause on every channel it
concerns; `python -m tests.when_it_goes_wrong` writes this page.
"""


def text() -> str:
    """The whole page."""
    with stamina.set_testing(True, attempts=3, cap=True):
        parts = [
            _INTRODUCTION,
            *_by_receipt((*_before(), *map(_cause, CAUSES), *(_failure(one) for one in FAILURES if one.reason))),
            "## Ctrl-C and `kill -9`, at any step of a first delivery\n\n"
            f"Ctrl-C prints `{LAST_WORDS.strip()}`\n"
            "(exit code 130). The receipt holds no claim then. Ended no later than:\n",
            *(f"- {last}: {receipt}; a second run {second_run}" for last, receipt, second_run in _moments()),
            "",
        ]
    return "\n".join(parts)


_HELD, _IN_DOUBT = "current key", "in doubt"


@dataclass(frozen=True)
class _Left:
    """What a run that went wrong leaves behind."""

    claim: ClaimName | None
    receipt: str
    second_run: str

    @property
    def heading(self) -> str:
        return f"## Receipt {self.receipt}; a second run {self.second_run}\n"

    @property
    def order(self) -> tuple[int, str]:
        return (ALL.index(self.claim) if self.claim else -1), self.heading


_UNCHANGED: Final = _Left(None, "as before", "delivers")


@dataclass(frozen=True)
class _Row:
    left: _Left
    printed: str
    exit_code: str
    happens: str


def _by_receipt(rows: Sequence[_Row]) -> Iterator[str]:
    """A section for what is left behind, in which one item holds all causes that end alike."""
    for left in sorted({row.left for row in rows}, key=lambda left: left.order):
        alike: dict[tuple[str, str], dict[str, None]] = {}
        for row in rows:
            if row.left == left:
                alike.setdefault((row.printed, row.exit_code), {})[row.happens] = None
        items = (f"- {printed} ({code}): {'; '.join(causes)}\n" for (printed, code), causes in sorted(alike.items()))
        yield f"{left.heading}\n{''.join(items)}"


def _before() -> Iterator[_Row]:
    for reason, happens in BEFORE_THE_CLAIMS.items():
        yield _Row(_UNCHANGED, f"`{reason}`", str(int(EXIT_CODES[reason])), happens)


def _cause(cause: Cause) -> _Row:
    broken = World()
    cause.arrange(broken)
    result = broken.run(cause.options)
    second = World(tags=broken.tags, now=broken.now).run()
    again = _second(second.delivery)
    left = _left(broken.receipt.claims, _key(broken.receipt), again) if broken.tags else _UNCHANGED
    return _Row(left, f"`{result.reason}`", str(int(result.exit_code)), cause.happens)


def _failure(failure: Failure) -> _Row:
    key = {"made": _HELD, "in-doubt": _IN_DOUBT}.get(failure.delivery)
    delivers = failure.delivers_again or failure.delivery != "made"
    left = _left(failure.claims, key, _second("made" if delivers else "not-needed"))
    return _Row(left, f"`{failure.reason}`", str(int(failure.exit_code)), failure.happens)


def _key(receipt: Receipt) -> str | None:
    return _IN_DOUBT if receipt.in_doubt else _HELD if receipt.held else None


def _left(claims: Sequence[ClaimName], key: str | None, second: str) -> _Left:
    claim = claims[-1] if claims else None
    held = f"*{claim}*" if claim else "without a claim"
    return _Left(claim, f"{held}, {key}" if key else held, second)


def _second(delivery: str) -> str:
    return "delivers" if delivery == "made" else "verifies"


def _moments() -> Iterator[tuple[str, str, str]]:
    """The last one of successive moments that leave the same behind."""
    for _, moments in groupby(_each_moment(), key=lambda moment: moment[1:]):
        *_, last = moments
        yield last


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
