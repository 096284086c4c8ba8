"""The report on a terminal: what fails, with its remedy, then what a person has to look at, then what passes."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from smartrecruiters_calendar.audit.report import AuditReport
from smartrecruiters_calendar.outcome import Status

_STYLES: Final = {Status.FAIL: "bold red", Status.MANUAL: "yellow"}


def show(report: AuditReport, console: Console) -> None:
    if any(finding.status in _STYLES for finding in report.findings):
        console.print(Text(report.title, style="italic"), soft_wrap=True)
        for line in _findings(report):
            console.print(line, soft_wrap=True)  # what has to be copied stays in one line
    if passed := Counter(finding.check for finding in report.findings if finding.status is Status.PASS):
        names = ", ".join(f"{check} ({count})" if count > 1 else check for check, count in passed.items())
        console.print(Text.assemble(("PASS ", "green"), names), soft_wrap=True)
    if any(finding.exception for finding in report.findings):
        console.print(Text("Texts for a register of exceptions are in the other formats.", style="dim"), soft_wrap=True)
    if report.changes is not None:
        console.print(Text(f"Since {report.since:%Y-%m-%d %H:%M} UTC:", style="bold"))
        for change in report.changes:
            console.print(Text(f"  {change.kind}: {change.sentence}"), soft_wrap=True)
        if not report.changes:
            console.print("  nothing changed")
    verdict = Text(report.sentence, style="red" if report.reason else "green")
    console.print(Text.assemble(f"[{report.reason}] ", verdict) if report.reason else verdict, soft_wrap=True)


def _findings(report: AuditReport) -> Iterator[Text]:
    checks = {check.id: check for check in report.checks}
    for status, style in _STYLES.items():
        for finding in report.findings:
            if finding.status is status:
                check = checks[finding.check]
                yield Text.assemble((status, style), f" {check.risk} [{check.id}]")
                yield Text(f"  {finding.sentence}")
                if status is Status.FAIL:
                    yield Text(f"  {check.remedy}", style="italic")


def show_index(reports: Sequence[AuditReport], sentence: str, console: Console) -> None:
    table = Table(title="Audit of every stack", title_justify="left")
    for name in ("Stack", "Tenant", "FAIL", "MANUAL", "PASS"):
        table.add_column(name, no_wrap=True)
    for report in reports:
        counts = report.counts
        table.add_row(
            report.stack,
            report.app.tenant_domain if report.app else "",
            Text(str(counts.failed), style=_STYLES[Status.FAIL] if counts.failed else ""),
            str(counts.manual),
            str(counts.passed),
        )
    console.print(table)
    for report in reports:
        console.print(Text(f"{report.stack}: {report.sentence}"), soft_wrap=True)
    console.print(sentence, markup=False, soft_wrap=True)
