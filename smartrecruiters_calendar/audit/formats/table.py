"""The report on a terminal: what fails, with its remedy, then what a person has to look at, then what passes."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from smartrecruiters_calendar.audit.report import AuditReport
from smartrecruiters_calendar.outcome import Status

_STYLES: Final = {Status.FAIL: "bold red", Status.MANUAL: "yellow"}


def show(report: AuditReport, console: Console) -> None:
    if any(finding.status in _STYLES for finding in report.findings):
        console.print(_findings(report))
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


def _findings(report: AuditReport) -> Table:
    table = Table(title=report.title, title_justify="left", show_lines=True)
    table.add_column("Status", no_wrap=True)
    table.add_column("Risk", no_wrap=True)
    table.add_column("Finding", overflow="fold")
    checks = {check.id: check for check in report.checks}
    for status, style in _STYLES.items():
        for finding in report.findings:
            if finding.status is status:
                check = checks[finding.check]
                text = Text.assemble(finding.sentence, (f" [{check.id}]", "dim"))
                if status is Status.FAIL:
                    text.append(f"\n{check.remedy}", style="italic")
                table.add_row(Text(status, style=style), check.risk, text)
    return table


def show_index(reports: Sequence[AuditReport], sentence: str, console: Console) -> None:
    table = Table(title="Audit of every stack", title_justify="left")
    for name in ("Stack", "Tenant", "FAIL", "MANUAL", "PASS"):
        table.add_column(name, no_wrap=True)
    table.add_column("In one sentence", overflow="fold")
    for report in reports:
        counts = report.counts
        table.add_row(
            report.stack,
            report.app.tenant_domain if report.app else "",
            Text(str(counts.failed), style=_STYLES[Status.FAIL] if counts.failed else ""),
            str(counts.manual),
            str(counts.passed),
            Text(report.sentence),
        )
    console.print(table)
    console.print(sentence, markup=False)
