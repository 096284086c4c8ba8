"""The report as one page without scripts or external files, light or dark as the reader prefers, and printable."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from smartrecruiters_calendar.audit.finding import Finding, Topic
from smartrecruiters_calendar.audit.formats.timeline import timeline
from smartrecruiters_calendar.audit.report import AuditReport
from smartrecruiters_calendar.outcome import Status
from smartrecruiters_calendar.plain_text import readable

if TYPE_CHECKING:
    from jinja2 import Environment


def _code(text: str) -> Markup:
    parts = [escape(part) for part in text.split("`")]
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if number % 2 else part for number, part in enumerate(parts)
    )


@cache
def _pages() -> "Environment":
    import jinja2  # only where a page is wanted

    pages = jinja2.Environment(
        loader=jinja2.PackageLoader("smartrecruiters_calendar.audit.formats", "pages"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters["code"] = _code
    return pages


def page(report: AuditReport) -> str:
    findings: dict[Status, list[Finding]] = {
        status: [finding for finding in report.findings if finding.status is status] for status in Status
    }
    return readable(
        _pages()
        .get_template("report.html.jinja")
        .render(
            report=report,
            checks={check.id: check for check in report.checks},
            failed=findings[Status.FAIL],
            manual=[(topic, _about(report, findings[Status.MANUAL], topic)) for topic in Topic],
            passed=[(topic, _about(report, findings[Status.PASS], topic)) for topic in Topic],
            exceptions=[finding for finding in report.findings if finding.exception],
            timeline=timeline(report.credentials, report.at),
        )
    )


def file_stem(stack: str) -> str:
    """Name of a stack's page and document without their endings. An organization's stack has a slash in its name."""
    return stack.replace("/", "--")


def index(reports: Sequence[AuditReport], at: datetime) -> str:
    """The page that links to the page of each stack, `<stack>.html` in the same folder."""
    return readable(_pages().get_template("index.html.jinja").render(reports=reports, at=at, file_stem=file_stem))


def _about(report: AuditReport, findings: Sequence[Finding], topic: Topic) -> list[Finding]:
    ids = {check.id for check in report.checks if check.topic is topic}
    return [finding for finding in findings if finding.check in ids]
