"""A promotion's summary: a stranger's text in it becomes no markup, and no table breaks."""

import re
from datetime import UTC, datetime

import pytest

from smartrecruiters_calendar.outcome import ExitCode
from smartrecruiters_calendar.promotion.report.markdown import markdown
from smartrecruiters_calendar.promotion.result import PromotionResult, RingOutcome, TenantOutcome, TenantStatus
from tests.smartrecruiters_calendar.audit.formats.samples import QUOTED, STRANGER, markup_in


def promotion(sentence: str) -> PromotionResult:
    tenant = TenantOutcome(stack="acme", status=TenantStatus.FAILED, sentence=sentence)
    began = datetime(2026, 12, 1, tzinfo=UTC)
    return PromotionResult(
        commit=None,
        began=began,
        ended=began,
        exit_code=ExitCode.CHECK_FAILED,
        sentence=sentence,
        rings=(RingOutcome(ring="everyone", tenants=(tenant,)),),
    )


def promoted(sentence: str) -> str:
    return markdown(promotion(sentence))


@pytest.mark.parametrize("quoted", QUOTED)
def test_a_strangers_text_becomes_no_markup_link_or_mention(quoted: str) -> None:
    told = promoted(quoted.format(STRANGER))
    assert markup_in(told) == []
    (row,) = [line for line in told.splitlines() if line.startswith("| acme |")]
    assert len(re.findall(r"(?<!\\)\|", row)) == 5


def test_a_command_stays_one_that_can_be_copied() -> None:
    assert (
        promoted("type `smartrecruiters-calendar recover --stack acme`, then run this again").count(
            "`smartrecruiters-calendar recover --stack acme`"
        )
        == 2
    )
