"""Writes reports in the format that was asked for, to a file, to a folder or as text."""

import json
from collections.abc import Sequence
from pathlib import Path

from smartrecruiters_calendar.audit.formats import Format, html, markdown, overview, sarif
from smartrecruiters_calendar.audit.many import AuditIndex
from smartrecruiters_calendar.audit.report import AuditReport
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.report_files import write_report


def text(document: AuditReport | AuditIndex, form: Format) -> str:
    """The document in a format; empty for SARIF of a report that could not look, which is none."""
    if isinstance(document, AuditIndex):
        if form is Format.MARKDOWN:
            return overview.text(document.reports, document.sentence)
        if form is Format.HTML:
            return html.index(document.reports, document.at)
    else:
        if form is Format.SARIF:
            return "".join(_sarif_files([document]))
        if form is Format.MARKDOWN:
            return markdown.text(document)
        if form is Format.HTML:
            return html.page(document)
    return f"{document.as_json()}\n"


def write(document: AuditReport | AuditIndex, form: Format, place: Path) -> Path:
    """A report to a file; several to a folder: an index, and for each stack its page and its JSON document.

    A table is for terminals, so where one is asked for a page is written. A folder also gets, where that is the format,
    `index.md` and the Markdown of each stack, or `index.sarif` (`index-1.sarif` and so on, where there are more runs
    than a file may have).

    Returns:
        The file to read first.

    Raises:
        Stopped: it cannot be written.
    """
    if isinstance(document, AuditIndex):
        return _write_folder(document, form, place)
    write_report(place, text(document, Format.HTML if form is Format.TABLE else form))
    return place


def _sarif_files(reports: Sequence[AuditReport]) -> list[str]:
    return [json.dumps(one, indent=2) + "\n" for one in sarif.documents(reports)]


def _write_folder(index: AuditIndex, form: Format, folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Stopped(Reason.REPORT_UNUSABLE, f"The folder {folder} cannot be written to ({error.strerror}).") from None
    for report in index.reports:
        stem = html.file_stem(report.stack)
        write_report(folder / f"{stem}.html", html.page(report))
        write_report(folder / f"{stem}.json", text(report, Format.JSON))
        if form is Format.MARKDOWN:
            write_report(folder / f"{stem}.md", text(report, form))
    write_report(folder / "index.json", text(index, Format.JSON))
    if form is Format.MARKDOWN:
        write_report(folder / "index.md", text(index, form))
    files = _sarif_files(index.reports) if form is Format.SARIF else []
    for earlier in folder.glob("index*.sarif"):
        earlier.unlink()  # of more tenants, or of a pass that could look: it would be uploaded with the new ones
    for number, content in enumerate(files, start=1):
        write_report(folder / (f"index-{number}.sarif" if len(files) > 1 else "index.sarif"), content)
    page = folder / "index.html"
    write_report(page, text(index, Format.HTML))
    return page
