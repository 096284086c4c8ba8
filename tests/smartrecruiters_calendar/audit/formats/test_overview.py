"""Many tenants in one comment: always within what GitHub takes, what fails first, and nobody mentioned."""

import re

import pytest

from smartrecruiters_calendar.audit.formats import overview
from smartrecruiters_calendar.audit.many import index_of
from smartrecruiters_calendar.audit.report import AuditReport, not_begun
from smartrecruiters_calendar.outcome import Reason, Stopped
from tests.smartrecruiters_calendar.audit.formats.samples import HOSTILE, STRANGER, clean, markup_in, tampered
from tests.smartrecruiters_calendar.audit.formats.test_markdown import cells, tables


def comment(*reports: AuditReport) -> str:
    index = index_of(reports, clean().at)
    return overview.text(index.reports, index.sentence)


def tenants(number: int, name: str = "backdoor") -> list[AuditReport]:
    either = clean(), tampered(name)
    return [either[one % 2].model_copy(update={"stack": f"tenant-{one:03}"}) for one in range(number)]


@pytest.mark.parametrize(
    "name", ["backdoor", HOSTILE, STRANGER, STRANGER * 40], ids=["plain", "hostile", "all", "long"]
)
@pytest.mark.parametrize("number", [1, 50, 500])
def test_a_comment_is_short_whatever_happens_in_however_many_tenants(number: int, name: str) -> None:
    told = comment(*tenants(number, name))
    assert len(told) < 60_000
    assert len(told.encode()) < 262_144
    (table,) = tables(told)
    assert {cells(row) for row in table} == {6}
    if number <= 50:
        assert len(table) == number + 2
    else:
        assert re.search(r"\n[0-9]+ further lines do not fit here", told)


def test_50_tenants_that_all_fail_are_named_with_what_fails() -> None:
    failing = tampered()
    told = comment(*(failing.model_copy(update={"stack": f"tenant-{one:03}"}) for one in range(50)))
    assert len(told) < 60_000
    assert len(re.findall(r"(?m)^## tenant-\d+$", told)) == 50
    assert "do not fit" not in told


def test_what_fails_comes_first_then_what_could_not_be_looked_at() -> None:
    stopped = not_begun("b", "program", clean().at, Stopped(Reason.SETTINGS_REFUSED, "owners: an ID is missing."))
    told = comment(clean().model_copy(update={"stack": "a"}), stopped, tampered().model_copy(update={"stack": "c"}))
    assert re.findall(r"(?m)^\| ([abc]) ", told) == ["c", "b", "a"]
    assert "owners: an ID is missing." in told
    assert re.findall(r"(?m)^## (.+)$", told) == ["c"]


def test_the_permissions_that_a_reviewer_would_grant_are_named() -> None:
    assert "| `Calendars.ReadWrite`, `Directory.Read.All` |" in comment(clean())


def test_a_strangers_text_is_neither_mention_nor_link() -> None:
    assert markup_in(comment(tampered(STRANGER))) == []


def test_a_change_that_touches_no_tenant_says_so() -> None:
    assert comment() == "# Declared calendar access\n\nThis change touches no tenant.\n"
