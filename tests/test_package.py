"""The package that is installed: everything it needs is in its wheel, and its command is the checkout's own."""

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from smartrecruiters_calendar.cli.commands import PROGRAM, version

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("components", "smartrecruiters_calendar")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"  # building leaves files next to what it builds
    copied = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate", "--", *PACKAGES],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    names = [name for name in copied.stdout.split("\0") if name and (ROOT / name).is_file()]
    for name in (*names, "pyproject.toml", "LICENSE"):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_bytes((ROOT / name).read_bytes())
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--disable-pip-version-check", "--no-deps", "-w", folder, source],
        check=True,
        timeout=300,
    )
    (built,) = folder.glob("*.whl")
    (source / "names").write_text("\n".join(names))
    return zipfile.ZipFile(built)


def test_the_wheel_holds_both_packages_whole_with_their_data_files(wheel: zipfile.ZipFile) -> None:
    assert wheel.filename
    names = (Path(wheel.filename).parent / "source" / "names").read_text().splitlines()
    held = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert held == set(names)
    assert {Path(name).suffix for name in held} > {".template", ".jinja", ".html"}


def test_the_wheel_brings_the_command_and_its_dependencies(wheel: zipfile.ZipFile) -> None:
    described = {Path(name).name: name for name in wheel.namelist() if ".dist-info/" in name}
    assert f"{PROGRAM} = smartrecruiters_calendar.cli.start:main" in wheel.read(described["entry_points.txt"]).decode()
    metadata = wheel.read(described["METADATA"]).decode()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert [pin for pin in project["dependencies"] if f"Requires-Dist: {pin}" not in metadata] == []
    for extra, pins in project["optional-dependencies"].items():
        assert [pin for pin in pins if f'Requires-Dist: {pin}; extra == "{extra}"' not in metadata] == []


def test_the_console_command_is_in_the_virtual_environment() -> None:
    command = Path(sys.executable).parent / PROGRAM
    done = subprocess.run([command, "--version"], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout == f"{PROGRAM} {version()}\n"


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("re", ["receipt", "recover", "restore", "record-profile"]),
        ("rotate re", ["revoke"]),
        ("rotate status --a", ["--all"]),
        ("audit --format m", ["markdown"]),
    ],
)
def test_shell_completion_offers_verbs_their_commands_options_and_values(typed: str, offered: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from smartrecruiters_calendar.cli.start import main; main()"],
        cwd=ROOT,
        env=os.environ
        | {
            "_SMARTRECRUITERS_CALENDAR_COMPLETE": "complete_bash",
            "COMP_WORDS": f"{PROGRAM} {typed}",
            "COMP_CWORD": str(len(typed.split())),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.stdout.split() == offered
