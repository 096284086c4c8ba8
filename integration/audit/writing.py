"""Writes reports in the format that was asked for, to a file, to a folder or as text."""

import json
from enum import StrEnum
from pathlib import Path

from integration.audit.formats import html, markdown, sarif
from integration.audit.many import AuditIndex
from integration.audit.report import AuditReport


class Format(StrEnum):
    """What a report can be written as; the table is for terminals and written by the script."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"
    SARIF = "sarif"
    HTML = "html"


def text(document: AuditReport | AuditIndex, form: Format) -> str:
    """The document as text in that format."""
    reports = document.reports if isinstance(document, AuditIndex) else (document,)
    if form is Format.SARIF:
        return json.dumps(sarif.document(reports), indent=2) + "\n"
    if form is Format.MARKDOWN:
        return "\n".join(map(markdown.text, reports))
    if form is Format.HTML:
        return html.index(reports, document.at) if isinstance(document, AuditIndex) else html.page(document)
    return document.model_dump_json(indent=2) + "\n"


def write_folder(index: AuditIndex, folder: Path) -> Path:
    """An index and, for each stack, its page and its JSON document.

    Returns:
        The index page.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for report in index.reports:
        (folder / f"{report.stack}.html").write_text(html.page(report), encoding="utf-8")
        (folder / f"{report.stack}.json").write_text(text(report, Format.JSON), encoding="utf-8")
    (folder / "index.json").write_text(text(index, Format.JSON), encoding="utf-8")
    page = folder / "index.html"
    page.write_text(html.index(index.reports, index.at), encoding="utf-8")
    return page
