"""A promotion as Markdown for a job's summary or a pull request's comment, or as one self-contained HTML page."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from smartrecruiters_calendar.audit.formats.markdown import sentence
from smartrecruiters_calendar.plain_text import readable
from smartrecruiters_calendar.promotion.result import PromotionResult, RingOutcome, TenantStatus

_MARKS: Final = {
    TenantStatus.GREEN: "✅",
    TenantStatus.SKIPPED: "⏭️",
    TenantStatus.PENDING_DELIVERY: "⏳",
    TenantStatus.FAILED: "❌",
    TenantStatus.NOT_ATTEMPTED: "⬜",
    TenantStatus.INTERRUPTED: "⏹️",
}


def markdown(result: PromotionResult) -> str:
    return "\n".join(_lines(result)) + "\n"


def html(result: PromotionResult) -> str:
    from jinja2 import Environment, FileSystemLoader  # only where a page is wanted

    templates = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True)
    return readable(templates.get_template("page.html").render(result=result))


def _lines(result: PromotionResult) -> Iterator[str]:
    yield f"# Promotion of {f'`{result.commit[:12]}`' if result.commit else 'an uncommitted checkout'}"
    yield ""
    yield sentence(result.sentence)
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
    """As `sentence`, in a table: also within code a bar would end the cell."""
    return re.sub(r"(?<!\\)\|", r"\\|", sentence(text))
