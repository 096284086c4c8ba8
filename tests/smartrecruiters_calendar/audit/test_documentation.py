"""The documentation says what the code does: the table of checks, and the schema of the JSON report.

`python -m tests.smartrecruiters_calendar.audit.documentation` rewrites both.
"""

import json
import re

import pytest

from smartrecruiters_calendar.audit.many import AuditIndex, index_of
from smartrecruiters_calendar.audit.report import AuditReport, not_begun
from smartrecruiters_calendar.outcome import Reason, Stopped
from tests.json_schema import mistakes
from tests.smartrecruiters_calendar.audit.documentation import (
    DOCS,
    INDEX_SCHEMA,
    MATRIX,
    PAGE,
    SCHEMA,
    matrix,
    page,
    schema,
)
from tests.smartrecruiters_calendar.audit.formats.samples import HOSTILE, clean, tampered

STOPPED = not_begun("dev", "tenant", clean().at, Stopped(Reason.STACK_UNKNOWN, "There is no stack."))


def test_the_table_of_checks_is_the_codes() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def test_the_tamper_matrix_is_what_the_tests_do() -> None:
    assert MATRIX.read_text(encoding="utf-8") == matrix()


def test_the_published_schemas_are_the_models() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == schema(AuditReport)
    assert INDEX_SCHEMA.read_text(encoding="utf-8") == schema(AuditIndex)


@pytest.mark.parametrize("report", [clean(), tampered(), tampered(HOSTILE), STOPPED], ids=lambda one: one.sentence[:20])
def test_every_report_fits_the_published_schema_and_is_read_back(report: AuditReport) -> None:
    document = report.model_dump_json()
    assert mistakes(json.loads(document), json.loads(SCHEMA.read_text())) == []
    assert AuditReport.model_validate_json(document) == report


def test_the_index_fits_its_schema() -> None:
    index = index_of([clean(), tampered(), STOPPED], clean().at)
    assert mistakes(json.loads(index.model_dump_json()), json.loads(INDEX_SCHEMA.read_text())) == []


def test_the_schema_refuses_what_is_no_report() -> None:
    broken = json.loads(clean().model_dump_json()) | {"exitCode": "none"}
    assert mistakes(broken, json.loads(SCHEMA.read_text()))


def test_every_picture_and_page_it_links_to_is_there() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", PAGE.read_text(encoding="utf-8"))
    assert links
    assert [link for link in links if not (DOCS / link).exists()] == []
