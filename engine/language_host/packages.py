"""What is installed in a program's environment: its packages, and the Pulumi plugins that those need."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path

REQUIRED_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
EXTRA = re.compile(r";.*\bextra\s*==")


@dataclass(frozen=True)
class Plugin:
    name: str
    version: str
    """With a leading `v`."""
    server: str
    """Where to download it, empty for the default place."""


def plugins(search_path: Iterable[str]) -> list[Plugin]:
    """The plugins named by `pulumi-plugin.json` files of installed packages, sorted by name.

    Skips packages that say they need none and packages that leave out name or version: the CLI asks for such a
    plugin when the first resource wants it.
    """
    found: dict[str, Plugin] = {}
    for folder in search_path:
        for file in Path(folder).glob("*/pulumi-plugin.json"):
            described = json.loads(file.read_text())
            name, version = described.get("name"), described.get("version")
            if described.get("resource") and name and version:
                found.setdefault(name, Plugin(name, f"v{version.removeprefix('v')}", described.get("server") or ""))
    return sorted(found.values(), key=lambda plugin: plugin.name)


def versions(search_path: list[str], *, with_required: bool) -> dict[str, str]:
    """Installed packages by normalised name; with `with_required` also those that only another package requires."""
    installed: dict[str, str] = {}
    required: set[str] = set()
    for distribution in distributions(path=search_path):
        installed.setdefault(_normalised(distribution.metadata["Name"]), distribution.version)
        for requirement in distribution.requires or ():
            name = REQUIRED_NAME.match(requirement)
            if name and not EXTRA.search(requirement):
                required.add(_normalised(name.group()))
    return {name: version for name, version in sorted(installed.items()) if with_required or name not in required}


def _normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
