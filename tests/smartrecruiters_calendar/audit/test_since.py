"""What changed between two reports."""

import json
from pathlib import Path

import pytest

from smartrecruiters_calendar.audit.since import compared, read_report
from smartrecruiters_calendar.outcome import Reason, Stopped
from tests.smartrecruiters_calendar.audit.formats.samples import clean, tampered


def test_equal_reports_have_no_changes() -> None:
    assert compared(clean(), clean()).changes == ()


def test_each_new_thing_is_reported_once_and_its_failures_are_not_repeated() -> None:
    changes = tampered().changes
    assert changes
    told = [change.sentence for change in changes if change.kind == "new"]
    for words in ("foreign secret backdoor", "foreign certificate CN=backdoor", "Mail.ReadWrite", "person backdoor"):
        assert len([sentence for sentence in told if words in sentence]) == 1, words


def test_a_finding_that_changed_its_status_names_both() -> None:
    changes = tampered().changes
    assert changes
    changed = [change.sentence for change in changes if change.kind == "changed"]
    assert any(sentence.startswith("MANUAL is FAIL now: ") and "40 days old" in sentence for sentence in changed)


def test_the_other_way_round_everything_is_gone() -> None:
    before = tampered()
    changes = compared(clean(), before).changes
    assert changes
    gone = " ".join(change.sentence for change in changes if change.kind == "gone")
    assert all(words in gone for words in ("backdoor", "Mail.ReadWrite"))
    assert any(change.sentence.startswith("FAIL is PASS now: ") for change in changes)


def test_a_report_is_read_back_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "before.json"
    file.write_text(clean().model_dump_json())
    assert read_report(file) == clean()


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"version": 2}', "\x00"], ids=repr)
def test_a_file_that_is_not_a_report_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "before.json"
    file.write_text(text)
    with pytest.raises(Stopped, match="is not a report to compare with") as stopped:
        read_report(file)
    assert stopped.value.reason is Reason.REPORT_UNUSABLE
    with pytest.raises(Stopped, match="cannot be read"):
        read_report(tmp_path / "missing.json")


def test_reports_of_different_stacks_are_not_compared() -> None:
    other = clean().model_copy(update={"stack": "acme"})
    with pytest.raises(Stopped, match="stack acme"):
        compared(clean(), other)


def test_a_report_of_an_earlier_version_can_be_compared_with(tmp_path: Path) -> None:
    file = tmp_path / "last-month.json"
    file.write_text(json.dumps({**json.loads(clean().model_dump_json()), "state": "read"}))
    assert read_report(file) == clean()
