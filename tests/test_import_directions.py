"""Imports go one way through the house, function-level ones included, and a class has one home."""

import ast
import functools
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from graphlib import TopologicalSorter
from itertools import chain
from pathlib import Path
from typing import Final

import pytest

ROOT = Path(__file__).resolve().parents[1]
_MODULE = re.compile(r"[a-z_]+(\.[a-z_]+)+")

# Which packages may not know which others.
FORBIDDEN = {
    "components": {"smartrecruiters_calendar", "policy", "scripts", "sandbox", "engine", "tests"},
    "policy": {"smartrecruiters_calendar", "scripts", "sandbox", "engine", "tests"},
    "smartrecruiters_calendar": {"policy", "scripts", "sandbox", "engine", "tests"},
    "scripts": {"components", "policy", "sandbox", "engine", "tests"},
    "sandbox": {"components", "smartrecruiters_calendar", "policy", "scripts", "tests"},
    "engine": {"components", "smartrecruiters_calendar", "policy", "scripts", "tests"},
}
MODULES = [(package, path) for package in FORBIDDEN for path in sorted((ROOT / package).rglob("*.py"))]

FLOORS: Final[Mapping[str, Sequence[Sequence[str]]]] = {
    # Folders and top modules of a package, from the ground up. An import goes to a lower floor, never to the same one.
    # All other folders need no table: there too, nothing may import in a circle.
    "smartrecruiters_calendar": (
        ("outcome", "given_files", "plain_text", "private_files", "progress", "yaml_files"),
        ("entra", "git", "report_files"),
        ("vault", "page"),
        ("stack", "rooms"),
        ("post_deploy", "audit", "exchange"),
        ("adoption", "offboarding", "preflight", "recovery", "rotation"),
        ("live", "promotion"),
        ("cli",),
    ),
    "sandbox": (
        ("core", "odata"),
        # `in_repository` is left out of the wheel; `server` imports it only where it is there.
        ("graph", "smartrecruiters", "in_repository"),
        ("directory",),
        ("sign_in", "exchange"),
        ("azure",),
        ("api",),
        ("seed",),
        ("server",),
        ("compare",),
        ("cli", "__init__"),
        ("demo", "__main__"),
    ),
}

PRODUCTS: Final = (("components", "policy", "smartrecruiters_calendar"), ("sandbox",), ("engine",))
"""Inside each of these a class name means one thing. They share nothing, so one word may be a thing in each."""


@functools.cache
def nodes(path: Path) -> list[ast.AST]:
    """Everything in a file's syntax tree."""
    return [*ast.walk(ast.parse(path.read_text(encoding="utf-8")))]


@functools.cache
def file_of(module: str) -> Path | None:
    """The file of one of the project's modules; None: it is not a module, or not the project's."""
    path = ROOT.joinpath(*module.split("."))
    return next((file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file()), None)


def imported_files(path: Path) -> Iterator[Path]:
    """The project's files that a file imports, those that it names for `importlib.import_module` included."""
    for node in nodes(path):
        modules: list[str] = []
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            named = (f"{node.module}.{alias.name}" for alias in node.names)
            modules = [name if file_of(name) else str(node.module) for name in named]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and _MODULE.fullmatch(node.value):
            modules = [node.value]
        yield from filter(None, map(file_of, modules))


@functools.cache
def arrows() -> Mapping[Path, Mapping[str, set[str]]]:
    """Folder to its members, each with the members that it imports: modules and folders, by name."""
    found: dict[Path, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for package in FORBIDDEN:
        for path in (ROOT / package).rglob("*.py"):
            for imported in imported_files(path):
                for folder in path.parents[: len(path.relative_to(ROOT).parts) - 1]:
                    if imported.is_relative_to(folder):
                        mine, other = (Path(file.relative_to(folder).parts[0]).stem for file in (path, imported))
                        if mine != other:
                            found[folder][mine].add(other)
    return found


def imported_modules(path: Path) -> set[str]:
    """Every module and every name that is imported anywhere in a file, as dotted names."""
    found: set[str] = set()
    for node in nodes(path):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.module, f"{path} has a relative import"
            assert node.level == 0, f"{path} has a relative import"
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def imported_packages(path: Path) -> set[str]:
    return {module.partition(".")[0] for module in imported_modules(path)}


@pytest.mark.parametrize(("package", "path"), MODULES, ids=lambda value: str(value).removeprefix(f"{ROOT}/"))
def test_a_module_imports_only_from_below(package: str, path: Path) -> None:
    assert not imported_packages(path) & FORBIDDEN[package]


def test_every_package_has_modules_to_check() -> None:
    assert {package for package, _ in MODULES} == set(FORBIDDEN)


@pytest.mark.parametrize("package", FLOORS)
def test_every_folder_of_a_package_has_its_floor(package: str) -> None:
    there = {Path(path.relative_to(ROOT / package).parts[0]).stem for path in (ROOT / package).rglob("*.py")}
    assert set(chain.from_iterable(FLOORS[package])) | {"__init__"} == there | {"__init__"}


@pytest.mark.parametrize("package", FLOORS)
def test_no_import_inside_a_package_runs_upward(package: str) -> None:
    floor_of = {name: number for number, floor in enumerate(FLOORS[package]) for name in floor}
    upward = [
        f"{mine} -> {other}"
        for mine, others in arrows()[ROOT / package].items()
        for other in others
        if floor_of[other] >= floor_of[mine]
    ]
    assert upward == []


@pytest.mark.parametrize("package", FORBIDDEN)
def test_no_imports_inside_a_folder_run_in_a_circle(package: str) -> None:
    inside = {folder: members for folder, members in arrows().items() if folder.is_relative_to(ROOT / package)}
    for members in inside.values():
        TopologicalSorter(members).prepare()  # raises CycleError, which names the circle


def test_verbs_import_only_plain_data_of_the_components() -> None:
    imports = {f"components.{path.stem}": imported_modules(path) for path in (ROOT / "components").glob("*.py")}
    declaring = {module for module, names in imports.items() if any(name.startswith("pulumi") for name in names)}
    while further := {module for module, names in imports.items() if names & declaring} - declaring:
        declaring |= further
    assert "components.calendar_integration" in declaring
    # The audit's own run of the program starts `__main__`, as the engine does.
    assert [
        path for path in (ROOT / "smartrecruiters_calendar").rglob("*.py") if imported_modules(path) & declaring
    ] == []


@pytest.mark.parametrize("script", sorted((ROOT / "scripts").glob("*.py")), ids=lambda path: path.name)
def test_a_script_only_hands_over_to_the_command(script: Path) -> None:
    own = {"start", "start.verb"}
    handing_over = {
        "sys",
        "pathlib",
        "pathlib.Path",
        *(f"smartrecruiters_calendar.cli.start{n}" for n in ("", ".main")),
    }
    assert imported_modules(script) == (handing_over if script.stem == "start" else own)


@pytest.mark.parametrize("packages", PRODUCTS, ids="+".join)
def test_no_two_modules_define_a_class_of_the_same_name(packages: Sequence[str]) -> None:
    homes: dict[str, list[str]] = defaultdict(list)
    for path in chain.from_iterable((ROOT / package).rglob("*.py") for package in packages):
        for node in nodes(path):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes[node.name].append(str(path.relative_to(ROOT)))
    assert {name: places for name, places in homes.items() if len(places) > 1} == {}


@pytest.mark.parametrize("package", ["components", "smartrecruiters_calendar", "scripts"])
def test_what_is_deployed_does_not_know_the_sandbox(package: str) -> None:
    def text(path: Path) -> str:
        # Chromium's own protection of its processes bears that name too.
        return path.read_text(encoding="utf-8").lower().replace("chromium_sandbox", "")

    assert [path for path in (ROOT / package).rglob("*.py") if "sandbox" in text(path)] == []


def test_the_stand_ins_do_not_know_the_sandbox() -> None:
    stand_ins = sorted((ROOT / "engine" / "stand_ins").rglob("*.py"))
    assert stand_ins
    imported = chain.from_iterable(map(imported_files, stand_ins))
    assert [file for file in imported if file.is_relative_to(ROOT / "sandbox")] == []


def test_playwright_is_imported_where_it_is_kept_quiet_and_nowhere_else() -> None:
    importing = [
        path.name
        for package in ("components", "smartrecruiters_calendar", "scripts")
        for path in (ROOT / package).rglob("*.py")
        if "playwright" in imported_packages(path)
    ]
    assert importing == ["browser_process.py"]
