"""Imports inside the sandbox go one way, from a layer to those below it."""

import ast
from pathlib import Path

import pytest

SANDBOX = Path(__file__).resolve().parents[2] / "sandbox"
LAYERS = (
    ("", "demo", "in_repository", "__main__"),
    ("cli",),
    ("server",),
    ("seed",),
    ("api",),
    ("smartrecruiters",),
    ("exchange",),
    ("azure",),
    ("sign_in",),
    ("directory",),
    ("graph",),
    ("odata",),
    ("core",),
)
"""From top to bottom. A module imports from its own layer and from lower ones."""
DEPTH = {name: depth for depth, names in enumerate(LAYERS) for name in names}
EXCEPTION = ("server/environment.py", "in_repository")
"""The one place where the repository adds to the sandbox; the wheel leaves out what is imported there."""
MODULES = sorted(SANDBOX.rglob("*.py"))


def layer_of(path: Path) -> str:
    inside = path.relative_to(SANDBOX)
    return inside.parts[0] if len(inside.parts) > 1 else inside.stem.removeprefix("__init__")


def imported_layers(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module == "sandbox":
            names |= {f"sandbox.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and " " not in node.value:
            names.add(node.value)  # importlib.import_module("sandbox.smartrecruiters")
    return {name.split(".")[1] for name in names if name.startswith("sandbox.")} & set(DEPTH)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SANDBOX)))
def test_no_import_runs_upward(path: Path) -> None:
    own = DEPTH[layer_of(path)]
    upward = {name for name in imported_layers(path) if DEPTH[name] < own}
    assert upward == ({EXCEPTION[1]} if str(path.relative_to(SANDBOX)) == EXCEPTION[0] else set())


def test_every_folder_has_a_layer() -> None:
    assert {layer_of(path) for path in MODULES} == set(DEPTH)


def test_the_stand_ins_do_not_know_the_sandbox() -> None:
    stand_ins = sorted((SANDBOX.parent / "engine" / "stand_ins").rglob("*.py"))
    assert stand_ins
    assert [path.name for path in stand_ins if imported_layers(path)] == []
