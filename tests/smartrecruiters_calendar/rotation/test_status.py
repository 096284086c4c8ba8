"""`status` names everything that is not as wished, and nothing else."""

import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from rich.console import Console

from smartrecruiters_calendar.outcome import ExitCode, Reason, Stopped
from smartrecruiters_calendar.rotation import report
from smartrecruiters_calendar.rotation.state import RotationState
from smartrecruiters_calendar.rotation.status import StackStatus, combine, status_of, unreadable
from smartrecruiters_calendar.stack.receipt_answer import why_unknown
from smartrecruiters_calendar.stack.receipts import InDoubt, Receipt
from tests.smartrecruiters_calendar.rotation.stands import NOW, A, B, deployed, key, receipt, situation

EARLY = datetime(2027, 6, 1, tzinfo=UTC)
LATE = datetime(2027, 12, 2, tzinfo=UTC)
BOTH = [deployed(A), deployed(B)]

CASES: dict[str, tuple[RotationState, list[str]]] = {
    "well": (situation([A], [deployed(A)], A, now=EARLY), []),
    "well after a rotation": (situation([B], [deployed(B)], B), []),
    "ends within 30 days": (situation([A], [deployed(A)], A), ["ends-soon"]),
    "ends within the days configured": (situation([A], [deployed(A)], A, now=EARLY, warnDays=200), ["ends-soon"]),
    "ended": (situation([A], [deployed(A)], A, now=LATE), ["ended", "holds-ended"]),
    "begun": (situation([A, B], [deployed(A)], A), ["not-deployed"]),
    "deployed": (situation([A, B], BOTH, A), ["not-delivered"]),
    "in doubt": (situation([A, B], BOTH, None), ["not-delivered"]),
    "delivered": (situation([A, B], BOTH, B), ["unfinished"]),
    "finished": (situation([B], [deployed(A, protected=False), deployed(B)], B), ["undeclared"]),
    "a rotation that was left lying": (situation([A, B], BOTH, A, now=LATE), ["holds-ended"]),
}


@pytest.mark.parametrize("case", CASES)
def test_each_finding_is_told(case: str) -> None:
    stands, codes = CASES[case]
    status = status_of(stands)
    assert [finding.code for finding in status.findings] == codes
    if case == "in doubt":
        assert (status.exit_code, status.reason) == (ExitCode.UNKNOWN, Reason.RECEIPT_MISSING)
    else:
        assert (status.exit_code, status.reason) == (ExitCode.CHECK_FAILED if codes else ExitCode.OK, None)


DOUBT = Receipt(in_doubt=InDoubt(key_id=key(A), since=NOW), checked_at=NOW)
RECEIPTS = {"missing": None, "of nothing": receipt(None), "in doubt": DOUBT, "of the current key": receipt(A)}


@pytest.mark.parametrize("found", RECEIPTS.values(), ids=RECEIPTS)
def test_where_only_the_receipt_is_unknown_status_ends_as_receipt_does(found: Receipt | None) -> None:
    stands = replace(situation([A], [deployed(A)], A, now=EARLY), receipt=found)
    status = status_of(stands)
    if found and found.held:
        assert (status.exit_code, status.reason) == (ExitCode.OK, None)
    else:
        assert status.reason is why_unknown(found)
        assert status.exit_code is ExitCode.UNKNOWN
    ended = status_of(replace(stands, now=LATE))
    assert (ended.exit_code, ended.reason) == (ExitCode.CHECK_FAILED, None)


def test_the_worst_stack_decides_the_exit_code() -> None:
    well, soon = status_of(CASES["well"][0]), status_of(CASES["ended"][0])
    silent = unreadable("globex", Stopped(Reason.STACK_UNREADABLE, "Pulumi could not read it."), NOW)
    assert combine([well]).exit_code is ExitCode.OK
    assert combine([well, soon]).exit_code is ExitCode.CHECK_FAILED
    assert combine([well, soon, silent]).exit_code is ExitCode.UNKNOWN


def drawn(status: StackStatus, width: int = 120, encoding: str = "utf-8") -> str:
    written = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    report.show_status(status, Console(file=written, width=width, highlight=False))
    written.seek(0)
    return written.read()


def columns(line: str, marks: str) -> tuple[int, int]:
    return line.index(marks[0]), line.index(marks[1])


def test_the_timeline_places_both_secrets_and_today_in_proportion() -> None:
    text = drawn(status_of(situation([A, B], BOTH, B)))
    outgoing, current, today = text.splitlines()[1:4]
    assert "outgoing 2026-12-01" in outgoing
    assert "held by SmartRecruiters" in current
    start, end = columns(outgoing, "├┤")
    begin, last = columns(current, "├┤")
    assert begin == today.index("▲")
    assert start < begin < end < last
    assert (begin - start) / (end - start) == pytest.approx((NOW.date() - A).days / 365, abs=0.03)


@pytest.mark.parametrize("width", [40, 80, 200])
def test_a_terminal_without_box_drawing_gets_plain_characters(width: int) -> None:
    text = drawn(status_of(CASES["ended"][0]), width, "ascii")
    assert "^ today" in text
    assert text.isascii()


def test_the_document_is_json_with_key_ids() -> None:
    document: dict[str, Any] = json.loads(status_of(situation([A, B], BOTH, B)).model_dump_json())
    assert [secret["keyId"] for secret in document["secrets"]] == [key(B), key(A)]
    assert document["next"] == "smartrecruiters-calendar rotate finish --stack acme"
