"""The documentation: every link and named file exists, and no page shows a command that no test runs."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCS = sorted((ROOT / "docs").glob("*.md"))
PAGES = [*DOCS, ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "sandbox").glob("*.md"))]
TESTS = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__))
FOLDERS = "benchmarks|components|engine|examples|package|policy|sandbox|scripts|smartrecruiters_calendar|tests"


def test_every_page_with_commands_is_named_by_a_test() -> None:
    shows_commands = [page.name for page in DOCS if "```sh\n" in page.read_text(encoding="utf-8")]
    assert [name for name in shows_commands if name not in TESTS] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_file_a_page_links_to_exists(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
    assert [one for one in links if "://" not in one and not (page.parent / one).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_heading_a_page_links_to_exists(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s:]*)#([^)\s]+)\)", page.read_text(encoding="utf-8"))
    assert [(to, heading) for to, heading in links if heading not in headings(page.parent / to if to else page)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_project_file_a_page_names_exists(page: Path) -> None:
    named = re.findall(rf"(?<![\w/.-])(?:{FOLDERS})/[\w/.-]+\.\w+", page.read_text(encoding="utf-8"))
    roots = {ROOT, page.parent}  # the sandbox's own pages may start from its folder
    assert [one for one in named if not any((root / one).exists() for root in roots)] == []


def test_the_security_model_names_the_test_of_each_protection() -> None:
    text = (ROOT / "docs" / "security-model.md").read_text(encoding="utf-8")
    (table,) = re.findall(r"(?ms)^## What is protected\n(.*?)^## ", text)
    rows = [line for line in table.splitlines() if line.startswith("| ")][1:]
    assert len(rows) >= 10
    assert [row for row in rows if "`tests/" not in row.rsplit("|", 2)[1]] == []


def headings(page: Path) -> set[str]:
    """The anchors that GitHub gives to a page's headings."""
    titles = re.findall(r"(?m)^#+ (.+)$", page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}
