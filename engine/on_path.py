"""The first way: the `pulumi` that the user has installed, when it is recent and can run Python programs."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from engine.location import Location
from engine.ways import OLDEST, Unavailable, parsed, version_of

LANGUAGE_HOST = "pulumi-language-python"


def find(cache: Path, environment: Mapping[str, str] = os.environ) -> Location:
    """The first `pulumi` on PATH. What this project itself keeps in `cache` does not count.

    Raises:
        Unavailable: there is none, or it is too old or lacks the Python language host.
    """
    folders = [
        folder
        for folder in environment.get("PATH", os.defpath).split(os.pathsep)
        if folder and not Path(folder).resolve().is_relative_to(cache.resolve())
    ]
    search_path = os.pathsep.join(folders)
    pulumi = shutil.which("pulumi", path=search_path)
    if pulumi is None:
        raise Unavailable("there is no `pulumi` on PATH")
    version = version_of(Path(pulumi))
    numbers = parsed(version)
    if numbers is None or numbers < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        raise Unavailable(f"{pulumi} is version {version}, but {oldest} or newer is needed")
    # A package manager links `pulumi` into a common folder and leaves the host next to the link's target. A host among
    # the plugins of some PULUMI_HOME does not count: another PULUMI_HOME would not have it.
    neighbours = os.pathsep.join((str(Path(pulumi).parent), str(Path(pulumi).resolve().parent)))
    if shutil.which(LANGUAGE_HOST, path=os.pathsep.join((neighbours, search_path))) is None:
        raise Unavailable(f"{pulumi} has no {LANGUAGE_HOST} next to it or on PATH")
    return Location(Path(pulumi).absolute().parent, "path", version)
