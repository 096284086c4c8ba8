"""The page on adoption names every kind of difference, and who settles it."""

import re
from pathlib import Path

from smartrecruiters_calendar.adoption.differences import DifferenceKind, SettledBy
from tests.smartrecruiters_calendar.adoption.test_differences import CROOKED

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "adoption.md").read_text(encoding="utf-8")
SETTLED_BY = {
    "an administrator, first": SettledBy.ADMINISTRATOR,
    "the adoption": SettledBy.ADOPTION,
    "you, before the delivery": SettledBy.BEFORE_DELIVERY,
    "`pulumi up`, after the delivery": SettledBy.NEXT_UP,
    "you, after the delivery": SettledBy.HAND,
}


def test_the_table_is_what_the_comparison_tells() -> None:
    rows = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if line.startswith("| `")]
    told = {kind: SETTLED_BY[who] for kinds, who in rows for kind in re.findall(r"`([a-z-]+)`", kinds)}
    assert set(told) == set(DifferenceKind)
    assert {kind: told[kind] for kind in CROOKED} == {kind: settled_by for kind, (_, settled_by, _) in CROOKED.items()}
