"""Engine, Python packages and plugins have the versions that the project was tried with."""

import re
from typing import Final

from components.extras import Extra, needed
from components.mistakes import ConfigurationRefused
from smartrecruiters_calendar.outcome import Stopped
from smartrecruiters_calendar.preflight.finding import AnsweredBy, PreflightVerdict, failed, failed_by, passed
from smartrecruiters_calendar.preflight.situation import PreflightCheck, Situation

OLDEST_ENGINE: Final = (3, 217, 0)
"""The program registers error hooks, which older engines do not have."""

_HERE: Final = AnsweredBy.THIS_MACHINE
_PLUGINS: Final = {"azuread": "pulumi-azuread"}
"""Python package of each plugin that every stack needs; the two have one version."""
_VAULT_PLUGINS: Final = {"azure-native": "pulumi-azure-native"}
"""The same for a stack with a key vault."""


def _look_at_engine(situation: Situation) -> PreflightVerdict:
    install = "Install a current one: https://www.pulumi.com/docs/install/"
    try:
        found = situation.engine()
    except Stopped as stopped:
        return failed_by(stopped, _HERE)
    oldest = ".".join(map(str, OLDEST_ENGINE))
    numbers = re.match(r"(\d+)\.(\d+)\.(\d+)", found)
    if numbers is None or tuple(map(int, numbers.groups())) < OLDEST_ENGINE:
        return failed(f"pulumi is {found or 'of an unknown version'}, and the program needs {oldest}.", install, _HERE)
    return passed(f"pulumi {found} is {oldest} or newer.", _HERE)


def _look_at_packages(situation: Situation) -> PreflightVerdict:
    machine = situation.machine()
    sets = {"requirements.txt": machine.pinned} | {
        f"requirements-{extra}.txt": machine.extras.get(extra, {}) for extra in _extras(situation)
    }
    wrong = {
        file: [
            f"{name} {machine.installed.get(name, 'missing')} (asked: {asked})"
            for name, asked in pins.items()
            if machine.installed.get(name) != asked
        ]
        for file, pins in sets.items()
    }
    if short := [file for file, packages in wrong.items() if packages]:
        named = "; ".join(f"{file} asks for: {', '.join(wrong[file])}" for file in short)
        return failed(
            f"This Python does not hold what {named}.",
            " && ".join(f"python -m pip install -r {file}" for file in short),
            _HERE,
        )
    return passed(
        f"All {sum(map(len, sets.values()))} packages of {' and '.join(sets)} are installed as pinned.", _HERE
    )


def _look_at_plugins(situation: Situation) -> PreflightVerdict:
    machine = situation.machine()
    there: list[str] = []
    missing: list[str] = []
    asked = {**machine.pinned, **machine.extras.get("vault", {})}
    wanted = _PLUGINS | (_VAULT_PLUGINS if "vault" in _extras(situation) else {})
    for plugin, package in wanted.items():
        version = asked.get(package, "")
        named = f"{plugin} {version}"
        (there if version in machine.plugins.get(plugin, ()) else missing).append(named)
    if missing and not machine.downloads_plugins:
        return failed(
            f"The plugin {', '.join(missing)} is not installed, and PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION keeps "
            "`pulumi up` from fetching it.",
            " && ".join(f"pulumi plugin install resource {named}" for named in missing),
            _HERE,
        )
    if missing:
        return passed(f"`pulumi up` will download the plugin {', '.join(missing)}.", _HERE)
    return passed(f"The plugin {', '.join(there)} is installed.", _HERE)


def _extras(situation: Situation) -> tuple[Extra, ...]:
    """The optional packages that the stack's settings call for."""
    try:
        return needed(situation.settings())
    except (ConfigurationRefused, Stopped):
        return ()  # reported by the checks whose subject it is


ENGINE: Final = PreflightCheck(
    name="engine",
    subject="the pulumi command",
    title="The pulumi command is new enough",
    why="An older engine does not know the hooks that tie the stack to its tenant, and would ignore or refuse them.",
    by_hand="pulumi version",
    look=_look_at_engine,
)
PACKAGES: Final = PreflightCheck(
    name="packages",
    subject="the Python packages",
    title="The Python packages are those that are pinned",
    why="Another version of the azuread package declares other defaults, which show up as changes nobody asked for.",
    by_hand="python -m pip freeze",
    look=_look_at_packages,
)
PLUGINS: Final = PreflightCheck(
    name="plugins",
    subject="the provider plugins",
    title="The provider plugin is installed, or will be downloaded",
    why="Without its plugin `pulumi up` stops before the first resource.",
    by_hand="pulumi plugin ls",
    look=_look_at_plugins,
)
