"""Imports go one way through the house."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FORBIDDEN = {
    "components": {"smartrecruiters_calendar", "policy", "scripts", "sandbox", "engine", "tests"},
    "policy": {"smartrecruiters_calendar", "scripts", "sandbox", "engine", "tests"},
    "smartrecruiters_calendar": {"scripts", "sandbox", "engine", "tests"},
    "scripts": {"sandbox", "engine", "tests"},
    "sandbox": {"components", "smartrecruiters_calendar", "scripts", "tests"},
    "engine": {"components", "smartrecruiters_calendar", "scripts", "tests"},
}
MODULES = [(package, path) for package in FORBIDDEN for path in sorted((ROOT / package).rglob("*.py"))]


def imported_packages(path: Path) -> set[str]:
    packages: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            packages |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            packages.add(node.module.partition(".")[0])
    return packages


@pytest.mark.parametrize(("package", "path"), MODULES, ids=lambda value: str(value).removeprefix(f"{ROOT}/"))
def test_a_module_imports_only_from_below(package: str, path: Path) -> None:
    assert not imported_packages(path) & FORBIDDEN[package]


def test_every_package_has_modules_to_check() -> None:
    assert {package for package, _ in MODULES} == set(FORBIDDEN)


@pytest.mark.parametrize("package", ["components", "smartrecruiters_calendar", "scripts"])
def test_what_is_deployed_does_not_know_the_sandbox(package: str) -> None:
    def text(path: Path) -> str:
        # Chromium's own protection of its processes bears that name too.
        return path.read_text(encoding="utf-8").lower().replace("chromium_sandbox", "")

    assert [path for path in (ROOT / package).rglob("*.py") if "sandbox" in text(path)] == []


def test_playwright_is_imported_where_it_is_kept_quiet_and_nowhere_else() -> None:
    importing = [
        path.name
        for package in ("components", "smartrecruiters_calendar", "scripts")
        for path in (ROOT / package).rglob("*.py")
        if "playwright" in imported_packages(path)
    ]
    assert importing == ["browser_process.py"]
