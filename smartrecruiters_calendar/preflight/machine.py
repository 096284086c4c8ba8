"""The machine that will deploy: the engine's plugins, and the installed Python packages.

Nothing is installed or downloaded here.
"""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from smartrecruiters_calendar.stack.pulumi import Pulumi

_PIN = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;#]+)")
DOWNLOADS_OFF: Final = "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"
_YES: Final = frozenset({"1", "t", "true"})


@dataclass(frozen=True)
class Machine:
    plugins: Mapping[str, tuple[str, ...]]
    """Versions of every installed resource plugin, by its name."""
    downloads_plugins: bool
    """Whether `pulumi up` fetches a missing plugin by itself."""
    pinned: Mapping[str, str]
    installed: Mapping[str, str]


def look_at(pulumi: Pulumi) -> Machine:
    """What the machine holds for the project that `pulumi` runs in.

    Raises:
        Stopped: `pulumi plugin ls` failed.
    """
    plugins: dict[str, tuple[str, ...]] = {}
    for plugin in json.loads(pulumi.run("plugin", "ls", "--json")):
        if plugin["kind"] == "resource":
            plugins[plugin["name"]] = (*plugins.get(plugin["name"], ()), plugin["version"])
    pinned = _pins(pulumi.project / "requirements.txt")
    return Machine(
        plugins=plugins,
        downloads_plugins=os.environ.get(DOWNLOADS_OFF, "").lower() not in _YES,
        pinned=pinned,
        installed=_installed(pinned),
    )


def _pins(requirements: Path) -> dict[str, str]:
    lines = requirements.read_text(encoding="utf-8").splitlines() if requirements.is_file() else []
    return {found["name"]: found["version"] for line in lines if (found := _PIN.match(line))}


def _installed(names: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
