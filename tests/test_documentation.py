"""What the documentation names is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = [*sorted((ROOT / "docs").glob("*.md")), ROOT / "CONTRIBUTING.md", ROOT / "README.md"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
    missing = [one for one in targets if "://" not in one and not (page.parent / one).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_test_and_script_that_is_named_exists(page: Path) -> None:
    named = re.findall(
        r"(?<![\w/])(?:tests|scripts|components|integration)/[\w/.-]+\.\w+", page.read_text(encoding="utf-8")
    )
    assert [one for one in named if not (ROOT / one).exists()] == []


def test_the_security_model_names_who_shows_each_protection() -> None:
    text = (ROOT / "docs" / "security-model.md").read_text(encoding="utf-8")
    (table,) = re.findall(r"(?ms)^## What is protected\n(.*?)^## ", text)
    rows = [line for line in table.splitlines() if line.startswith("| ")][1:]
    assert len(rows) >= 10
    assert [row for row in rows if "`tests/" not in row.rsplit("|", 2)[1]] == []
