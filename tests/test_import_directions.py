"""Imports go one way through the house, function-level ones included, and a class has one home."""

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Final

import pytest

ROOT = Path(__file__).resolve().parents[1]
FORBIDDEN = {
    "components": {"smartrecruiters_calendar", "policy", "scripts", "sandbox", "engine", "tests"},
    "policy": {"smartrecruiters_calendar", "scripts", "sandbox", "engine", "tests"},
    "smartrecruiters_calendar": {"policy", "scripts", "sandbox", "engine", "tests"},
    "scripts": {"components", "policy", "sandbox", "engine", "tests"},
    "sandbox": {"components", "smartrecruiters_calendar", "policy", "scripts", "tests"},
    "engine": {"components", "smartrecruiters_calendar", "policy", "scripts", "tests"},
}
MODULES = [(package, path) for package in FORBIDDEN for path in sorted((ROOT / package).rglob("*.py"))]

Floors = Sequence[Sequence[str]]
"""Folders and top modules of a package, from the ground up; those on one floor do not import each other."""
FLOORS: Final[Mapping[str, Floors]] = {
    "smartrecruiters_calendar": (
        ("outcome", "private_files"),
        ("entra",),
        ("vault", "page"),
        ("stack", "rooms"),
        ("post_deploy", "audit", "exchange"),
        ("adoption", "offboarding", "preflight", "recovery", "rotation"),
        ("live", "promotion"),
        ("cli",),
    ),
    # The sandbox's own order goes here, and its line in `NOT_ORDERED_YET` away.
    "sandbox": (),
}
NOT_ORDERED_YET: Final = {"sandbox"}
UPWARD_YET: Final = {
    # Claims are what a receipt records; they belong on the floor of the receipts.
    ("smartrecruiters_calendar/stack/receipt_log.py", "post_deploy"),
    ("smartrecruiters_calendar/stack/receipts.py", "post_deploy"),
}
"""Imports that still run upward: each is to go, and its line here with it."""

RUNS_THE_PROGRAM: Final = "smartrecruiters_calendar/audit/program.py"
"""The one module that may import the components as the program does; all others import plain data about them."""
NOT_PLAIN_YET: Final = {
    ("smartrecruiters_calendar/adoption/services.py", "components.imports"),
    ("smartrecruiters_calendar/promotion/steps.py", "components.tenant_tie"),
    ("smartrecruiters_calendar/recovery/findings.py", "components.imports"),
    ("smartrecruiters_calendar/recovery/services.py", "components.imports"),
    ("smartrecruiters_calendar/stack/deployer.py", "components.imports"),
    ("smartrecruiters_calendar/stack/importing.py", "components.imports"),
}

SAME_NAME: Final = {
    "Finding": "a policy's, an audit's, a preflight's and a rotation's findings are different documents",
    "Status": "the values of a finding, of a claim and of a tenant in a promotion are different contracts",
    "Step": "what a plan consists of: a rotation's, a recovery's and a promotion's are different things",
}
"""Different things whose name is the right one in each place."""
SAME_NAME_YET: Final = {
    "Check": ("audit/finding", "preflight/check"),
    "Deployed": ("audit/deployed", "preflight/situation"),
    "DeployedSecret": ("audit/deployed", "rotation/deployed"),
    "DeployersTenant": ("live/tenant", "offboarding/services", "stack/deployer"),
    "Deployment": ("live/check", "stack/state"),
    "Engine": ("adoption/services", "offboarding/services", "recovery/services"),
    "Outcome": ("outcome", "preflight/finding"),
    "Owner": ("audit/evidence", "entra/registration"),
    "Permission": ("components/graph_permissions", "audit/evidence"),
    "Progress": ("post_deploy/services", "promotion/report/text", "promotion/run"),
    "PulumiEngine": ("offboarding/services", "stack/deployer"),
    "Request": ("entra/registration", "policy/requests"),
    "ServicePrincipal": ("audit/evidence", "entra/registration"),
    "Situation": ("preflight/situation", "rotation/situation"),
    "Source": ("page/recording/tokens", "rooms/expected"),
    "Tenant": ("adoption/services", "live/check", "offboarding/services", "preflight/tenant", "recovery/services"),
}
"""Names that several modules still define, and where: each is to become one, or two names, and its line here to go."""


def imported_modules(path: Path) -> set[str]:
    """Every module and every name that is imported anywhere in a file, as dotted names."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.module, f"{path} has a relative import"
            assert node.level == 0, f"{path} has a relative import"
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def imported_packages(path: Path) -> set[str]:
    return {module.partition(".")[0] for module in imported_modules(path)}


def below(package: str, path: Path) -> str:
    """The folder or top module of a package that a file belongs to."""
    return path.relative_to(ROOT / package).with_suffix("").parts[0]


def upward(package: str) -> Iterator[tuple[str, str]]:
    """The imports of a package that do not go down, as file and folder."""
    floor_of = {name: number for number, floor in enumerate(FLOORS[package]) for name in floor}
    for path in sorted((ROOT / package).rglob("*.py")):
        mine = below(package, path)
        for module in imported_modules(path):
            top, _, rest = module.partition(".")
            other = rest.partition(".")[0]
            if top == package and other in floor_of and other != mine and floor_of[other] >= floor_of.get(mine, -1):
                yield str(path.relative_to(ROOT)), other


@pytest.mark.parametrize(("package", "path"), MODULES, ids=lambda value: str(value).removeprefix(f"{ROOT}/"))
def test_a_module_imports_only_from_below(package: str, path: Path) -> None:
    assert not imported_packages(path) & FORBIDDEN[package]


def test_every_package_has_modules_to_check() -> None:
    assert {package for package, _ in MODULES} == set(FORBIDDEN)


@pytest.mark.parametrize("package", sorted(set(FLOORS) - NOT_ORDERED_YET))
def test_every_folder_of_a_package_has_its_floor(package: str) -> None:
    named = list(chain.from_iterable(FLOORS[package]))
    there = {below(package, path) for path in (ROOT / package).rglob("*.py")} - {"__init__", "__main__"}
    assert sorted(named) == sorted(there)


@pytest.mark.parametrize("package", FLOORS)
def test_no_import_inside_a_package_runs_upward(package: str) -> None:
    assert set(upward(package)) == {one for one in UPWARD_YET if one[0].startswith(f"{package}/")}


def test_a_package_without_an_order_is_named() -> None:
    assert {package for package, floors in FLOORS.items() if not floors} == NOT_ORDERED_YET


def test_verbs_import_only_plain_data_of_the_components() -> None:
    imports = {f"components.{path.stem}": imported_modules(path) for path in (ROOT / "components").glob("*.py")}
    declaring = {module for module, names in imports.items() if any(name.startswith("pulumi") for name in names)}
    while further := {module for module, names in imports.items() if names & declaring} - declaring:
        declaring |= further
    assert "components.calendar_integration" in declaring
    found = {
        (str(path.relative_to(ROOT)), module)
        for path in (ROOT / "smartrecruiters_calendar").rglob("*.py")
        for module in imported_modules(path) & declaring
    }
    assert {one for one in found if one[0] != RUNS_THE_PROGRAM} == NOT_PLAIN_YET


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


def test_no_two_modules_define_a_class_of_the_same_name() -> None:
    homes: dict[str, set[str]] = defaultdict(set)
    for package in ("components", "policy", "smartrecruiters_calendar"):
        for path in (ROOT / package).rglob("*.py"):
            place = str(path.relative_to(ROOT).with_suffix("")).removeprefix("smartrecruiters_calendar/")
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    homes[node.name].add(place)
    several = {name: places for name, places in homes.items() if len(places) > 1 and name not in SAME_NAME}
    assert several == {name: set(places) for name, places in SAME_NAME_YET.items()}
    assert [name for name in SAME_NAME if len(homes[name]) < 2] == []


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
