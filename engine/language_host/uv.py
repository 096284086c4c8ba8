"""The toolchain uv, as Pulumi's own language host has it: where its environment is, and what it is brought there by."""

import os
from pathlib import Path

LOCK = "uv.lock"
PROJECT = "pyproject.toml"


def nearest(folder: Path, file: str) -> Path | None:
    """The folder that holds such a file: this one, or the nearest above it."""
    return next((one for one in (folder, *folder.parents) if (one / file).exists()), None)


def environment(program: Path) -> Path:
    """The virtual environment of a program whose options name none."""
    project = nearest(program, LOCK) or nearest(program, PROJECT) or program
    return project / (os.environ.get("UV_PROJECT_ENVIRONMENT") or ".venv")


def install(uv: Path) -> list[str]:
    """The command that makes the environment hold what the lock file names, and nothing else."""
    return [str(uv), "sync"]


def follow(uv: Path) -> list[str]:
    """The command that adds what the lock file names, before each start of the program; it removes nothing."""
    return [*install(uv), "--inexact"]
