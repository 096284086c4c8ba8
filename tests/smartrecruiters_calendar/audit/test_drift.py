"""What drift tells: at a terminal as it is, in Markdown so that a stranger's text becomes no markup."""

from datetime import UTC, datetime

import pytest

from smartrecruiters_calendar.audit.drift import DriftReport, markdown, text
from smartrecruiters_calendar.outcome import EXIT_CODES, Reason
from tests.smartrecruiters_calendar.audit.formats.samples import QUOTED, STRANGER, markup_in, tampered

SENTENCE = "dev: resources differ from the state (1 update): look with `pulumi refresh --preview-only --stack dev`"


def drifted(sentence: str = SENTENCE, *, finding: str | None = None) -> DriftReport:
    report = tampered()
    failed = [one for one in report.findings if one.status == "FAIL"]
    if finding:
        report = report.model_copy(update={"findings": (failed[0].model_copy(update={"sentence": finding}),)})
    return DriftReport(
        stack="dev",
        at=datetime(2026, 12, 1, tzinfo=UTC),
        exit_code=EXIT_CODES[Reason.DRIFTED],
        reason=Reason.DRIFTED,
        sentence=sentence,
        audit=report,
    )


def test_each_failed_finding_is_a_line_at_the_terminal_and_in_markdown() -> None:
    report = drifted()
    assert report.audit
    failed = [one.sentence for one in report.audit.findings if one.status == "FAIL"]
    assert failed
    assert text(report) == "".join(f"{line}\n" for line in [SENTENCE, *(f"- {one}" for one in failed)])
    assert len([line for line in markdown(report).splitlines() if line.startswith("- ")]) == len(failed)


def test_a_command_stays_one_that_can_be_copied() -> None:
    assert "`pulumi refresh --preview-only --stack dev`" in markdown(drifted())


@pytest.mark.parametrize("quoted", QUOTED)
def test_a_strangers_text_becomes_no_markup_link_or_mention(quoted: str) -> None:
    hostile = quoted.format(STRANGER)
    for told in (markdown(drifted(finding=hostile)), markdown(drifted(hostile))):
        assert markup_in(told) == []
