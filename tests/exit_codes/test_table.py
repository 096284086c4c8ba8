"""The same cause has the same exit code in every verb, and docs/exit-codes.md says which."""

from collections.abc import Iterator
from functools import cache, partial

import pytest

from smartrecruiters_calendar.outcome import ExitCode
from tests.exit_codes.causes import CAUSES
from tests.exit_codes.place import Place, place
from tests.exit_codes.table import PAGE, VERBS, played, read, text, usual_end
from tests.smartrecruiters_calendar.cli.command_table import RUN


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with place(tmp_path_factory.mktemp("place")) as made:
        yield made


def test_every_verb_is_in_the_table() -> None:
    assert {verb.partition(" --")[0] for verb in VERBS} == set(RUN)


def test_no_cause_that_keeps_a_verb_from_looking_is_a_failed_check() -> None:
    assert len(CAUSES) >= 12
    assert ExitCode.CHECK_FAILED not in {cause.exit_code for cause in CAUSES}


def test_the_page_is_written_from_the_table() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == text(read(page)), "run: python -m tests.exit_codes"


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    "whole", [pytest.param(False, id="sampled"), pytest.param(True, id="every cause", marks=pytest.mark.full)]
)
def test_a_verb_ends_as_the_page_says(here: Place, verb: str, whole: bool) -> None:
    shown = read(PAGE.read_text(encoding="utf-8"))
    usual = cache(partial(usual_end, here, verb))
    causes = CAUSES if whole else (CAUSES[list(VERBS).index(verb) % len(CAUSES)],)
    for cause in causes:
        assert played(here, verb, cause, usual) == shown[verb, cause.happens], cause.happens
