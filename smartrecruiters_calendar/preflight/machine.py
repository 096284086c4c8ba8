"""The machine that will deploy: the engine's plugins, and the installed Python packages.

Nothing is installed or downloaded here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from itertools import chain
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement

from components.extras import MODULES, Extra
from smartrecruiters_calendar.stack import workspace
from smartrecruiters_calendar.stack.project import Project

DOWNLOADS_OFF: Final = "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"
_CHECKOUT: Final = Path(__file__).resolve().parents[2]
_YES: Final = frozenset({"1", "t", "true"})


@dataclass(frozen=True)
class Machine:
    plugins: Mapping[str, tuple[str, ...]]
    """Versions of every installed resource plugin, by its name."""
    downloads_plugins: bool
    """Whether `pulumi up` fetches a missing plugin by itself."""
    pinned: Mapping[str, str]
    """Version of each package of requirements.txt that this Python needs."""
    installed: Mapping[str, str]
    extras: Mapping[Extra, Mapping[str, str]] = field(default_factory=dict)
    """What each extra's file asks for beyond that."""


def look_at(folder: Path, environment: Mapping[str, str]) -> Machine:
    """What the machine holds for the project in a folder.

    Raises:
        Stopped: project or plugins cannot be read.
    """
    project = _CHECKOUT if Project.find(folder).uses_package else folder
    pinned = _pins(project / "requirements.txt")
    files = {extra: _pins(project / f"requirements-{extra}.txt") for extra in MODULES}
    extras = {extra: dict(pins.items() - pinned.items()) for extra, pins in files.items()}
    return Machine(
        plugins=workspace.resource_plugins(environment),
        downloads_plugins=environment.get(DOWNLOADS_OFF, "").lower() not in _YES,
        pinned=pinned,
        installed=_installed({*pinned, *chain.from_iterable(extras.values())}),
        extras=extras,
    )


def _pins(requirements: Path) -> dict[str, str]:
    lines = requirements.read_text(encoding="utf-8").splitlines() if requirements.is_file() else []
    found = {}
    for line in lines:
        if line[:1] not in (" ", "#", ""):  # hashes, comments
            pin = Requirement(line.rstrip(" \\"))
            if pin.marker is None or pin.marker.evaluate():
                found[pin.name] = str(pin.specifier).removeprefix("==")
    return found


def _installed(names: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
