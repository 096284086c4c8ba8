"""How large an environment for a plain stack is, and how long it takes to install: with pip, with uv, with each extra.

Each environment is new, and the packages come from the registry, or from the installers' own caches where they are
there already: all installations of a run have the same chance. An earlier commit can be measured in the same run:
`WEIGHT_BEFORE=<commit>`.
"""

import os
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.figures import Figure, table

ROOT = Path(__file__).resolve().parents[1]
PLAIN = "requirements.txt"
EXTRAS = {"with vault": "requirements-vault.txt", "with browser": "requirements-browser.txt"}
AIM_MB = 250


def measured(console: Console) -> Table:
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="weight-") as folder:
        sets = {"plain": ROOT / PLAIN}
        if before := os.environ.get("WEIGHT_BEFORE"):
            earlier = Path(folder) / PLAIN
            earlier.write_bytes(_shown(before, PLAIN))
            sets[f"plain at {before}"] = earlier
        sets |= {name: ROOT / file for name, file in EXTRAS.items()}
        for installer in ("uv", "pip"):
            for name, file in sets.items():
                console.print(f"weight: {name}, by {installer}", style="dim")
                seconds, size = _installed(installer, file, Path(folder) / f"{installer} {name}")
                console.print(f"weight: {size:.0f} MB in {seconds:.0f} s", style="dim")
                under = f"{name}, by {installer}"
                aim = f"<= {AIM_MB} MB" if name == "plain" else ""
                figures.append(Figure("size", "MB", under, aim, [size]))
                figures.append(Figure("time", "s", under, "", [seconds]))
    for place, figure in enumerate(figures):
        figure.basis = figures[place % 2]
    return table("Environment of a stack", figures, ratio="plain, by uv")


def _shown(commit: str, file: str) -> bytes:
    return subprocess.run(["git", "show", f"{commit}:{file}"], cwd=ROOT, capture_output=True, check=True).stdout


def _installed(installer: str, requirements: Path, folder: Path) -> tuple[float, float]:
    """Seconds that the installation took, and megabytes of the environment, compiled."""
    venv.create(folder, with_pip=installer == "pip")
    python = str(folder / "bin" / "python")
    uv = [str(Path(sys.executable).with_name("uv")), "pip", "install", "--python", python, "--compile-bytecode"]
    command = {"uv": uv, "pip": [python, "-m", "pip", "install", "--disable-pip-version-check"]}[installer]
    begun = time.monotonic()
    patient = os.environ | {"UV_COMPILE_BYTECODE_TIMEOUT": "600"}
    subprocess.run([*command, "--quiet", "-r", requirements], env=patient, check=True)
    seconds = time.monotonic() - begun
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return seconds, size / 1e6
