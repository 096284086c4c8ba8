"""Ways to show a report. Each takes an `AuditReport`; none asks anybody for more."""

from enum import StrEnum


class Format(StrEnum):
    """What a report can be written as; the table is for terminals and written by the command."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"
    SARIF = "sarif"
    HTML = "html"
