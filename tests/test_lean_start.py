"""What a verb loads for its help and before its first line, and a program before its first resource: by modules, since
time differs between machines.

For the help only what runs at import counts: imports in functions and those for type checkers do not.
"""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from components.garbage import NEW_OBJECTS
from smartrecruiters_calendar.cli.commands import VERBS
from tests.test_import_directions import ROOT, file_of

SLOW: Final = frozenset(
    {
        *("azure", "cryptography", "dotenv", "grpc", "httpx", "jinja2", "markupsafe", "msal", "packaging"),
        *("playwright", "pulumi", "pulumi_azuread", "pulumi_policy", "stamina"),
    }
)
"""Packages that take longer to load than a verb's own modules, and that are needed late or seldom."""

OF_ONE_STACK: Final = ("--stack", "dev")
BEGIN_WITH_A_STEP: Final = {
    "preflight": OF_ONE_STACK,
    "post-deploy": OF_ONE_STACK,
    "rotate status": OF_ONE_STACK,
    "rotate begin": OF_ONE_STACK,
    "rotate finish": OF_ONE_STACK,
    "rotate auto": OF_ONE_STACK,
    "rotate rollback": OF_ONE_STACK,
    "rotate revoke": ("11111111-1111-1111-1111-111111111111", *OF_ONE_STACK),
    "audit": OF_ONE_STACK,
    "drift": OF_ONE_STACK,
    "promote": (),
    "adopt": OF_ONE_STACK,
    "recover": OF_ONE_STACK,
    "offboard": OF_ONE_STACK,
    "restore": OF_ONE_STACK,
    "exchange-scope": OF_ONE_STACK,
    "record-profile": OF_ONE_STACK,
    "sign-in": OF_ONE_STACK,
    "live-check": ("--directory-id", "11111111-1111-1111-1111-111111111111"),
}
"""Verbs and the words that they need; every other one prints its result alone, and soon."""
RESULT_ALONE: Final = frozenset({"new-stack", "receipt", "matrix", "pipeline-identity"})


def file_of_verb(verb: str) -> Path:
    return ROOT / "smartrecruiters_calendar" / "cli" / f"{verb.replace('-', '_')}.py"


@cache
def loaded_at_import(path: Path) -> frozenset[str]:
    """Modules that importing a file imports, as dotted names; names that are no modules may be among them."""
    found: set[str] = set()
    for node in statements(ast.parse(path.read_text(encoding="utf-8")).body):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(found)


def statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for node in body:
        yield node
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            yield from statements(node.orelse)
        elif isinstance(node, ast.If | ast.Try | ast.With | ast.ClassDef):
            yield from statements(node.body)
            yield from statements(getattr(node, "orelse", []))


def packages_of(start: Path) -> dict[str, str]:
    """Foreign package to the project's modules through which it comes in, from the start on."""
    came: dict[Path, str] = {start: start.stem}
    packages: dict[str, str] = {}
    waiting = [start]
    while waiting:
        path = waiting.pop(0)
        for module in loaded_at_import(path):
            if file := file_of(module):
                if file not in came:
                    came[file] = f"{came[path]} -> {module}"
                    waiting.append(file)
            else:
                packages.setdefault(module.partition(".")[0], came[path])
    return packages


def printed_by(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_the_program_loads_of_the_providers_sdk_only_what_it_declares() -> None:
    code = "import sys, components.calendar_integration; print(*(name for name in sys.modules if 'azuread.' in name))"
    loaded = {name.removeprefix("pulumi_azuread.") for name in printed_by(code).split()}
    declared = {"application", "application_password", "app_role_assignment", "provider", "service_principal"}
    assert loaded == {"_inputs", "_utilities", "outputs", *declared}


def test_whoever_imports_the_providers_sdk_finds_it_whole_and_one() -> None:
    code = (
        "from components.azuread import Application; import pulumi_azuread as whole; "
        "print(whole.Application is Application, whole.Group.__name__, whole.outputs.__name__)"
    )
    assert printed_by(code).split() == ["True", "Group", "pulumi_azuread.outputs"]


@pytest.mark.parametrize(
    "loads",
    [
        "from smartrecruiters_calendar.cli import start; start.main(['audit', '--help'])",
        "import runpy; runpy.run_path('policy', run_name='__main__')",
        "import runpy; runpy.run_path('package', run_name='__main__')",
        "import runpy; runpy.run_path('.', run_name='__main__')",
    ],
    ids=["a verb", "the policy pack", "the package", "the program"],
)
def test_a_process_that_runs_once_looks_through_nothing_that_it_loads(loads: str) -> None:
    code = f"""
import contextlib, gc, io, pulumi, pulumi_policy
before = gc.get_stats()[2]["collections"]
with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(BaseException):
    {loads}
print(gc.get_stats()[2]["collections"] - before, gc.get_threshold()[0])
"""
    assert printed_by(code).split() == ["0", str(NEW_OBJECTS)]


@pytest.fixture(scope="module")
def at_the_first_line(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Packages by verb. The verbs run in this checkout, and lock its stack in a folder of their own."""
    lines = [[*verb.split(), *words] for verb, words in BEGIN_WITH_A_STEP.items()]
    done = subprocess.run(
        [sys.executable, "-m", "tests.first_lines"],
        cwd=ROOT,
        env=os.environ | {"XDG_CACHE_HOME": str(tmp_path_factory.mktemp("cache"))},
        input=json.dumps(lines),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return dict(zip(BEGIN_WITH_A_STEP, map(set, json.loads(done.stdout)), strict=True))


def test_every_verb_begins_with_a_step_or_prints_its_result_alone() -> None:
    assert {verb.partition(" ")[0] for verb in BEGIN_WITH_A_STEP} | RESULT_ALONE == VERBS.keys()


@pytest.mark.parametrize("verb", BEGIN_WITH_A_STEP)
def test_a_verb_prints_its_first_line_before_it_loads_a_slow_package(
    at_the_first_line: dict[str, set[str]], verb: str
) -> None:
    assert "smartrecruiters_calendar" in at_the_first_line[verb]
    assert not at_the_first_line[verb] & SLOW


@pytest.mark.parametrize("verb", VERBS)
def test_the_help_of_a_verb_loads_no_slow_package(verb: str) -> None:
    slow = {name: way for name, way in packages_of(file_of_verb(verb)).items() if name in SLOW}
    assert not slow


def test_the_list_of_verbs_loads_none_of_them() -> None:
    code = "import sys, smartrecruiters_calendar.cli.commands; print(*{name.split('.')[0] for name in sys.modules})"
    assert not set(printed_by(code).split()) & (SLOW | {"httpx", "pydantic", "rich"})


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("-c", "from pydantic import BaseModel\nclass Read(BaseModel): ..."), True),
        (("__main__.py",), False),
        (("scripts/matrix.py", "--ring", "canary"), False),
    ],
)
def test_a_package_that_is_installed_for_something_else_reads_no_settings(
    tmp_path: Path, words: tuple[str, ...], found: bool
) -> None:
    (tmp_path / "stranger-1.dist-info").mkdir()
    (tmp_path / "stranger-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: stranger\nVersion: 1\n")
    (tmp_path / "stranger-1.dist-info" / "entry_points.txt").write_text("[pydantic]\nplugin = stranger:plugin\n")
    (tmp_path / "stranger.py").write_text("import pathlib\nplugin = pathlib.Path(__file__).with_name('read').touch()\n")
    # Without what a verb that ran in this process has set for its own children.
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PYDANTIC_")}
    variables["PYTHONPATH"] = str(tmp_path)
    done = subprocess.run([sys.executable, *words], cwd=ROOT, env=variables, capture_output=True, text=True)
    assert "stranger" not in done.stdout + done.stderr
    assert (tmp_path / "read").exists() == found
