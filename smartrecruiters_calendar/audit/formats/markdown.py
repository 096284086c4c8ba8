"""The report as Markdown, for a pull request or a ticket."""

import html
import re
from collections.abc import Iterable, Iterator
from typing import Final

from smartrecruiters_calendar.audit.finding import Finding
from smartrecruiters_calendar.audit.report import AuditReport, CredentialRow, OwnerRow, PermissionRow
from smartrecruiters_calendar.outcome import Status
from smartrecruiters_calendar.plain_text import printable

_MARKS: Final = {True: "yes", False: "no", None: "?"}


def text(report: AuditReport) -> str:
    return "\n".join(_lines(report)) + "\n"


def _lines(report: AuditReport) -> Iterator[str]:
    counts = report.counts
    yield f"# {escaped(report.title)}"
    yield ""
    yield f"**{counts.failed} FAIL, {counts.manual} MANUAL, {counts.passed} PASS.** {escaped(report.sentence)}"
    if app := report.app:
        place = f"{escaped(app.tenant_domain)} ({code(app.directory_id)})"
        yield ""
        yield f"Application {code(app.client_id)} in {place}, {report.at:%Y-%m-%d %H:%M} UTC."
    if report.changes is not None:
        yield from ("", f"## Changed since {report.since:%Y-%m-%d %H:%M} UTC", "")
        yield from (f"- {change.kind}: {escaped(change.sentence)}" for change in report.changes)
        if not report.changes:
            yield "Nothing."
    for status, heading in ((Status.FAIL, "What fails"), (Status.MANUAL, "For a person to look at or decide")):
        found = [finding for finding in report.findings if finding.status is status]
        if found:
            yield from ("", f"## {heading}", "", *_findings(report, found))
    if report.permissions:
        yield from ("", "## Permissions", "", *_permissions(report.permissions))
        yield from ("", f"Meant to reach {escaped(report.mailboxes or 'mailboxes that are not known')}.")
    if report.credentials:
        yield from ("", "## Credentials", "", *_credentials(report.credentials))
    if report.owners:
        yield from ("", "## Owners", "", *_owners(report.owners))
    if exceptions := [finding.exception for finding in report.findings if finding.exception]:
        yield from ("", "## Texts for the register of exceptions", "")
        yield from (f"- {escaped(exception)}" for exception in exceptions)
    if passed := [finding for finding in report.findings if finding.status is Status.PASS]:
        yield from ("", "<details><summary>What passes</summary>", "", *_findings(report, passed), "", "</details>")


def _findings(report: AuditReport, findings: Iterable[Finding]) -> Iterator[str]:
    checks = {check.id: check for check in report.checks}
    yield "| risk | finding | what to do |"
    yield "|---|---|---|"
    for finding in findings:
        check = checks[finding.check]
        remedy = "" if finding.status is Status.PASS else escaped(check.remedy)
        yield f"| {check.risk} | {escaped(finding.sentence)} [{check.id}]({check.reference}) | {remedy} |"


def _permissions(rows: Iterable[PermissionRow]) -> Iterator[str]:
    yield "| permission | risk | allows | declared | requested | granted |"
    yield "|---|---|---|---|---|---|"
    for row in rows:
        states = " | ".join(_MARKS[state] for state in (row.declared, row.requested, row.granted))
        name = row.name if row.kind == "application" else f"{row.kind} {row.name}"
        yield f"| {code(name)} | {row.risk or 'not judged'} | {escaped(row.allows or '')} | {states} |"


def _credentials(rows: Iterable[CredentialRow]) -> Iterator[str]:
    yield "| credential | standing | starts | ends | days left |"
    yield "|---|---|---|---|---|"
    for row in rows:
        starts, ends = (f"{day:%Y-%m-%d}" if day else "" for day in (row.starts, row.ends))
        left = "" if row.days_left is None else row.days_left
        yield f"| {row.kind} {escaped(row.name)} {code(row.id)} | {row.standing} | {starts} | {ends} | {left} |"


def _owners(rows: Iterable[OwnerRow]) -> Iterator[str]:
    yield "| owner | configured | of the application | of the service principal |"
    yield "|---|---|---|---|"
    for row in rows:
        states = " | ".join(_MARKS[one] for one in (row.configured, row.owns_application, row.owns_service_principal))
        guest = ", guest" if row.guest else ""
        yield f"| {escaped(row.name)} {code(row.object_id)} {row.kind}{guest} | {states} |"


def _one_line(text: str) -> str:
    return printable(" ".join(text.split()))


def code(text: str) -> str:
    return f"`{_one_line(text.replace('`', '').replace('|', ''))}`"


def escaped(text: str) -> str:
    """Text from a tenant on one line, so that it ends no cell and becomes no markup, link, mention or issue."""
    text = html.escape(_one_line(text), quote=False)
    for character in "\\`*_[]|#!~":
        text = text.replace(character, f"\\{character}")
    text = text.replace("://", ":\\/\\/").replace("@", "@\u200b")
    return re.sub(r"(?i)(?<=www)\.|(?<=gh)-(?=\d)", r"\\\g<0>", text)


def sentence(text: str) -> str:
    """A sentence on one line. Commands between backticks stay code, in which nothing is markup; the rest is escaped."""
    words = _one_line(text).split("`")
    if len(words) % 2 == 0:  # a backtick without its other one would leave what follows as it is
        return escaped(text)
    return "`".join(part if number % 2 else _with_ends(part) for number, part in enumerate(words))


def _with_ends(part: str) -> str:
    """Escaped, with the blanks that stood around it."""
    before, after = part[: len(part) - len(part.lstrip())], part[len(part.rstrip()) :]
    return f"{before}{escaped(part)}{after}" if part.strip() else part
