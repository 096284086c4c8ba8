"""The engine that the tests bring, with its Python parts as forks: the language host and the stand-ins for plugins.

Their own start, which every command of the CLI pays, is most of what they use. What is official stays as it is.
"""

import functools
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from engine import built, plugins
from engine.location import location
from tests import fork_server


def variables(environment: Mapping[str, str], folder: Path) -> dict[str, str]:
    """`PATH` and `PULUMI_HOME` of a shell that uses it.

    Args:
        environment: of a shell that uses the engine as it is.
        folder: where it is made for all of the process that runs the tests, unless it is there.
    """
    bin_folder, pulumi_home = _made(folder, Path(environment["PULUMI_HOME"]))
    return {"PATH": f"{bin_folder}{os.pathsep}{environment['PATH']}", "PULUMI_HOME": str(pulumi_home)}


@functools.cache
def _made(folder: Path, original_home: Path) -> tuple[Path, Path]:
    bin_folder, pulumi_home = folder / "bin", folder / "pulumi-home"
    bin_folder.mkdir(parents=True)
    pulumi_home.mkdir()
    # The CLI renders, packs and encrypts a log of all it does into a folder of this name: a quarter of what `up` costs.
    # Without the folder it keeps none, and says nothing of it.
    (pulumi_home / "logs").touch()
    engine = location()
    if engine.kind == "built":
        # The CLI looks for its language host beside its own file, links followed.
        _same_file(engine.pulumi, bin_folder / "pulumi")
        arguments = ["--executor", str(engine.bin / built.EXECUTOR), "--host-version", engine.version]
        _write_fork(bin_folder / "pulumi-language-python", "engine.language_host", arguments)
    for plugin in (original_home / "plugins").glob("resource-*"):
        forked = pulumi_home / "plugins" / plugin.name
        module = plugins.stand_in_module(plugin)
        if module is None:
            if plugin.is_dir():  # the CLI looks for folders, and does not follow a link to one
                forked.mkdir(parents=True)
                for file in plugin.iterdir():
                    (forked / file.name).symlink_to(file)
            continue
        (executable,) = plugin.glob("pulumi-resource-*")
        _write_fork(forked / executable.name, module, [])
        shutil.copy2(plugin / plugins.STAND_IN_MARKER, forked)
    return bin_folder, pulumi_home


def _write_fork(target: Path, module: str, arguments: list[str]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(fork_server.module_running(module, arguments))
    target.chmod(0o755)


def _same_file(source: Path, target: Path) -> None:
    try:
        target.hardlink_to(source)
    except OSError:  # another file system
        shutil.copy2(source, target)
