"""Writes reports in the format that was asked for, to a file, to a folder or as text."""

import json
from enum import StrEnum
from pathlib import Path

from smartrecruiters_calendar.audit.formats import html, markdown, sarif
from smartrecruiters_calendar.audit.many import AuditIndex
from smartrecruiters_calendar.audit.report import AuditReport
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.report_files import write_report


class Format(StrEnum):
    """What a report can be written as; the table is for terminals and written by the script."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"
    SARIF = "sarif"
    HTML = "html"


def text(document: AuditReport | AuditIndex, form: Format) -> str:
    reports = document.reports if isinstance(document, AuditIndex) else (document,)
    if form is Format.SARIF:
        return json.dumps(sarif.document(reports), indent=2) + "\n"
    if form is Format.MARKDOWN:
        return "\n".join(map(markdown.text, reports))
    if form is Format.HTML:
        return html.index(reports, document.at) if isinstance(document, AuditIndex) else html.page(document)
    return document.model_dump_json(indent=2) + "\n"


def write(document: AuditReport | AuditIndex, form: Format, place: Path) -> Path:
    """A report to a file; several to a folder: an index, and for each stack its page and its JSON document.

    A table is for terminals, so where one is asked for a page is written. A folder also gets `index.md` or
    `index.sarif` where that is the format.

    Returns:
        The file to read first.

    Raises:
        Stopped: it cannot be written.
    """
    if isinstance(document, AuditIndex):
        return _write_folder(document, form, place)
    write_report(place, text(document, Format.HTML if form is Format.TABLE else form))
    return place


def _write_folder(index: AuditIndex, form: Format, folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Stopped(Reason.REPORT_UNUSABLE, f"The folder {folder} cannot be written to ({error.strerror}).") from None
    for report in index.reports:
        stem = html.file_stem(report.stack)
        write_report(folder / f"{stem}.html", html.page(report))
        write_report(folder / f"{stem}.json", text(report, Format.JSON))
    write_report(folder / "index.json", text(index, Format.JSON))
    if ending := {Format.MARKDOWN: "md", Format.SARIF: "sarif"}.get(form):
        write_report(folder / f"index.{ending}", text(index, form))
    page = folder / "index.html"
    write_report(page, text(index, Format.HTML))
    return page
