"""Packages for a test that needs an environment of its own; without a registry it is skipped (in CI: it fails)."""

import os
import subprocess
from pathlib import Path

import pytest

_UNREACHABLE = ("NewConnectionError", "ReadTimeoutError", "ProxyError", "Name or service not known", "No matching")
_NPM_UNREACHABLE = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ETIMEDOUT", "ECONNRESET")


def pip(python: Path | str, *arguments: str) -> None:
    _run([str(python), "-m", "pip", "--disable-pip-version-check", *arguments], _UNREACHABLE)


def npm(folder: Path, *arguments: str) -> None:
    command = ["npm", "--prefix", str(folder), "--no-audit", "--no-fund", "--no-update-notifier", *arguments]
    _run(command, _NPM_UNREACHABLE)


def _run(command: list[str], unreachable: tuple[str, ...]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=1500)
    if done.returncode == 0:
        return
    if any(sign in done.stderr for sign in unreachable) and os.environ.get("CI", "").lower() not in ("true", "1"):
        pytest.skip(f"the package registry cannot be reached: {done.stderr.splitlines()[-1]}")
    pytest.fail(done.stderr)
