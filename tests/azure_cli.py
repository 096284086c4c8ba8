"""The real Azure CLI, in an environment of its own below `.cache`, and how it is pointed at a sandbox.

Hundreds of megabytes: only `make test-full` installs it; CI uses it in every run if its cache has it.
"""

import fcntl
import os
import re
import venv
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import pytest

from tests.registry import pip

ROOT = Path(__file__).resolve().parents[1]
VERSION = "2.91.0"
"""That of the recordings."""


_PLACE = ROOT / ".cache" / f"azure-cli-{VERSION}"
_INSTALLED = _PLACE / "installed"

Test = TypeVar("Test", bound=Callable[..., None])


def needs_azure_cli(test: Test) -> Test:
    """Mark a test that runs `az`."""
    if os.environ.get("CI", "").lower() in ("true", "1") and _INSTALLED.exists():
        return test
    marked: Test = pytest.mark.full(test)
    return marked


def folder() -> Path:
    """The folder with `az`; the first test that asks installs it, and others wait for that."""
    _PLACE.parent.mkdir(exist_ok=True)
    with _PLACE.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _INSTALLED.exists():
            venv.create(_PLACE, with_pip=True, clear=True)
            pip(_PLACE / "bin" / "python", "install", "--quiet", f"azure-cli=={VERSION}")
            _INSTALLED.touch()
    return _PLACE / "bin"


def environment(configuration: Path) -> dict[str, str]:
    return {
        "AZURE_CONFIG_DIR": str(configuration),
        "AZURE_CORE_COLLECT_TELEMETRY": "false",
        "AZURE_CORE_INSTANCE_DISCOVERY": "false",
        "AZURE_CORE_ONLY_SHOW_ERRORS": "true",
    }


SIGN_IN = """
az cloud register --name sandbox --endpoint-resource-manager "$SANDBOX"
az cloud set --name sandbox
az login --service-principal --username "$CLIENT_ID" --password="$CLIENT_SECRET" --tenant "$TENANT" \
  --allow-no-subscriptions
"""
"""The other endpoints come from the cloud's metadata. A secret may begin with a hyphen, hence the equals sign."""

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def sent(entry: Mapping[str, Any]) -> tuple[str, str, int]:
    """An entry of the sandbox's request log, without IDs."""
    path = entry["path"] + (f"?{entry['query']}" if entry.get("query") else "")
    return entry["method"], _without_ids(path), entry["status"]


def recorded(exchange: Mapping[str, Any]) -> tuple[str, str, int]:
    """A recorded request, likewise."""
    question = exchange["question"]
    path = question if question.startswith("/") else f"/v1.0/{question}"
    return exchange["method"], _without_ids(path), exchange["status"]


def _without_ids(path: str) -> str:
    return re.sub(r"\{\w+\}", "{id}", _GUID.sub("{id}", path))
