"""Brings the provider plugins to a PULUMI_HOME: the official ones, or stand-ins for local services only.

The two must never take turns on one stack: each would see changes in what the other has written. So what is there
stays until the other one is requested by name, even if more can be reached today.
"""

import os
import shutil
import subprocess
import sys
from importlib.metadata import version as version_of_package
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from engine import official
from engine.launcher import write_launcher
from engine.location import ROOT, Location
from engine.lock import exclusive
from engine.progress import say, wait
from engine.ways import Unavailable, end

PluginKind = Literal["official", "stand-in"]

PACKAGE = "pulumi_azuread"
STAND_IN_MODULE = "engine.stand_ins.azuread"
STAND_IN_MARKER = "STAND-IN"
"""A file in the plugin's folder: it holds the stand-in, not the official plugin."""

AZURE_NATIVE_PACKAGE = "pulumi_azure_native"
AZURE_NATIVE_STAND_IN_MODULE = "engine.stand_ins.azure_native"

LONGEST_SECONDS = 300.0


def ensure_azuread(pulumi_home: Path, engine: Location, wanted: PluginKind | None = None) -> str:
    """Make the plugin available in `pulumi_home` and return one line that says which one it is and why.

    The version is that of the installed Python package, as the CLI demands. `wanted` None: what is there, else the
    official one where it can be had, else the stand-in.

    Raises:
        Unavailable: the official one was asked for by name and cannot be had.
    """
    version = version_of_package(PACKAGE)
    plugins = pulumi_home / "plugins"
    with exclusive(plugins / ".lock", on_wait=lambda: say("waiting for another process that installs the plugin")):
        there = kind_in(plugins, version)
        because = "as before"
        if there is None or (wanted is not None and wanted != there):
            if there is not None:
                say(f"azuread plugin: replacing the {there} by the {wanted} in {pulumi_home}; recreate its stacks")
            kind, because = _fresh(pulumi_home, version, engine, wanted)
        else:
            kind = there
        if kind == "stand-in":
            _install_stand_in(_folder(plugins, version), STAND_IN_MODULE)
    what = "official" if kind == "official" else "stand-in, for the local sandbox only"
    return f"azuread plugin {version}: {what} ({because})"


def ensure_azure_native(pulumi_home: Path, engine: Location) -> str | None:
    """Make the stand-in for the azure-native plugin available where an engine was built, and return one line.

    Only stacks that configure a key vault need that plugin. With an official engine the official one is left to
    `pulumi plugin install` (it is large); None then, and where the official one or no package is there.
    """
    if find_spec(AZURE_NATIVE_PACKAGE) is None:
        return None
    version = version_of_package(AZURE_NATIVE_PACKAGE)
    plugins = pulumi_home / "plugins"
    folder = _folder(plugins, version, "azure-native")
    if engine.kind != "built":
        return None
    with exclusive(plugins / ".lock", on_wait=lambda: say("waiting for another process that installs the plugin")):
        if _executable(folder, "azure-native").is_file() and not (folder / STAND_IN_MARKER).is_file():
            return None
        _install_stand_in(folder, AZURE_NATIVE_STAND_IN_MODULE, "azure-native")
    return f"azure-native plugin {version}: stand-in, for the local sandbox only"


def stand_in_module(folder: Path) -> str | None:
    """The module that the stand-in in a plugin's folder runs; None where the official plugin is."""
    if not (folder / STAND_IN_MARKER).is_file():
        return None
    native = folder.name.startswith("resource-azure-native-")
    return AZURE_NATIVE_STAND_IN_MODULE if native else STAND_IN_MODULE


def kind_in(plugins: Path, version: str) -> PluginKind | None:
    """Which plugin of `version` the folder `plugins` holds complete; None if neither."""
    folder = _folder(plugins, version)
    if (folder / STAND_IN_MARKER).is_file():
        return "stand-in"
    # The CLI leaves a file of this name next to the folder until it has unpacked everything.
    if folder.with_name(folder.name + ".partial").exists() or not _executable(folder).is_file():
        return None
    return "official"


def _fresh(pulumi_home: Path, version: str, engine: Location, wanted: PluginKind | None) -> tuple[PluginKind, str]:
    folder = _folder(pulumi_home / "plugins", version)
    if wanted == "stand-in":
        shutil.rmtree(folder, ignore_errors=True)
        return "stand-in", "as asked"
    try:
        if wanted is None:
            _check_that_official_fits(engine)
        _install_official(pulumi_home, version, engine)
    except Unavailable as reason:
        if wanted == "official":
            raise
        return "stand-in", str(reason)
    return "official", f"installed by pulumi {engine.version}"


def _check_that_official_fits(engine: Location) -> None:
    if engine.kind == "built":
        raise Unavailable("this engine was built here, as the official downloads could not be had")
    if sys.platform == "darwin":
        raise Unavailable("on macOS the official plugin trusts no certificate authority but those of the keychain")


def _install_official(pulumi_home: Path, version: str, engine: Location) -> None:
    official.probe()
    folder = _folder(pulumi_home / "plugins", version)
    shutil.rmtree(folder, ignore_errors=True)
    process = subprocess.Popen(
        [engine.pulumi, "plugin", "install", "resource", "azuread", version],
        env=os.environ | {"PULUMI_HOME": str(pulumi_home), "PULUMI_SKIP_UPDATE_CHECK": "true"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        process_group=0,
    )
    try:
        code = wait(process, f"downloading the official azuread plugin {version}", longest_seconds=LONGEST_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise Unavailable(f"its download took longer than {LONGEST_SECONDS / 60:.0f} minutes") from error
    finally:
        end(process)
    if code != 0 or kind_in(pulumi_home / "plugins", version) != "official":
        raise Unavailable(f"`pulumi plugin install` failed with exit code {code}")


def _install_stand_in(folder: Path, module: str, name: str = "azuread") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    # The marker first: if this is interrupted, a launcher is never mistaken for the official plugin.
    (folder / STAND_IN_MARKER).write_text("Not the official plugin: for this project's local sandbox only.\n")
    write_launcher(_executable(folder, name), python=Path(sys.executable), root=ROOT, module=module)


def _folder(plugins: Path, version: str, name: str = "azuread") -> Path:
    return plugins / f"resource-{name}-v{version}"


def _executable(folder: Path, name: str = "azuread") -> Path:
    return folder / f"pulumi-resource-{name}"
