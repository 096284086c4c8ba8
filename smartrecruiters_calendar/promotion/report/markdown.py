"""A promotion as Markdown, for a job's summary or a pull request's comment."""

from collections.abc import Iterator
from typing import Final

from smartrecruiters_calendar.promotion.result import PromotionResult, RingOutcome, Status

_MARKS: Final = {
    Status.GREEN: "✅",
    Status.SKIPPED: "⏭️",
    Status.PENDING_DELIVERY: "⏳",
    Status.FAILED: "❌",
    Status.NOT_ATTEMPTED: "⬜",
}


def markdown(result: PromotionResult) -> str:
    """The whole report."""
    return "\n".join(_lines(result)) + "\n"


def _lines(result: PromotionResult) -> Iterator[str]:
    yield f"# Promotion of {f'`{result.commit[:12]}`' if result.commit else 'an uncommitted checkout'}"
    yield ""
    yield result.sentence
    for ring in result.rings:
        yield ""
        yield from _ring(ring)


def _ring(ring: RingOutcome) -> Iterator[str]:
    yield f"## Ring {_cell(ring.ring)}"
    yield ""
    yield "| tenant | status | seconds | what was seen |"
    yield "|---|---|---|---|"
    for tenant in ring.tenants:
        seconds = sum(step.seconds for step in tenant.steps)
        reason = f"`{tenant.reason}` " if tenant.reason else ""
        yield (
            f"| {_cell(tenant.stack)} | {_MARKS[tenant.status]} {tenant.status} | {seconds:.1f} "
            f"| {reason}{_cell(tenant.sentence)} |"
        )


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").replace("<", "&lt;").split())
