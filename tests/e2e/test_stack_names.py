"""A stack is the same however it is named, and without a name the selected one is meant; with the real engine."""

import re

import pytest

from tests.e2e.workplace import Workplace

pytestmark = pytest.mark.engine
NAMES = (("--stack", "dev"), ("--stack", "organization/smartrecruiters-calendar/dev"), ())


@pytest.mark.parametrize("verb", [("receipt",), ("rotate", "status"), ("audit", "--declared-only")], ids=" ".join)
def test_each_name_gets_the_same_answer(workplace: Workplace, verb: tuple[str, ...]) -> None:
    done = [workplace.run("smartrecruiters-calendar", *verb, "--json", *name, expect=None) for name in NAMES]
    assert len({(one.exit_code, re.sub(r'"at": "[^"]+"', "", one.stdout)) for one in done}) == 1
    assert done[0].json()["stack"] == "dev"
    assert ["Stack: dev (selected)" in one.stderr for one in done] == [False, False, True]


def test_where_none_is_selected_it_says_what_to_type(workplace: Workplace) -> None:
    workplace.run("pulumi", "stack", "unselect")
    done = workplace.run("smartrecruiters-calendar", "receipt", "--json", expect=2)
    assert done.json()["reason"] == "stack-unknown"
    assert "smartrecruiters-calendar receipt --stack dev" in done.json()["sentence"]
